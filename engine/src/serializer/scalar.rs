//! A Postgres binary value → JSON, for each type; what interpreter and machine code share.
//!
//! Types whose JSON is short are written into [`Fixed`] room, so that a caller can reserve room for many of them
//! at once; the others ask the output for as much as they need.

use onefold_schema::{ArrayDef, EnumDef, RangeType, ScalarType};

use super::error::{Fault, Malformed, ValueFault};
use super::output::Output;
use super::{array, binary, datetime, interval, numeric, range, text};

/// The longest JSON of a type that is written into [`Fixed`] room is that of a `timestamptz` with its quotes, 39 bytes;
/// and whole words may be written at its end.
pub(super) const FIXED: usize = 48;

/// The JSON of a `uuid` with its quotes and hyphens.
pub(super) const UUID: usize = 38;

/// Room for one short value.
pub(super) type Fixed = [u8; FIXED];

/// Writes a short value and returns its length.
pub(super) type WriteFixed = fn(&mut Fixed, &[u8]) -> Result<usize, Fault>;

/// Writes a value of any length.
pub(super) type WriteAny = fn(&mut Output, &[u8]) -> Result<(), Fault>;

/// How the values of a type are written.
pub(super) enum Writer {
    Fixed(WriteFixed),
    Any(WriteAny),
    Enum(&'static EnumDef),
    Array(&'static ArrayDef),
    Range(RangeType),
}

/// How the values of a type are written.
pub(super) fn writer(scalar: ScalarType) -> Writer {
    match scalar {
        ScalarType::Bool => Writer::Fixed(boolean),
        ScalarType::Int2 => Writer::Fixed(int2),
        ScalarType::Int4 => Writer::Fixed(int4),
        ScalarType::Int8 => Writer::Fixed(int8),
        ScalarType::Float4 => Writer::Fixed(float4),
        ScalarType::Float8 => Writer::Fixed(float8),
        ScalarType::Uuid => Writer::Fixed(uuid),
        ScalarType::Date => Writer::Fixed(datetime::date),
        ScalarType::Timestamp => Writer::Fixed(datetime::timestamp),
        ScalarType::Timestamptz => Writer::Fixed(datetime::timestamptz),
        ScalarType::Time => Writer::Fixed(datetime::time),
        ScalarType::Interval => Writer::Any(interval::write),
        ScalarType::Bytea => Writer::Any(binary::bytea),
        ScalarType::Inet => Writer::Any(binary::inet),
        ScalarType::Text => Writer::Any(text),
        ScalarType::Numeric => Writer::Any(numeric::write),
        ScalarType::Json => Writer::Any(json),
        ScalarType::Jsonb => Writer::Any(jsonb),
        ScalarType::Enum(def) => Writer::Enum(def),
        ScalarType::Array(def) => Writer::Array(def),
        ScalarType::Range(range) => Writer::Range(range),
        ScalarType::Custom(def) => writer(def.base),
    }
}

/// Writes a value of a type.
pub(super) fn write(output: &mut Output, scalar: ScalarType, data: &[u8]) -> Result<(), Fault> {
    match writer(scalar) {
        Writer::Fixed(write) => {
            let Some(room) = output.room(FIXED).first_chunk_mut() else {
                unreachable!("the output gives as much room as it is asked for");
            };
            let written = write(room, data)?;
            output.advance(written);
            Ok(())
        }
        Writer::Any(write) => write(output, data),
        Writer::Enum(def) => enumeration(output, data, def),
        Writer::Array(def) => array::write(output, data, def),
        Writer::Range(range) => range::write(output, data, range),
    }
}

/// The bytes of a type of known length.
#[inline]
pub(super) fn array<const N: usize>(scalar: &'static str, data: &[u8]) -> Result<[u8; N], Malformed> {
    data.try_into().map_err(|_| Malformed::Length { scalar, expected: N, actual: data.len() })
}

#[inline(always)]
pub(super) fn boolean(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    // Any byte but zero is true, as for Postgres (`boolrecv`).
    let (text, length) = if array("bool", data)? == [0] { (b"false", 5) } else { (b"true ", 4) };
    out[..5].copy_from_slice(text);
    Ok(length)
}

#[inline(always)]
pub(super) fn int2(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    integer(out, i16::from_be_bytes(array("int2", data)?).into())
}

#[inline(always)]
pub(super) fn int4(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    integer(out, i32::from_be_bytes(array("int4", data)?).into())
}

#[inline(always)]
pub(super) fn int8(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    quoted_integer(out, i64::from_be_bytes(array("int8", data)?))
}

/// A value of `int2` or `int4`.
#[inline(always)]
pub(super) fn integer(out: &mut Fixed, value: i64) -> Result<usize, Fault> {
    Ok(write_integer(out, 0, value))
}

/// A value of `int8`, as a string: JSON numbers beyond 2^53 are not exact in most readers.
#[inline(always)]
pub(super) fn quoted_integer(out: &mut Fixed, value: i64) -> Result<usize, Fault> {
    out[0] = b'"';
    let end = write_integer(out, 1, value);
    out[end] = b'"';
    Ok(end + 1)
}

pub(super) fn float4(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    single(out, f32::from_be_bytes(array("float4", data)?))
}

pub(super) fn float8(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    double(out, f64::from_be_bytes(array("float8", data)?))
}

/// A value of `float4`.
#[inline]
pub(super) fn single(out: &mut Fixed, value: f32) -> Result<usize, Fault> {
    if !value.is_finite() {
        return Err(not_finite("float4", value.into()));
    }
    // `FLT_DIG`
    Ok(write_float(out, zmij::Buffer::new().format_finite(value), value.abs() < 1e6))
}

/// A value of `float8`.
#[inline]
pub(super) fn double(out: &mut Fixed, value: f64) -> Result<usize, Fault> {
    if !value.is_finite() {
        return Err(not_finite("float8", value));
    }
    // `DBL_DIG`
    Ok(write_float(out, zmij::Buffer::new().format_finite(value), value.abs() < 1e15))
}

#[cold]
fn not_finite(scalar: &'static str, value: f64) -> Fault {
    let value = match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    };
    ValueFault::NotFinite { scalar, value }.into()
}

/// Postgres writes small integral values without a fraction, and large ones with an exponent. Readers that tell
/// integers and floats apart see the same kinds here.
#[inline]
fn write_float(out: &mut Fixed, text: &str, small: bool) -> usize {
    let text = if small { text.strip_suffix(".0").unwrap_or(text) } else { text };
    let text = text.as_bytes();
    // Two copies that overlap are as good as one, whose length would be known only here.
    if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        out[..16].copy_from_slice(first);
        out[text.len() - 16..text.len()].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        out[..8].copy_from_slice(first);
        out[text.len() - 8..text.len()].copy_from_slice(last);
    } else {
        out[..text.len()].copy_from_slice(text);
    }
    text.len()
}

