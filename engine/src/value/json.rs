//! JSON → values to bind: as a tree that was decoded before, or straight from its text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil;
use jiff::fmt::temporal::Pieces;
use onefold_schema::ScalarType;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Decimal, Interval, Mistake, Network, OperandKind, Pattern, SqlValue, range};
use crate::cursor;

/// A value of JSON that is no list and no object. It borrows from the text, or from the tree.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    /// As it is written.
    Number(&'a str),
    Text(&'a str),
}

impl<'a> Scalar<'a> {
    /// None for null, lists and objects.
    fn of(value: &'a Value) -> Option<Scalar<'a>> {
        match value {
            Value::Bool(value) => Some(Scalar::Bool(*value)),
            Value::Number(number) => Some(Scalar::Number(number.as_str())),
            Value::String(text) => Some(Scalar::Text(text)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// None also for a text with an escape, which does not stand there as it is.
    fn in_text(text: &'a str) -> Option<Scalar<'a>> {
        match text.as_bytes().first()? {
            b't' => Some(Scalar::Bool(true)),
            b'f' => Some(Scalar::Bool(false)),
            b'-' | b'0'..=b'9' => Some(Scalar::Number(text)),
            b'"' => {
                let text = text.strip_prefix('"')?.strip_suffix('"')?;
                Some(Scalar::Text(text)).filter(|_| !text.contains('\\'))
            }
            _ => None,
        }
    }

    fn boolean(self) -> Option<bool> {
        match self {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn integer(self) -> Option<i64> {
        match self {
            Scalar::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    fn float(self) -> Option<f64> {
        match self {
            Scalar::Number(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    fn text(self) -> Option<&'a str> {
        match self {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads a value of the kind that is wanted from JSON text, without a tree of it. None where [`parse`] has to look at it: for
/// everything that does not fit, for texts with escapes, for `jsonb` and vectors, and for lists of global ids.
pub fn read(kind: &OperandKind, json: &str) -> Option<SqlValue> {
    match kind {
        OperandKind::List(scalar) | OperandKind::Keys(scalar) if json.starts_with('[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            let items = items.iter().map(|item| scalar_value(*scalar, Scalar::in_text(item.get())?));
            items.collect::<Option<_>>().map(SqlValue::List)
        }
        OperandKind::List(scalar) | OperandKind::Keys(scalar) => {
            Some(SqlValue::List(vec![scalar_value(*scalar, Scalar::in_text(json)?)?]))
        }
        kind => single(kind, Scalar::in_text(json)?).ok()?,
    }
}

/// Reads a value of the kind that is wanted.
///
/// # Errors
/// When it is of another type, or out of range.
pub fn parse(kind: &OperandKind, value: &Value) -> Result<SqlValue, Mistake> {
    match kind {
        OperandKind::Scalar(scalar) if scalar.base() == ScalarType::Jsonb && is_storable(value) => {
            Ok(SqlValue::Jsonb(value.to_string()))
        }
        OperandKind::Scalar(ScalarType::Vector(numbers)) => {
            vector(value, *numbers).ok_or_else(|| mistake(kind, value))
        }
        OperandKind::List(scalar) | OperandKind::Keys(scalar) => {
            let item = OperandKind::Scalar(*scalar);
            let items = match value {
                Value::Array(items) => items.as_slice(),
                single => std::slice::from_ref(single),
            };
            items.iter().map(|value| parse(&item, value)).collect::<Result<_, _>>().map(SqlValue::List)
        }
        OperandKind::NodeIds(part) => ids(value)
            .filter(|id| id.and_then(cursor::belongs_to) == Some(part.cursors.fingerprint))
            .map(|id| part.parse(id).map_err(|_| Mistake::NodeId))
            .collect::<Result<_, _>>()
            .map(SqlValue::List),
        OperandKind::NodePlaces { fingerprint, max } => {
            let count = ids(value).count();
            if u32::try_from(count).is_ok_and(|count| count <= *max) {
                let places = (1..).zip(ids(value));
                let own = places.filter(|(_, id)| id.and_then(cursor::belongs_to) == Some(*fingerprint));
                Ok(SqlValue::List(own.map(|(place, _)| SqlValue::Int4(place)).collect()))
            } else {
                Err(Mistake::TooManyIds { ids: count, max: *max })
            }
        }
        kind => match Scalar::of(value) {
            Some(scalar) => single(kind, scalar)?.ok_or_else(|| mistake(kind, value)),
            None => Err(mistake(kind, value)),
        },
    }
}

/// A vector as pgvector reads it, `[1,0.5]`.
fn vector(value: &Value, numbers: u16) -> Option<SqlValue> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let items = items.iter().map(|item| match scalar_value(ScalarType::Float4, Scalar::of(item)?)? {
        SqlValue::Float4(number) => Some(number.to_string()),
        _ => None,
    });
    let items = items.collect::<Option<Vec<_>>>().filter(|items| items.len() == usize::from(numbers))?;
    Some(SqlValue::Text(format!("[{}]", items.join(","))))
}

/// The global ids in a list; a single one is a list of one.
fn ids(value: &Value) -> impl Iterator<Item = Option<&str>> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    items.iter().map(Value::as_str)
}

/// A value of a kind that is no list; none when it is of another type or out of range.
fn single(kind: &OperandKind, value: Scalar<'_>) -> Result<Option<SqlValue>, Mistake> {
    Ok(match kind {
        OperandKind::Scalar(scalar) | OperandKind::List(scalar) | OperandKind::Keys(scalar) => {
            scalar_value(*scalar, value)
        }
        OperandKind::Pattern(pattern) => match scalar_value(ScalarType::Text, value) {
            Some(SqlValue::Text(text)) if *pattern == Pattern::Verbatim && ends_in_escape(&text) => {
                return Err(Mistake::Escape);
            }
            Some(SqlValue::Text(text)) => Some(SqlValue::Text(pattern_text(*pattern, text))),
            _ => None,
        },
        OperandKind::JsonPath => match scalar_value(ScalarType::Text, value) {
            Some(SqlValue::Text(path)) => Some(SqlValue::JsonPath(path)),
            _ => None,
        },
        OperandKind::Rows { max } => {
            let rows = value.integer().filter(|rows| i32::try_from(*rows).is_ok());
            match (rows, max) {
                (Some(rows), _) if rows < 0 => return Err(Mistake::Negative(rows)),
                (Some(rows), Some(max)) if rows > i64::from(*max) => {
                    return Err(Mistake::TooManyRows { rows, max: *max });
                }
                (rows, _) => rows.map(SqlValue::Int8),
            }
        }
        OperandKind::Steps { max } => {
            let steps = value.integer().filter(|steps| i32::try_from(*steps).is_ok());
            match steps {
                Some(steps) if steps < 0 => return Err(Mistake::NegativeSteps(steps)),
                Some(steps) if steps > i64::from(*max) => {
                    return Err(Mistake::TooManySteps { steps, max: *max });
                }
                steps => steps.map(SqlValue::Int8),
            }
        }
        OperandKind::Boolean => scalar_value(ScalarType::Bool, value),
        OperandKind::Cursor(part) => Some(part.parse(value.text())?),
        OperandKind::NodeId(part) => Some(part.parse(value.text()).map_err(|_| Mistake::NodeId)?),
        // They are lists.
        OperandKind::NodeIds(_) | OperandKind::NodePlaces { .. } => None,
    })
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

pub(super) fn scalar_value(scalar: ScalarType, value: Scalar<'_>) -> Option<SqlValue> {
    Some(match scalar {
        ScalarType::Bool => SqlValue::Bool(value.boolean()?),
        ScalarType::Int2 => SqlValue::Int2(value.integer()?.try_into().ok()?),
        ScalarType::Int4 => SqlValue::Int4(value.integer()?.try_into().ok()?),
        ScalarType::Int8 => SqlValue::Int8(match value {
            Scalar::Text(digits) => digits.parse().ok()?,
            value => value.integer()?,
        }),
        ScalarType::Float4 => {
            let number = value.float()? as f32;
            SqlValue::Float4(Some(number).filter(|number| number.is_finite())?)
        }
        ScalarType::Float8 => SqlValue::Float8(value.float()?),
        ScalarType::Text => SqlValue::Text(value.text().filter(|text| !text.contains('\0'))?.to_owned()),
        ScalarType::Numeric => SqlValue::Numeric(match value {
            Scalar::Text(digits) | Scalar::Number(digits) => Decimal::parse(digits)?,
            Scalar::Bool(_) => return None,
        }),
        ScalarType::Uuid => SqlValue::Uuid(uuid(value.text()?)?),
        ScalarType::Date => {
            let text = value.text()?;
            let date: civil::Date = text.parse().ok()?;
            // A time or a zone would be dropped in silence.
            Some(()).filter(|()| date.to_string() == text)?;
            let days = civil::date(2000, 1, 1).until(date).ok()?.get_days();
            // Postgres' calendar starts on 4714-11-24 BC.
            SqlValue::Date(Some(days).filter(|days| *days >= -2_451_545)?)
        }
        ScalarType::Timestamp => {
            let text = value.text()?;
            // A zone would be dropped in silence.
            if text.ends_with(['Z', 'z', ']']) || text.get(10..)?.contains(['+', '-']) {
                return None;
            }
            SqlValue::Timestamp(microseconds(text.parse().ok()?, 0)?)
        }
        ScalarType::Timestamptz => {
            // `jiff::Timestamp` ends 26 hours before the year 9999 does.
            let pieces = Pieces::parse(value.text()?).ok()?;
            let offset = pieces.to_numeric_offset()?.seconds();
            SqlValue::Timestamp(microseconds(pieces.date().to_datetime(pieces.time()?), offset)?)
        }
        ScalarType::Time => SqlValue::Time(time(value.text()?)?),
        ScalarType::Interval => SqlValue::Interval(Interval::parse(value.text()?)?),
        ScalarType::Bytea => SqlValue::Bytes(STANDARD.decode(value.text()?).ok()?),
        ScalarType::Inet => SqlValue::Network(Network::parse(value.text()?)?),
        ScalarType::Custom(def) => return scalar_value(def.base, value),
        ScalarType::Range(ty) => SqlValue::Range(Box::new(range::parse(ty, value.text()?)?)),
        // Postgres cannot compare `json`, so nothing is ever bound to it; of `jsonb` and vectors, `parse` takes whole trees.
        ScalarType::Json | ScalarType::Jsonb | ScalarType::Array(_) => return None,
        ScalarType::TsVector(_) | ScalarType::Vector(_) => return None,
        ScalarType::Enum(def) => {
            let name = value.text()?;
            SqlValue::Text(def.values.iter().find(|value| value.name == name)?.label.to_owned())
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_escape_what_is_special() {
        assert_eq!(pattern_text(Pattern::Infix, r"50%_\".into()), r"%50\%\_\\%");
        assert_eq!(pattern_text(Pattern::Verbatim, "50%".into()), "50%");
    }

    #[test]
    fn times_and_bytes_are_read() {
        let time = |text: &str| scalar_value(ScalarType::Time, Scalar::Text(text));
        assert_eq!(time("13:30:00.25"), Some(SqlValue::Time(48_600_250_000)));
        assert_eq!(time("24:00:00"), Some(SqlValue::Time(86_400_000_000)));
        for wrong in ["25:00:00", "13:30:00Z", "13:30:00+01:00", "2009-01-31T13:30:00", "noon"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        let bytes = |text: &str| scalar_value(ScalarType::Bytea, Scalar::Text(text));
        assert_eq!(bytes("Zm9v"), Some(SqlValue::Bytes(b"foo".to_vec())));
        assert_eq!(bytes("Zm8"), None);
    }

    #[test]
    fn days_and_moments_count_from_2000() {
        let date = |text: &str| scalar_value(ScalarType::Date, Scalar::Text(text));
        assert_eq!(date("2000-01-02"), Some(SqlValue::Date(1)));
        assert_eq!(date("1999-12-31"), Some(SqlValue::Date(-1)));
        assert_eq!(date("2001-02-29"), None);
        let moment = |text: &str| scalar_value(ScalarType::Timestamptz, Scalar::Text(text));
        assert_eq!(moment("2000-01-01T01:00:00+01:00"), Some(SqlValue::Timestamp(0)));
        assert_eq!(moment("2000-01-01T00:00:00"), None);
        let local = |text: &str| scalar_value(ScalarType::Timestamp, Scalar::Text(text));
        assert_eq!(local("2000-01-01T00:00:00.000001"), Some(SqlValue::Timestamp(1)));
        assert_eq!(local("2000-01-01T00:00:00Z"), None);
        assert_eq!(local("2000-01-01T00:00:00+02:00"), None);
    }

    /// What is read from text is what is read from a tree, or the tree has to say what is wrong with it.
    #[test]
    fn text_and_tree_give_the_same() {
        use ScalarType::{Bool, Bytea, Date, Float4, Float8, Inet, Int2, Int4, Int8, Interval, Json, Jsonb};
        use ScalarType::{Numeric, Text, Time, Timestamp, Timestamptz, Uuid};
        let scalars = [
            Bool,
            Int2,
            Int4,
            Int8,
            Float4,
            Float8,
            Text,
            Numeric,
            Uuid,
            Date,
            Timestamp,
            Timestamptz,
            Time,
            Interval,
            Bytea,
            Inet,
            Json,
            Jsonb,
        ];
        let mut kinds = vec![OperandKind::Boolean, OperandKind::Rows { max: None }];
        kinds.push(OperandKind::Rows { max: Some(10) });
        kinds.extend([Pattern::Verbatim, Pattern::Prefix, Pattern::Infix].map(OperandKind::Pattern));
        kinds.extend(scalars.map(OperandKind::Scalar));
        kinds.extend(scalars.map(OperandKind::List));
        let texts = [
            "null",
            "true",
            "false",
            "0",
            "-0",
            "7",
            "-1",
            "32768",
            "4294967296",
            "9223372036854775808",
            "1.5",
            "1e2",
            "1E+2",
            "-1.25e-3",
            "1e400",
            "3.5e38",
            "123456789012345678901234567890.5",
            r#""""#,
            r#""abc""#,
            r#""50%_""#,
            r#""a\\""#,
            r#""a\u0000""#,
            r#""\u00e9""#,
            r#""é🌍""#,
            r#""12""#,
            r#""-12.50""#,
            r#""Zm9v""#,
            r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#,
            r#""2009-01-31""#,
            r#""2009-01-31T13:30:00""#,
            r#""2009-01-31T13:30:00+01:00""#,
            r#""13:30:00.25""#,
            r#""PT1H""#,
            r#""10.0.0.1/8""#,
            "[]",
            "[1, 2]",
            "[ 1 , null ]",
            r#"["a", "b"]"#,
            r#"["a\n"]"#,
            "[[1]]",
            "[true]",
            "{}",
            r#"{"a": 1}"#,
        ];
        let mut read_from_text = 0;
        for kind in &kinds {
            for text in texts {
                let tree: Value = serde_json::from_str(text).unwrap();
                let parsed = parse(kind, &tree);
                if let Some(value) = read(kind, text) {
                    read_from_text += 1;
                    assert_eq!(parsed, Ok(value), "{text} as {kind:?}");
                } else {
                    let is_tree = matches!(kind.item(), OperandKind::Scalar(Jsonb));
                    assert!(
                        parsed.is_err() || is_tree || text.contains('\\'),
                        "{text} as {kind:?}: {parsed:?}"
                    );
                }
            }
        }
        assert!(read_from_text > 100, "{read_from_text}");
    }
}
