//! Postgres' binary dates and timestamps → ISO 8601, as its `to_json` writes them in UTC.
//!
//! Years before 1 carry the suffix ` BC`, years from 10000 on have more digits, and a fraction of a second has
//! no trailing zeros.

use super::error::{Fault, Malformed, ValueFault};
use super::scalar::{Fixed, array, write_digits};

const MICROSECONDS_PER_DAY: i64 = 86_400_000_000;
/// From 0000-03-01 to Postgres' epoch, 2000-01-01.
const EPOCH: i64 = 730_425;
/// The days of `date`: from 4714-11-24 BC to before 5874898-06-04 (`IS_VALID_DATE`).
const DATES: std::ops::Range<i64> = -2_451_545..2_145_031_949;
/// The microseconds of `timestamp`: from 4714-11-24 BC to before 294277-01-01 (`IS_VALID_TIMESTAMP`).
const TIMESTAMPS: std::ops::Range<i64> = -211_813_488_000_000_000..9_223_371_331_200_000_000;

/// A `date`: days since 2000-01-01.
pub(super) fn date(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    let days = i32::from_be_bytes(array("date", data)?);
    match days {
        i32::MAX => return Err(infinite("date", "infinity")),
        i32::MIN => return Err(infinite("date", "-infinity")),
        _ => {}
    }
    let days = i64::from(days);
    if !DATES.contains(&days) {
        return Err(Malformed::Range { scalar: "date", value: days }.into());
    }
    out[0] = b'"';
    let (mut at, before_christ) = write_date(out, 1, days);
    if before_christ {
        at = append(out, at, b" BC");
    }
    Ok(append(out, at, b"\""))
}

/// A `timestamp`: microseconds since 2000-01-01T00:00:00.
pub(super) fn timestamp(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    write_timestamp(out, data, "timestamp", b"")
}

/// A `timestamptz`: microseconds since 2000-01-01T00:00:00 in UTC.
pub(super) fn timestamptz(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    write_timestamp(out, data, "timestamptz", b"+00:00")
}

fn infinite(scalar: &'static str, value: &'static str) -> Fault {
    ValueFault::NotFinite { scalar, value }.into()
}

#[inline]
fn write_timestamp(out: &mut Fixed, data: &[u8], scalar: &'static str, zone: &[u8]) -> Result<usize, Fault> {
    let microseconds = i64::from_be_bytes(array(scalar, data)?);
    match microseconds {
        i64::MAX => return Err(infinite(scalar, "infinity")),
        i64::MIN => return Err(infinite(scalar, "-infinity")),
        _ => {}
    }
    if !TIMESTAMPS.contains(&microseconds) {
        return Err(Malformed::Range { scalar, value: microseconds }.into());
    }
    let days = microseconds.div_euclid(MICROSECONDS_PER_DAY);
    let time = microseconds.rem_euclid(MICROSECONDS_PER_DAY);
    // Both fit: a day has 86,400 seconds.
    let (seconds, fraction) = ((time / 1_000_000) as u32, (time % 1_000_000) as u32);

    out[0] = b'"';
    let (at, before_christ) = write_date(out, 1, days);
    // Years most often have four digits: code that knows it has all else at constant places.
    let mut at = if at == 11 {
        write_time(out, 11, seconds, fraction)
    } else {
        write_time(out, at, seconds, fraction)
    };
    at = append(out, at, zone);
    if before_christ {
        at = append(out, at, b" BC");
    }
    Ok(append(out, at, b"\""))
}

/// Writes `T13:30:00.25` at a place; returns the place behind it.
#[inline(always)]
fn write_time(out: &mut Fixed, at: usize, seconds: u32, fraction: u32) -> usize {
    out[at] = b'T';
    write_pair(out, at + 1, seconds / 3600);
    out[at + 3] = b':';
    write_pair(out, at + 4, seconds / 60 % 60);
    out[at + 6] = b':';
    write_pair(out, at + 7, seconds % 60);
    if fraction == 0 {
        return at + 9;
    }
    out[at + 9] = b'.';
    write_pair(out, at + 10, fraction / 10_000);
    write_pair(out, at + 12, fraction / 100 % 100);
    write_pair(out, at + 14, fraction % 100);
    let mut end = at + 16;
    while out[end - 1] == b'0' {
        end -= 1;
    }
    end
}

/// Writes `2009-01-31` at a place; returns the place behind it, and whether the year is one before Christ.
///
/// The conversion is `civil_from_days` of <https://howardhinnant.github.io/date_algorithms.html>: years begin in
/// March, so that the leap day is the last one, and 400 of them are an era of 146,097 days.
#[inline(always)]
fn write_date(out: &mut Fixed, mut at: usize, days: i64) -> (usize, bool) {
    let days = days + EPOCH;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097) as u32;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + i64::from(year_of_era) + i64::from(month <= 2);

    // There is no year 0: it is 1 BC.
    let shown = if year > 0 { year } else { 1 - year }.unsigned_abs();
    if shown < 10_000 {
        let shown = shown as u32;
        write_pair(out, at, shown / 100);
        write_pair(out, at + 2, shown % 100);
        at += 4;
    } else {
        at = write_digits(out, at, shown);
    }
    out[at] = b'-';
    write_pair(out, at + 1, month);
    out[at + 3] = b'-';
    write_pair(out, at + 4, day);
    (at + 6, year <= 0)
}