#[inline(always)]
pub(super) fn uuid(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    Ok(figures(out, &array("uuid", data)?))
}

/// The bytes of a `uuid` in [`UUID`] bytes.
#[inline(always)]
pub(super) fn figures(out: &mut Fixed, bytes: &[u8; 16]) -> usize {
    const FIGURES: &[u8; 16] = b"0123456789abcdef";
    /// Where the figures of each byte stand; hyphens and quotes are in the gaps.
    const PLACES: [usize; 16] = [1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35];
    for (byte, place) in bytes.iter().zip(PLACES) {
        out[place] = FIGURES[usize::from(byte >> 4)];
        out[place + 1] = FIGURES[usize::from(byte & 0xf)];
    }
    for hyphen in [9, 14, 19, 24] {
        out[hyphen] = b'-';
    }
    out[0] = b'"';
    out[UUID - 1] = b'"';
    UUID
}

#[inline]
pub(super) fn text(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    Ok(text::write(output, data)?)
}

/// The text is JSON already: Postgres checked it when it was stored.
pub(super) fn json(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    if data.is_empty() {
        return Err(Malformed::EmptyJson.into());
    }
    std::str::from_utf8(data).map_err(Malformed::Utf8)?;
    output.push(data);
    Ok(())
}

/// A version, then the text of the value.
pub(super) fn jsonb(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    match data.split_first() {
        Some((1, text)) => json(output, text),
        Some((version, _)) => Err(Malformed::JsonbVersion(*version).into()),
        None => Err(Malformed::EmptyJson.into()),
    }
}

/// The GraphQL value of a label. GraphQL names need no escapes.
#[inline]
pub(super) fn enumeration(output: &mut Output, data: &[u8], def: &'static EnumDef) -> Result<(), Fault> {
    let Some(value) = def.values.iter().find(|value| value.label.as_bytes() == data) else {
        let label = std::str::from_utf8(data).map_err(Malformed::Utf8)?.to_owned();
        return Err(ValueFault::UnknownLabel { label, def }.into());
    };
    let name = value.name.as_bytes();
    let room = output.room(name.len() + 2);
    room[0] = b'"';
    room[1..=name.len()].copy_from_slice(name);
    room[name.len() + 1] = b'"';
    output.advance(name.len() + 2);
    Ok(())
}

