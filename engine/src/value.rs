//! JSON → values as Postgres takes them in its binary format, by the kind of value that is wanted.

mod cursor;
mod interval;
mod network;

use std::error::Error as StdError;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use bytes::{BufMut, BytesMut};
use jiff::civil;
use jiff::fmt::temporal::Pieces;
use onefold_schema::ScalarType;
use serde_json::Value;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::error::Code;
use crate::surface::scalars::type_name;

pub use cursor::{CursorPart, Cursors, Term};
pub use interval::Interval;
pub use network::Network;

/// What a value must be, and how it is prepared for Postgres.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// A value of a column's type.
    Scalar(ScalarType),
    /// A list of values of a column's type.
    List(ScalarType),
    /// A list of shard keys, or of ids that carry slots: each shard is sent those that are its own.
    Keys(ScalarType),
    /// A text that becomes a pattern of `LIKE`.
    Pattern(Pattern),
    /// A number of rows: not negative, and not above `max`.
    Rows {
        /// The largest number, when there is one.
        max: Option<u32>,
    },
    /// A Boolean.
    Boolean,
    /// A cursor, of which one value is bound.
    Cursor(CursorPart),
    /// The global id of a row, of which one value is bound.
    NodeId(CursorPart),
}

/// Where a text is looked for, or that it is a pattern already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// It is a pattern.
    Verbatim,
    /// At the start.
    Prefix,
    /// At the end.
    Suffix,
    /// Anywhere.
    Infix,
}

impl OperandKind {
    /// The kind of a list's items; any other kind is its own.
    pub fn item(&self) -> OperandKind {
        match self {
            OperandKind::List(scalar) | OperandKind::Keys(scalar) => OperandKind::Scalar(*scalar),
            kind => kind.clone(),
        }
    }

    /// The GraphQL type, for messages.
    pub fn describe(&self) -> String {
        match self {
            OperandKind::Scalar(ScalarType::Int2) => "Int of 16 bits".into(),
            OperandKind::Scalar(scalar) => type_name(*scalar).into(),
            OperandKind::List(scalar) | OperandKind::Keys(scalar) => format!("[{}!]", type_name(*scalar)),
            OperandKind::Pattern(_) | OperandKind::Cursor(_) => "String".into(),
            OperandKind::NodeId(_) => "ID".into(),
            OperandKind::Rows { .. } => "Int".into(),
            OperandKind::Boolean => "Boolean".into(),
        }
    }
}

/// A value that is bound to a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// `null`
    Null,
    /// `boolean`
    Bool(bool),
    /// `smallint`
    Int2(i16),
    /// `integer`
    Int4(i32),
    /// `bigint`
    Int8(i64),
    /// `real`
    Float4(f32),
    /// `double precision`
    Float8(f64),
    /// `text`, without null characters; also labels of enums
    Text(String),
    /// `numeric`
    Numeric(Decimal),
    /// `uuid`
    Uuid([u8; 16]),
    /// `date`: days since 2000-01-01
    Date(i32),
    /// `timestamp` and `timestamptz`: microseconds since 2000-01-01T00:00:00 (UTC)
    Timestamp(i64),
    /// `time`: microseconds since midnight
    Time(i64),
    /// `interval`
    Interval(Interval),
    /// `bytea`
    Bytes(Vec<u8>),
    /// `inet`
    Network(Network),
    /// `jsonb`, as JSON text
    Jsonb(String),
    /// A value that came from Postgres, in its binary format
    Binary(Vec<u8>),
    /// An array of values that are not lists.
    List(Vec<SqlValue>),
}

/// A decimal number in the form of Postgres' binary `numeric`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimal {
    /// Digits to the base of 10,000, the most significant first, without zeros at either end.
    digits: Vec<i16>,
    /// The power of 10,000 of the first digit.
    weight: i16,
    negative: bool,
    /// How many decimal digits follow the point.
    scale: u16,
}

