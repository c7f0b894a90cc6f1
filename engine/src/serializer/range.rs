//! A Postgres range → JSON: a text as Postgres writes it, with its bounds as their scalars write them.
//!
//! The format of `range_send` is a byte of flags, then for each bound that there is `int32 length` and the data, big endian.

use onefold_schema::RangeType;

use super::error::{Fault, Malformed};
use super::output::Output;
use super::scalar;
use crate::wire::range::{EMPTY, LOWER_INCLUSIVE, LOWER_INFINITE, UPPER_INCLUSIVE, UPPER_INFINITE};

/// Writes `"[1,5)"`.
pub(super) fn write(output: &mut Output, data: &[u8], range: RangeType) -> Result<(), Fault> {
    let Some((&flags, mut rest)) = data.split_first() else {
        return Err(Malformed::RangeEnds { expected: 1, actual: 0 }.into());
    };
    if flags & EMPTY != 0 {
        output.push(b"\"empty\"");
        return behind(rest);
    }
    output.push(if flags & LOWER_INCLUSIVE != 0 { b"\"[" } else { b"\"(" });
    if flags & LOWER_INFINITE == 0 {
        bound(output, &mut rest, range)?;
    }
    output.push(b",");
    if flags & UPPER_INFINITE == 0 {
        bound(output, &mut rest, range)?;
    }
    output.push(if flags & UPPER_INCLUSIVE != 0 { b"]\"" } else { b")\"" });
    behind(rest)
}

/// Writes a bound without the quotes that its scalar may have.
fn bound(output: &mut Output, data: &mut &[u8], range: RangeType) -> Result<(), Fault> {
    let Some((length, rest)) = data.split_first_chunk::<4>() else {
        return Err(Malformed::RangeEnds { expected: 4, actual: data.len() }.into());
    };
    let length = i32::from_be_bytes(*length);
    let Ok(length) = usize::try_from(length) else { return Err(Malformed::CellLength(length).into()) };
    let Some((value, rest)) = rest.split_at_checked(length) else {
        return Err(Malformed::RangeEnds { expected: length, actual: rest.len() }.into());
    };
    *data = rest;
    let mut written = Output::with_capacity(scalar::FIXED);
    scalar::write(&mut written, range.bound(), value)?;
    let text = written.written();
    output.push(text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text));
    Ok(())
}

fn behind(rest: &[u8]) -> Result<(), Fault> {
    if rest.is_empty() { Ok(()) } else { Err(Malformed::BehindRange(rest.len()).into()) }
}

#[cfg(test)]
mod tests {
    use super::super::error::ValueFault;
    use super::super::scalar::tests::hex;
    use super::*;

    /// The JSON of data as Postgres 15 has it: `select encode(range_send(…), 'hex')`.
    fn json(range: RangeType, data: &str) -> Result<String, Fault> {
        let mut output = Output::with_capacity(0);
        write(&mut output, &hex(&data.replace(' ', "")), range)?;
        Ok(String::from_utf8(output.into_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn ranges_as_postgres_writes_them() {
        for (range, data, expected) in [
            (RangeType::Int4, "02 00000004 00000001 00000004 00000005", r#""[1,5)""#),
            (RangeType::Int4, "01", r#""empty""#),
            (RangeType::Int4, "18", r#""(,)""#),
            (RangeType::Int8, "12 00000008 0000000000000001", r#""[1,)""#),
            (RangeType::Numeric, "0c 0000000a 0001000000000001 000f", r#""(,15.0]""#),
            (RangeType::Date, "02 00000004 00000cf7 00000004 00000d13", r#""[2009-02-01,2009-03-01)""#),
        ] {
            assert_eq!(json(range, data).as_deref(), Ok(expected), "{data}");
        }
    }

    #[test]
    fn what_is_no_range_is_malformed_and_infinity_a_field_error() {
        let one = "02 00000004 00000001 00000004 00000005".replace(' ', "");
        for length in 0..one.len() / 2 {
            let cut = json(RangeType::Int4, &one[..length * 2]);
            assert!(matches!(cut, Err(Fault::Malformed(Malformed::RangeEnds { .. }))), "{length}");
        }
        let longer = json(RangeType::Int4, &format!("{one}00"));
        assert_eq!(longer, Err(Malformed::BehindRange(1).into()));
        let infinite = json(RangeType::Date, "12 00000004 80000000");
        assert!(matches!(infinite, Err(Fault::Value(ValueFault::NotFinite { .. }))));
    }
}