#[inline(always)]
fn write_integer(out: &mut Fixed, at: usize, value: i64) -> usize {
    out[at] = b'-';
    write_digits(out, at + usize::from(value < 0), value.unsigned_abs())
}

/// Writes an integer's decimal digits at a place; returns the place behind them.
#[inline(always)]
pub(super) fn write_digits(out: &mut Fixed, at: usize, value: u64) -> usize {
    const EIGHT: u64 = 100_000_000;
    if value < EIGHT { write_leading(out, at, value) } else { write_long(out, at, value) }
}

/// More than eight digits.
fn write_long(out: &mut Fixed, at: usize, value: u64) -> usize {
    const EIGHT: u64 = 100_000_000;
    let (high, low) = (value / EIGHT, value % EIGHT);
    let at = if high < EIGHT {
        write_leading(out, at, high)
    } else {
        let at = write_leading(out, at, high / EIGHT);
        write_eight(out, at, eight_digits(high % EIGHT))
    };
    write_eight(out, at, eight_digits(low))
}

/// A number below 10^8 without leading zeros.
#[inline(always)]
fn write_leading(out: &mut Fixed, at: usize, value: u64) -> usize {
    let digits = eight_digits(value);
    // The last digit stays, also when it is a zero.
    let zeros = (digits | 1 << 56).trailing_zeros() / 8;
    write_eight(out, at, digits >> (zeros * 8)) - zeros as usize
}

#[inline(always)]
fn write_eight(out: &mut Fixed, at: usize, digits: u64) -> usize {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    out[at..at + 8].copy_from_slice(&(digits | ZEROS).to_le_bytes());
    at + 8
}