/// Why a value cannot be bound.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// It is of another type.
    #[error("{found} is no `{expected}`")]
    Type {
        /// The GraphQL type that is wanted.
        expected: String,
        /// The value as JSON, unless it is long.
        found: String,
    },
    /// A text has a null character, which Postgres cannot store.
    #[error("a text cannot have the null character U+0000 in it")]
    NullCharacter,
    /// A pattern ends within an escape.
    #[error("the pattern ends with a lone escape character `\\`")]
    Escape,
    /// It is null, or a list holds null.
    #[error("null is no `{0}`")]
    Null(String),
    /// A number of rows is below zero.
    #[error("{0} is negative, and `limit` and `offset` count rows")]
    Negative(i64),
    /// A number of rows is above the largest page.
    #[error(
        "{rows} is above the largest page of {max} \
         (setting `limits.max_limit`, or `max_limit` of the table)"
    )]
    TooManyRows {
        /// What was asked for.
        rows: i64,
        /// What is allowed.
        max: u32,
    },
    /// A text is not a cursor of the list.
    #[error(transparent)]
    Cursor(#[from] crate::cursor::Mistake),
    /// A text is not the global id of a row.
    #[error("it is no id of a row, or it was changed; take it from `nodeId` as it is")]
    NodeId,
}

impl Mistake {
    /// The kind of mistake for a client's program.
    pub fn code(&self) -> Code {
        match self {
            Mistake::TooManyRows { .. } => Code::LimitExceeded,
            Mistake::Cursor(_) => Code::InvalidCursor,
            Mistake::NodeId => Code::InvalidId,
            _ => Code::BadUserInput,
        }
    }
}

/// Reads a value of the kind that is wanted.
///
/// # Errors
/// When it is of another type, or out of range.
pub fn parse(kind: &OperandKind, value: &Value) -> Result<SqlValue, Mistake> {
    match kind {
        OperandKind::Scalar(scalar) => scalar_value(*scalar, value).ok_or_else(|| mistake(kind, value)),
        OperandKind::List(scalar) | OperandKind::Keys(scalar) => {
            let item = OperandKind::Scalar(*scalar);
            let items = match value {
                Value::Array(items) => items.as_slice(),
                single => std::slice::from_ref(single),
            };
            items.iter().map(|value| parse(&item, value)).collect::<Result<_, _>>().map(SqlValue::List)
        }
        OperandKind::Pattern(pattern) => match scalar_value(ScalarType::Text, value) {
            Some(SqlValue::Text(text)) if *pattern == Pattern::Verbatim && ends_in_escape(&text) => {
                Err(Mistake::Escape)
            }
            Some(SqlValue::Text(text)) => Ok(SqlValue::Text(pattern_text(*pattern, text))),
            _ => Err(mistake(kind, value)),
        },
        OperandKind::Rows { max } => {
            let rows = value.as_i64().filter(|rows| i32::try_from(*rows).is_ok());
            let rows = rows.ok_or_else(|| mistake(kind, value))?;
            match max {
                _ if rows < 0 => Err(Mistake::Negative(rows)),
                Some(max) if rows > i64::from(*max) => Err(Mistake::TooManyRows { rows, max: *max }),
                _ => Ok(SqlValue::Int8(rows)),
            }
        }
        OperandKind::Boolean => scalar_value(ScalarType::Bool, value).ok_or_else(|| mistake(kind, value)),
        OperandKind::Cursor(_) | OperandKind::NodeId(_) if value.is_null() => Err(mistake(kind, value)),
        OperandKind::Cursor(part) => Ok(part.parse(value)?),
        OperandKind::NodeId(part) => part.parse(value).map_err(|_| Mistake::NodeId),
    }
}

fn mistake(kind: &OperandKind, value: &Value) -> Mistake {
    let expected = kind.describe();
    match value {
        Value::Null => Mistake::Null(expected),
        Value::String(text) if text.contains('\0') => Mistake::NullCharacter,
        value => {
            let found = value.to_string();
            let found = if found.len() > 80 { "this value".to_owned() } else { found };
            Mistake::Type { expected, found }
        }
    }
}

