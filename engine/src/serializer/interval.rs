//! Postgres' `interval` → an ISO 8601 duration, as it writes it under `intervalstyle = iso_8601`.

use std::fmt::Write as _;

use super::error::{Fault, Malformed, ValueFault};
use super::output::Output;

/// An `interval`: `P1Y2M3DT4H5M6.5S`. Each part has a sign of its own.
///
/// The format is microseconds as an `int8`, then days and months as an `int4` each (`interval_send` in Postgres'
/// `timestamp.c`). From version 17 on the largest and the least values of all three are infinities.
pub(super) fn write(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    let bytes: [u8; 16] = data.try_into().map_err(|_| Malformed::Length {
        scalar: "interval",
        expected: 16,
        actual: data.len(),
    })?;
    let number = u128::from_be_bytes(bytes);
    let (microseconds, days, months) = ((number >> 64) as i64, (number >> 32) as i32, number as i32);
    match (microseconds, days, months) {
        (i64::MAX, i32::MAX, i32::MAX) => {
            return Err(ValueFault::NotFinite { scalar: "interval", value: "infinity" }.into());
        }
        (i64::MIN, i32::MIN, i32::MIN) => {
            return Err(ValueFault::NotFinite { scalar: "interval", value: "-infinity" }.into());
        }
        (0, 0, 0) => {
            output.push(br#""PT0S""#);
            return Ok(());
        }
        _ => {}
    }
    let mut text = String::with_capacity(32);
    text.push_str("\"P");
    // Writing to a string does not fail.
    let part = |text: &mut String, value: i64, unit: char| {
        if value != 0 {
            let _ = write!(text, "{value}{unit}");
        }
    };
    part(&mut text, i64::from(months / 12), 'Y');
    part(&mut text, i64::from(months % 12), 'M');
    part(&mut text, days.into(), 'D');
    if microseconds != 0 {
        text.push('T');
        part(&mut text, microseconds / 3_600_000_000, 'H');
        part(&mut text, microseconds / 60_000_000 % 60, 'M');
        let rest = microseconds % 60_000_000;
        if rest != 0 {
            let sign = if rest < 0 { "-" } else { "" };
            let (seconds, fraction) = (rest.unsigned_abs() / 1_000_000, rest.unsigned_abs() % 1_000_000);
            let _ = write!(text, "{sign}{seconds}");
            if fraction != 0 {
                let figures = format!("{fraction:06}");
                let _ = write!(text, ".{}", figures.trim_end_matches('0'));
            }
            text.push('S');
        }
    }
    text.push('"');
    output.push(text.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::scalar::tests::any;
    use super::*;

    fn interval(microseconds: i64, days: i32, months: i32) -> Result<String, Fault> {
        let bytes = [&microseconds.to_be_bytes()[..], &days.to_be_bytes(), &months.to_be_bytes()].concat();
        any(write, &bytes)
    }

    /// Postgres 15 with `intervalstyle = iso_8601`.
    #[test]
    fn intervals_as_postgres_writes_them() {
        for (value, expected) in [
            ((0, 0, 0), r#""PT0S""#),
            ((14_706_500_000, 3, 14), r#""P1Y2M3DT4H5M6.5S""#),
            ((-1, 0, 0), r#""PT-0.000001S""#),
            ((-3_600_000_000, 1, -13), r#""P-1Y-1M1DT-1H""#),
            ((60_000_000, 0, 0), r#""PT1M""#),
            ((0, 0, 12), r#""P1Y""#),
        ] {
            assert_eq!(interval(value.0, value.1, value.2).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn infinite_values_are_field_errors() {
        for value in [(i64::MAX, i32::MAX, i32::MAX), (i64::MIN, i32::MIN, i32::MIN)] {
            let written = interval(value.0, value.1, value.2);
            assert!(matches!(written, Err(Fault::Value(ValueFault::NotFinite { .. }))));
        }
    }
}