/// The eight digits of a number below 10^8, the first in the lowest byte: halves, quarters, then single digits, each
/// step for all parts at once in one register.
#[inline(always)]
fn eight_digits(value: u64) -> u64 {
    let halves = (value / 10_000) | (value % 10_000) << 32;
    // For a number below 10,000, 10486 / 2^20 is 1 / 100 rounded down; below 100, 103 / 2^10 is 1 / 10.
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
    let quarters = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((quarters * 103) >> 10) & 0xf_000f_000f_000f;
    tens | (quarters - tens * 10) << 8
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn hex(text: &str) -> Vec<u8> {
        let figure = |byte: u8| (byte as char).to_digit(16).expect("a hexadecimal figure") as u8;
        text.as_bytes().chunks(2).map(|pair| figure(pair[0]) << 4 | figure(pair[1])).collect()
    }

    pub(in super::super) fn fixed(write: WriteFixed, data: &[u8]) -> Result<String, Fault> {
        let mut out = [b'?'; FIXED];
        let length = write(&mut out, data)?;
        Ok(String::from_utf8(out[..length].to_vec()).expect("JSON is UTF-8"))
    }

    pub(in super::super) fn any(write: WriteAny, data: &[u8]) -> Result<String, Fault> {
        let mut output = Output::with_capacity(0);
        write(&mut output, data)?;
        Ok(String::from_utf8(output.into_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn booleans() {
        assert_eq!(fixed(boolean, &[0]).as_deref(), Ok("false"));
        assert_eq!(fixed(boolean, &[1]).as_deref(), Ok("true"));
    }

    #[test]
    fn integers_at_their_limits() {
        for value in [i16::MIN, -1, 0, 9, 10, 99, 100, 9999, i16::MAX] {
            assert_eq!(fixed(int2, &value.to_be_bytes()), Ok(value.to_string()));
        }
        for value in [i32::MIN, -10, 0, 12345, 1_000_000, i32::MAX] {
            assert_eq!(fixed(int4, &value.to_be_bytes()), Ok(value.to_string()));
        }
        for value in [i64::MIN, -1, 0, 1 << 53, i64::MAX] {
            assert_eq!(fixed(int8, &value.to_be_bytes()), Ok(format!("\"{value}\"")));
        }
    }

    #[test]
    fn all_numbers_of_few_digits() {
        for value in (0..=i64::from(u16::MAX)).chain((0..100_000).map(|value| value * 999_983)) {
            assert_eq!(fixed(int8, &value.to_be_bytes()), Ok(format!("\"{value}\"")));
        }
    }

    #[test]
    fn every_power_of_ten_has_its_length() {
        for power in 0..19 {
            let value = 10_i64.pow(power);
            for value in [value - 1, value, value + 1] {
                assert_eq!(fixed(int8, &value.to_be_bytes()), Ok(format!("\"{value}\"")));
            }
        }
    }

    /// Postgres 15: `select encode(float8send(v), 'hex'), to_json(v)`; the same number as a JSON reader sees it.
    #[test]
    fn doubles_as_postgres_writes_them() {
        for (data, expected) in [
            ("0000000000000000", "0"),
            ("8000000000000000", "-0"),
            ("3ff0000000000000", "1"),
            ("3ff8000000000000", "1.5"),
            ("430c6bf526340000", "1e+15"),
            ("430c6bf52633fff8", "999999999999999"),
            ("444b1ae4d6e2ef50", "1e+21"),
            ("3ee4f8b588e368f1", "1e-05"),
            ("3fb999999999999a", "0.1"),
            ("7fefffffffffffff", "1.7976931348623157e+308"),
            ("0000000000000001", "5e-324"),
            ("437b69b4ba630f35", "1.2345678901234568e+17"),
            ("42d6bcc41e900000", "100000000000000"),
        ] {
            same_number(&fixed(float8, &hex(data)).expect("a finite number"), expected);
        }
    }

    /// Postgres 15: `select encode(float4send(v), 'hex'), to_json(v)`.
    #[test]
    fn singles_as_postgres_writes_them() {
        for (data, expected) in [
            ("00000000", "0"),
            ("80000000", "-0"),
            ("3f800000", "1"),
            ("3fc00000", "1.5"),
            ("49742400", "1e+06"),
            ("497423f0", "999999"),
            ("3727c5ac", "1e-05"),
            ("3dcccccd", "0.1"),
            ("7f7fffff", "3.4028235e+38"),
            ("00000001", "1e-45"),
            ("4b800000", "1.6777216e+07"),
            ("47f12000", "123456"),
        ] {
            same_number(&fixed(float4, &hex(data)).expect("a finite number"), expected);
        }
    }

    fn same_number(left: &str, right: &str) {
        // As numbers of `serde_json` they would be compared by their text; by their bits, -0 is not 0.
        let number = |text: &str| serde_json::from_str::<f64>(text).expect("a JSON number").to_bits();
        assert_eq!(number(left), number(right), "{left} and {right}");
    }

    #[test]
    fn floats_that_are_not_finite_are_field_errors() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let fault = fixed(float4, &value.to_be_bytes());
            assert!(matches!(fault, Err(Fault::Value(ValueFault::NotFinite { .. }))), "{fault:?}");
            let fault = fixed(float8, &f64::from(value).to_be_bytes());
            assert!(matches!(fault, Err(Fault::Value(ValueFault::NotFinite { .. }))), "{fault:?}");
        }
    }

    #[test]
    fn uuids() {
        let data = hex("a0eebc999c0b4ef8bb6d6bb9bd380a11");
        assert_eq!(fixed(uuid, &data).as_deref(), Ok(r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#));
    }

    #[test]
    fn json_is_copied_and_jsonb_loses_its_version() {
        assert_eq!(any(json, br#"{"a" : [1]}"#).as_deref(), Ok(r#"{"a" : [1]}"#));
        assert_eq!(any(jsonb, b"\x01{\"a\": 1}").as_deref(), Ok(r#"{"a": 1}"#));
        assert_eq!(any(jsonb, b"\x02{}"), Err(Malformed::JsonbVersion(2).into()));
        assert_eq!(any(jsonb, b"\x01"), Err(Malformed::EmptyJson.into()));
        assert_eq!(any(jsonb, b""), Err(Malformed::EmptyJson.into()));
        assert_eq!(any(json, b""), Err(Malformed::EmptyJson.into()));
        assert!(matches!(any(json, b"\"\xff\""), Err(Fault::Malformed(Malformed::Utf8(_)))));
    }

    #[test]
    fn wrong_lengths_are_malformed() {
        let types: [(WriteFixed, usize); 10] = [
            (boolean, 1),
            (int2, 2),
            (int4, 4),
            (int8, 8),
            (float4, 4),
            (float8, 8),
            (uuid, 16),
            (datetime::date, 4),
            (datetime::timestamp, 8),
            (datetime::timestamptz, 8),
        ];
        for (write, length) in types {
            for wrong in [0, length - 1, length + 1, 100] {
                let fault = fixed(write, &vec![0; wrong]);
                assert_eq!(
                    matches!(fault, Err(Fault::Malformed(Malformed::Length { expected, actual, .. }))
                        if expected == length && actual == wrong),
                    wrong != length,
                    "{fault:?}"
                );
            }
        }
    }
}