/// Whether nothing follows the last backslash of a pattern, which Postgres refuses.
fn ends_in_escape(pattern: &str) -> bool {
    let backslashes = pattern.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

/// A pattern of `LIKE` that finds `text` where it is wanted.
fn pattern_text(pattern: Pattern, text: String) -> String {
    let (start, end) = match pattern {
        Pattern::Verbatim => return text,
        Pattern::Prefix => ("", "%"),
        Pattern::Suffix => ("%", ""),
        Pattern::Infix => ("%", "%"),
    };
    let mut escaped = String::with_capacity(text.len() + 2);
    escaped.push_str(start);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped.push_str(end);
    escaped
}

fn scalar_value(scalar: ScalarType, value: &Value) -> Option<SqlValue> {
    Some(match scalar {
        ScalarType::Bool => SqlValue::Bool(value.as_bool()?),
        ScalarType::Int2 => SqlValue::Int2(value.as_i64()?.try_into().ok()?),
        ScalarType::Int4 => SqlValue::Int4(value.as_i64()?.try_into().ok()?),
        ScalarType::Int8 => SqlValue::Int8(match value {
            Value::String(digits) => digits.parse().ok()?,
            value => value.as_i64()?,
        }),
        ScalarType::Float4 => {
            let number = value.as_f64()? as f32;
            SqlValue::Float4(Some(number).filter(|number| number.is_finite())?)
        }
        ScalarType::Float8 => SqlValue::Float8(value.as_f64().filter(|number| number.is_finite())?),
        ScalarType::Text => SqlValue::Text(text(value)?.to_owned()),
        ScalarType::Numeric => SqlValue::Numeric(match value {
            Value::String(digits) => Decimal::parse(digits)?,
            Value::Number(number) => Decimal::parse(&number.to_string())?,
            _ => return None,
        }),
        ScalarType::Uuid => SqlValue::Uuid(uuid(value.as_str()?)?),
        ScalarType::Date => {
            let text = value.as_str()?;
            let date: civil::Date = text.parse().ok()?;
            // A time or a zone would be dropped in silence.
            Some(()).filter(|()| date.to_string() == text)?;
            let days = civil::date(2000, 1, 1).until(date).ok()?.get_days();
            // Postgres' calendar starts on 4714-11-24 BC.
            SqlValue::Date(Some(days).filter(|days| *days >= -2_451_545)?)
        }
        ScalarType::Timestamp => {
            let text = value.as_str()?;
            // A zone would be dropped in silence.
            if text.ends_with(['Z', 'z', ']']) || text.get(10..)?.contains(['+', '-']) {
                return None;
            }
            SqlValue::Timestamp(microseconds(text.parse().ok()?, 0)?)
        }
        ScalarType::Timestamptz => {
            // `jiff::Timestamp` ends 26 hours before the year 9999 does.
            let pieces = Pieces::parse(value.as_str()?).ok()?;
            let offset = pieces.to_numeric_offset()?.seconds();
            SqlValue::Timestamp(microseconds(pieces.date().to_datetime(pieces.time()?), offset)?)
        }
        ScalarType::Time => SqlValue::Time(time(value.as_str()?)?),
        ScalarType::Interval => SqlValue::Interval(Interval::parse(value.as_str()?)?),
        ScalarType::Bytea => SqlValue::Bytes(STANDARD.decode(value.as_str()?).ok()?),
        ScalarType::Inet => SqlValue::Network(Network::parse(value.as_str()?)?),
        // Postgres cannot compare `json`, so nothing is ever bound to it.
        ScalarType::Json => return None,
        ScalarType::Jsonb => {
            Some(()).filter(|()| is_storable(value))?;
            SqlValue::Jsonb(value.to_string())
        }
        ScalarType::Enum(def) => {
            let name = value.as_str()?;
            SqlValue::Text(def.values.iter().find(|value| value.name == name)?.label.to_owned())
        }
    })
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.contains('\0'))
}

/// Whether `jsonb` can store a value: its numbers are those of `numeric`, and no text has the null character.
fn is_storable(value: &Value) -> bool {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string()).is_some(),
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(is_storable),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| !name.contains('\0') && is_storable(value))
        }
        Value::Null | Value::Bool(_) => true,
    }
}