/// Writes two digits of a number below 100.
#[inline(always)]
fn write_pair(out: &mut Fixed, at: usize, value: u32) {
    out[at] = b'0' + (value / 10) as u8;
    out[at + 1] = b'0' + (value % 10) as u8;
}

#[inline]
fn append(out: &mut Fixed, at: usize, text: &[u8]) -> usize {
    out[at..at + text.len()].copy_from_slice(text);
    at + text.len()
}

#[cfg(test)]
mod tests {
    use super::super::scalar::tests::{fixed, hex};
    use super::*;

    /// Postgres 15: `select encode(date_send(v), 'hex'), to_json(v)`.
    #[test]
    fn dates_as_postgres_writes_them() {
        for (data, expected) in [
            ("00000000", r#""2000-01-01""#),
            ("ffffffff", r#""1999-12-31""#),
            ("00000cf6", r#""2009-01-31""#),
            ("fff4dbf9", r#""0001-01-01""#),
            ("fff4dbf8", r#""0001-12-31 BC""#),
            ("ffda97a7", r#""4714-11-24 BC""#),
            ("7fda970c", r#""5874897-12-31""#),
            ("002c95d4", r#""10000-01-01""#),
            ("0000003b", r#""2000-02-29""#),
            ("ffff718f", r#""1900-03-01""#),
            ("fff4e07b", r#""0004-02-29""#),
            ("fff49d7b", r#""0044-03-15 BC""#),
        ] {
            assert_eq!(fixed(date, &hex(data)).as_deref(), Ok(expected));
        }
    }

    /// Postgres 15: `select encode(timestamp_send(v), 'hex'), to_json(v)`.
    #[test]
    fn timestamps_as_postgres_writes_them() {
        for (data, expected) in [
            ("0000000000000000", r#""2000-01-01T00:00:00""#),
            ("000104c616433690", r#""2009-01-31T13:30:00.25""#),
            ("000104c6163f6600", r#""2009-01-31T13:30:00""#),
            ("ffffffffffffffff", r#""1999-12-31T23:59:59.999999""#),
            ("0000000000000001", r#""2000-01-01T00:00:00.000001""#),
            ("fd0f7cc1411fa000", r#""4714-11-24T00:00:00 BC""#),
            ("7fffff5bb3b29fff", r#""294276-12-31T23:59:59.999999""#),
            ("ff1af9e8fb4e7120", r#""0044-03-15T12:00:00.5 BC""#),
            ("0487db00297b9c20", r#""12345-06-07T08:09:10.1""#),
        ] {
            assert_eq!(fixed(timestamp, &hex(data)).as_deref(), Ok(expected));
        }
    }

    /// Postgres 15 with `timezone = 'UTC'`: `select encode(timestamptz_send(v), 'hex'), to_json(v)`.
    #[test]
    fn timestamps_with_a_zone_as_postgres_writes_them() {
        for (data, expected) in [
            ("000104c6163f6600", r#""2009-01-31T13:30:00+00:00""#),
            ("ffffffffffffffff", r#""1999-12-31T23:59:59.999999+00:00""#),
            ("fd0f7cc1411fa000", r#""4714-11-24T00:00:00+00:00 BC""#),
            ("7fffff5bb3b29fff", r#""294276-12-31T23:59:59.999999+00:00""#),
            ("ff1af9e8fb4e7120", r#""0044-03-15T12:00:00.5+00:00 BC""#),
        ] {
            assert_eq!(fixed(timestamptz, &hex(data)).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn infinite_values_are_field_errors() {
        for data in ["7fffffff", "80000000"] {
            assert!(matches!(fixed(date, &hex(data)), Err(Fault::Value(ValueFault::NotFinite { .. }))));
        }
        for data in ["7fffffffffffffff", "8000000000000000"] {
            for write in [timestamp, timestamptz] {
                assert!(matches!(fixed(write, &hex(data)), Err(Fault::Value(ValueFault::NotFinite { .. }))));
            }
        }
    }

    #[test]
    fn values_out_of_range_are_malformed() {
        for days in [DATES.start - 1, DATES.end, i64::from(i32::MAX) - 1, i64::from(i32::MIN) + 1] {
            let data = (days as i32).to_be_bytes();
            assert_eq!(fixed(date, &data), Err(Malformed::Range { scalar: "date", value: days }.into()));
        }
        for value in [TIMESTAMPS.start - 1, TIMESTAMPS.end, i64::MAX - 1, i64::MIN + 1] {
            let fault = Malformed::Range { scalar: "timestamp", value };
            assert_eq!(fixed(timestamp, &value.to_be_bytes()), Err(fault.into()));
        }
    }
}
