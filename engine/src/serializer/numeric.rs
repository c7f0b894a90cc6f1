//! Postgres' binary `numeric` → a JSON string of its exact decimal digits.
//!
//! The format is `int16 digits, int16 weight, uint16 sign, uint16 scale`, then the digits in base 10,000; the
//! first has the value `digit * 10000^weight`. As many decimals are written as the scale says
//! (`get_str_from_var` in Postgres' `numeric.c`).

use super::error::{Fault, Malformed, ValueFault};
use super::output::Output;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;
/// `NUMERIC_DSCALE_MAX`.
const MAX_SCALE: u16 = 0x3FFF;

/// Writes the number.
pub(super) fn write(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    let Some((header, digits)) = data.split_first_chunk::<8>() else {
        return Err(Malformed::Length { scalar: "numeric", expected: 8, actual: data.len() }.into());
    };
    let part = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let (count, weight, sign, scale) = (part(0), part(2) as i16, part(4), part(6));

    let not_finite = |value| Err(ValueFault::NotFinite { scalar: "numeric", value }.into());
    match sign {
        POSITIVE | NEGATIVE => {}
        NAN => return not_finite("NaN"),
        INFINITY => return not_finite("Infinity"),
        NEGATIVE_INFINITY => return not_finite("-Infinity"),
        value => return Err(Malformed::Numeric { part: "sign", value }.into()),
    }
    if scale > MAX_SCALE {
        return Err(Malformed::Numeric { part: "scale", value: scale }.into());
    }
    if digits.len() != usize::from(count) * 2 {
        let expected = 8 + usize::from(count) * 2;
        return Err(Malformed::Length { scalar: "numeric", expected, actual: data.len() }.into());
    }
    let digits = digits.as_chunks::<2>().0;
    if let Some(value) = digits.iter().map(|digit| u16::from_be_bytes(*digit)).find(|digit| *digit > 9999) {
        return Err(Malformed::Numeric { part: "digit", value }.into());
    }

    let weight = i32::from(weight);
    // The digit at a power of 10,000; those before and behind the ones that were sent are zero.
    let digit = |power: i32| {
        let place = usize::try_from(weight - power).ok();
        place.and_then(|place| digits.get(place)).map_or(0, |digit| u16::from_be_bytes(*digit))
    };
    let scale = usize::from(scale);
    // Two quotes, a sign, a point, four figures for each digit, and the last digit may stand out behind the scale.
    let room = output.room(4 + (weight.max(0) as usize + 1) * 4 + scale + 4);
    room[0] = b'"';
    let mut at = 1;
    if sign == NEGATIVE {
        room[at] = b'-';
        at += 1;
    }
    let first = figures(digit(weight.max(0)));
    // The last figure stays, also when it is a zero.
    let leading = ((first ^ ZEROS) | 1 << 24).trailing_zeros() / 8;
    at = put(room, at, first >> (leading * 8)) - leading as usize;
    for power in (0..weight).rev() {
        at = put(room, at, figures(digit(power)));
    }
    if scale > 0 {
        room[at] = b'.';
        let point = at + 1;
        at = point;
        for power in 1..=scale.div_ceil(4) as i32 {
            at = put(room, at, figures(digit(-power)));
        }
        at = point + scale;
    }
    room[at] = b'"';
    output.advance(at + 1);
    Ok(())
}

/// Writes four figures at a place; returns the place behind them.
#[inline]
fn put(room: &mut [u8], at: usize, figures: u32) -> usize {
    room[at..at + 4].copy_from_slice(&figures.to_le_bytes());
    at + 4
}

const ZEROS: u32 = 0x3030_3030;

/// The four figures of a digit, the first in the lowest byte: halves, then single figures, each step for both halves at
/// once (see `eight_digits` of `scalar`).
#[inline]
fn figures(digit: u16) -> u32 {
    let digit = u32::from(digit);
    let hundreds = (digit * 10_486) >> 20;
    let halves = hundreds | (digit - hundreds * 100) << 16;
    let tens = ((halves * 103) >> 10) & 0xf_000f;
    tens | (halves - tens * 10) << 8 | ZEROS
}

#[cfg(test)]
mod tests {
    use super::super::scalar::tests::hex;
    use super::*;

    fn json(data: &str) -> Result<String, Fault> {
        let mut output = Output::with_capacity(0);
        write(&mut output, &hex(data))?;
        Ok(String::from_utf8(output.into_vec()).expect("digits are UTF-8"))
    }

    /// Postgres 15: `select encode(numeric_send(v), 'hex'), v::text`.
    #[test]
    fn numbers_as_postgres_writes_them() {
        for (data, expected) in [
            ("0000000000000000", "0"),
            ("0000000000000002", "0.00"),
            ("00010000000000000001", "1"),
            ("00010000400000000001", "-1"),
            ("00010001000000000001", "10000"),
            ("0001000000000000270f", "9999"),
            ("000200010000000004d2162e", "12345678"),
            ("0001ffff000000040001", "0.0001"),
            ("0001fffe0000000503e8", "0.00001"),
            ("0001ffff400000011388", "-0.5"),
            ("0002000000000002000103e8", "1.10"),
            ("0006000200000009000109291a8504d2162e2328", "123456789.123456789"),
            ("00010005000000000001", "100000000000000000000"),
            ("0001fffd0000000a0064", "0.0000000001"),
            ("00010002000000040001", "100000000.0000"),
            ("0001ffff0000000226ac", "0.99"),
            ("000100000000000004b0", "1200"),
            ("0005ffff0000001304d2162e23340d801ed2", "0.1234567890123456789"),
            ("0006000440000004270f270f270f270f270f270f", "-99999999999999999999.9999"),
        ] {
            assert_eq!(json(data), Ok(format!("\"{expected}\"")));
        }
    }

    #[test]
    fn not_finite_is_a_field_error() {
        for data in ["00000000c0000000", "00000000d0000020", "00000000f0000020"] {
            assert!(matches!(json(data), Err(Fault::Value(ValueFault::NotFinite { .. }))));
        }
    }

    #[test]
    fn contradictions_are_malformed() {
        for data in [
            "",
            "00000000000000",
            "000100000000000000",
            "0001000000000000",
            "0000000000000000ff",
            "ffff0000000000000001",
            "0000000010000000",
            "0000000000004000",
            "00010000000000002710",
        ] {
            assert!(matches!(json(data), Err(Fault::Malformed(_))), "{data}");
        }
    }

    #[test]
    fn the_largest_numbers_fit() {
        let number = json("00017fff00003fff0001").expect("a number");
        assert_eq!(number.len(), 2 + 32767 * 4 + 1 + 1 + 0x3fff);
        let number = json("00018000400000000001").expect("a number");
        assert_eq!(number, "\"-0\"");
    }
}