/// Microseconds since midnight of `13:30:00.25`; Postgres has an end of the day as well.
fn time(text: &str) -> Option<i64> {
    if text == "24:00:00" {
        return Some(86_400_000_000);
    }
    // A date or a zone would be dropped in silence.
    Some(()).filter(|()| text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')))?;
    let time: civil::Time = text.parse().ok()?;
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some(seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1_000)
}

/// Microseconds since 2000-01-01T00:00:00Z of a moment, so many seconds east of it.
fn microseconds(moment: civil::DateTime, offset: i32) -> Option<i64> {
    const FIRST: i64 = -211_813_488_000_000_000;
    let time = moment.time();
    let days = i64::from(civil::date(2000, 1, 1).until(moment.date()).ok()?.get_days());
    let minutes = days * 1440 + i64::from(time.hour()) * 60 + i64::from(time.minute());
    let seconds = minutes * 60 + i64::from(time.second()) - i64::from(offset);
    let microseconds = seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1_000;
    Some(microseconds).filter(|microseconds| *microseconds >= FIRST)
}

/// Reads `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`, in either case, with or without hyphens.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let mut digits = 0;
    for (i, character) in text.chars().enumerate() {
        if character == '-' && text.len() == 36 && matches!(i, 8 | 13 | 18 | 23) {
            continue;
        }
        let value = character.to_digit(16)? as u8;
        let byte = bytes.get_mut(digits / 2)?;
        *byte = *byte << 4 | value;
        digits += 1;
    }
    (digits == 32).then_some(bytes)
}

impl Decimal {
    /// Reads `-12.50` or `1e3`.
    fn parse(text: &str) -> Option<Decimal> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        // Postgres allows 131,072 digits before and 16,383 after the point; a thousand of each is plenty.
        if mantissa.len() > 1_000 || exponent.abs() > 1_000 {
            return None;
        }
        let mut decimal = format!("{whole}{fraction}").into_bytes();
        let mut point = i32::try_from(whole.len()).ok()? + exponent;
        let scale = u16::try_from((i32::try_from(fraction.len()).ok()? - exponent).max(0)).ok()?;
        // Groups of four digits on either side of the point.
        let front = point.rem_euclid(4);
        let padding = usize::try_from((4 - front) % 4).ok()?;
        decimal.splice(0..0, std::iter::repeat_n(b'0', padding));
        point += i32::try_from(padding).ok()?;
        while decimal.len() % 4 != 0 {
            decimal.push(b'0');
        }
        let mut weight = point / 4 - 1;
        let mut digits: Vec<i16> = decimal
            .chunks(4)
            .map(|chunk| chunk.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
            .collect();
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..leading);
        weight -= i32::try_from(leading).ok()?;
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let zero = digits.is_empty();
        Some(Decimal {
            weight: if zero { 0 } else { i16::try_from(weight).ok()? },
            negative: negative && !zero,
            digits,
            scale,
        })
    }

    /// `int16 digits, int16 weight, uint16 sign, int16 scale`, then the digits; from `numeric_recv`.
    fn write(&self, out: &mut BytesMut) {
        const NEGATIVE: u16 = 0x4000;
        // At most a thousand decimal digits on either side of the point.
        out.put_u16(self.digits.len() as u16);
        out.put_i16(self.weight);
        out.put_u16(if self.negative { NEGATIVE } else { 0 });
        out.put_u16(self.scale);
        for digit in &self.digits {
            out.put_i16(*digit);
        }
    }
}

/// `-12.50`, with as many digits after the point as it has.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The group of four digits that counts 10,000 to the power of `power`.
        let group = |power: i32| {
            let i = usize::try_from(i32::from(self.weight) - power).ok();
            i.and_then(|i| self.digits.get(i)).copied().unwrap_or(0)
        };
        if self.negative {
            f.write_str("-")?;
        }
        let first = i32::from(self.weight).max(0);
        write!(f, "{}", group(first))?;
        for power in (0..first).rev() {
            write!(f, "{:04}", group(power))?;
        }
        let scale = usize::from(self.scale);
        let fraction: String = (1..=scale.div_ceil(4) as i32).map(|i| format!("{:04}", group(-i))).collect();
        if scale > 0 { write!(f, ".{}", &fraction[..scale]) } else { Ok(()) }
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            SqlValue::Null => return Ok(IsNull::Yes),
            SqlValue::Bool(value) => out.put_u8(u8::from(*value)),
            SqlValue::Int2(value) => out.put_i16(*value),
            SqlValue::Int4(value) | SqlValue::Date(value) => out.put_i32(*value),
            SqlValue::Int8(value) | SqlValue::Timestamp(value) | SqlValue::Time(value) => out.put_i64(*value),
            SqlValue::Interval(Interval { months, days, microseconds }) => {
                out.put_i64(*microseconds);
                out.put_i32(*days);
                out.put_i32(*months);
            }
            SqlValue::Bytes(bytes) | SqlValue::Binary(bytes) => out.put_slice(bytes),
            SqlValue::Network(network) => network.write(|part| out.put_slice(part)),
            SqlValue::Float4(value) => out.put_f32(*value),
            SqlValue::Float8(value) => out.put_f64(*value),
            SqlValue::Text(text) => out.put_slice(text.as_bytes()),
            SqlValue::Numeric(value) => value.write(out),
            SqlValue::Uuid(bytes) => out.put_slice(bytes),
            SqlValue::Jsonb(text) => {
                // The version of the format.
                out.put_u8(1);
                out.put_slice(text.as_bytes());
            }
            SqlValue::List(items) => return items.to_sql(ty, out),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // The statement declares its parameters' types itself, and `parse` makes values of just these.
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Option<(Vec<i16>, i16, bool, u16)> {
        Decimal::parse(text).map(|it| (it.digits, it.weight, it.negative, it.scale))
    }

    #[test]
    fn decimals_are_grouped_around_the_point() {
        assert_eq!(decimal("0"), Some((vec![], 0, false, 0)));
        assert_eq!(decimal("0.99"), Some((vec![9900], -1, false, 2)));
        assert_eq!(decimal("-12345.678"), Some((vec![1, 2345, 6780], 1, true, 3)));
        assert_eq!(decimal("10000"), Some((vec![1], 1, false, 0)));
        assert_eq!(decimal("1e3"), Some((vec![1000], 0, false, 0)));
        assert_eq!(decimal("1.5e-5"), Some((vec![1500], -2, false, 6)));
        assert_eq!(decimal(".5"), Some((vec![5000], -1, false, 1)));
        for wrong in ["", ".", "1,5", "NaN", "1e99999", "--1", "1.2.3"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn patterns_escape_what_is_special() {
        assert_eq!(pattern_text(Pattern::Infix, r"50%_\".into()), r"%50\%\_\\%");
        assert_eq!(pattern_text(Pattern::Verbatim, "50%".into()), "50%");
    }

    #[test]
    fn times_and_bytes_are_read() {
        let time = |text: &str| scalar_value(ScalarType::Time, &text.into());
        assert_eq!(time("13:30:00.25"), Some(SqlValue::Time(48_600_250_000)));
        assert_eq!(time("24:00:00"), Some(SqlValue::Time(86_400_000_000)));
        for wrong in ["25:00:00", "13:30:00Z", "13:30:00+01:00", "2009-01-31T13:30:00", "noon"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        let bytes = |text: &str| scalar_value(ScalarType::Bytea, &text.into());
        assert_eq!(bytes("Zm9v"), Some(SqlValue::Bytes(b"foo".to_vec())));
        assert_eq!(bytes("Zm8"), None);
    }

    #[test]
    fn days_and_moments_count_from_2000() {
        let date = |text: &str| scalar_value(ScalarType::Date, &text.into());
        assert_eq!(date("2000-01-02"), Some(SqlValue::Date(1)));
        assert_eq!(date("1999-12-31"), Some(SqlValue::Date(-1)));
        assert_eq!(date("2001-02-29"), None);
        let moment = |text: &str| scalar_value(ScalarType::Timestamptz, &text.into());
        assert_eq!(moment("2000-01-01T01:00:00+01:00"), Some(SqlValue::Timestamp(0)));
        assert_eq!(moment("2000-01-01T00:00:00"), None);
        let local = |text: &str| scalar_value(ScalarType::Timestamp, &text.into());
        assert_eq!(local("2000-01-01T00:00:00.000001"), Some(SqlValue::Timestamp(1)));
        assert_eq!(local("2000-01-01T00:00:00Z"), None);
        assert_eq!(local("2000-01-01T00:00:00+02:00"), None);
    }
}
