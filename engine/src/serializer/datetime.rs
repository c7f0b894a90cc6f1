//! Postgres' binary dates and timestamps → ISO 8601, as its `to_json` writes them in UTC.
//!
//! Years before 1 carry the suffix ` BC`, years from 10000 on have more digits, and a fraction of a second has
//! no trailing zeros.

use super::error::{Fault, Malformed, ValueFault};
use super::scalar::{Fixed, array, write_digits};

const MICROSECONDS_PER_DAY: u64 = 86_400_000_000;
/// The days of `date`: from 4714-11-24 BC to before 5874898-06-04 (`IS_VALID_DATE`).
const DATES: std::ops::Range<i64> = FIRST_DAY..2_145_031_949;
/// The microseconds of `timestamp`: from 4714-11-24 BC to before 294277-01-01 (`IS_VALID_TIMESTAMP`).
const TIMESTAMPS: std::ops::Range<i64> = -211_813_488_000_000_000..9_223_371_331_200_000_000;
/// The first day of both, since 2000-01-01.
const FIRST_DAY: i64 = -2_451_545;

/// A `date`: days since 2000-01-01.
pub(super) fn date(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    day(out, i32::from_be_bytes(array("date", data)?))
}

/// A `timestamp`: microseconds since 2000-01-01T00:00:00.
pub(super) fn timestamp(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    local_instant(out, i64::from_be_bytes(array("timestamp", data)?))
}

/// A `timestamptz`: microseconds since 2000-01-01T00:00:00 in UTC.
pub(super) fn timestamptz(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    instant(out, i64::from_be_bytes(array("timestamptz", data)?))
}

/// A `time`: microseconds since midnight.
pub(super) fn time(out: &mut Fixed, data: &[u8]) -> Result<usize, Fault> {
    time_of_day(out, i64::from_be_bytes(array("time", data)?))
}

/// The value of a `time`, `13:30:00.25`; the end of the day is `24:00:00`.
pub(super) fn time_of_day(out: &mut Fixed, microseconds: i64) -> Result<usize, Fault> {
    let time = u64::try_from(microseconds).ok().filter(|time| *time <= MICROSECONDS_PER_DAY);
    let Some(time) = time else {
        return Err(Malformed::Range { scalar: "time", value: microseconds }.into());
    };
    // Both fit: a day has 86,400 seconds.
    let end = write_time(out, 0, (time / 1_000_000) as u32, (time % 1_000_000) as u32);
    // In the place of the `T`.
    out[0] = b'"';
    out[end] = b'"';
    Ok(end + 1)
}

/// The value of a `date`.
#[inline]
pub(super) fn day(out: &mut Fixed, days: i32) -> Result<usize, Fault> {
    let value = i64::from(days);
    if !DATES.contains(&value) {
        return Err(out_of_range("date", value, days == i32::MAX, days == i32::MIN));
    }
    let date = Date::of((value - FIRST_DAY) as u64);
    out[0] = b'"';
    let at = write_date(out, date);
    Ok(end(out, at, date, b"\"       "))
}

/// The value of a `timestamp`.
#[inline]
pub(super) fn local_instant(out: &mut Fixed, microseconds: i64) -> Result<usize, Fault> {
    write_timestamp(out, microseconds, "timestamp", b"\"       ")
}

/// The value of a `timestamptz`.
#[inline]
pub(super) fn instant(out: &mut Fixed, microseconds: i64) -> Result<usize, Fault> {
    write_timestamp(out, microseconds, "timestamptz", b"+00:00\" ")
}

#[cold]
#[inline(never)]
fn out_of_range(scalar: &'static str, value: i64, is_infinity: bool, is_minus_infinity: bool) -> Fault {
    match (is_infinity, is_minus_infinity) {
        (true, _) => ValueFault::NotFinite { scalar, value: "infinity" }.into(),
        (_, true) => ValueFault::NotFinite { scalar, value: "-infinity" }.into(),
        _ => Malformed::Range { scalar, value }.into(),
    }
}

#[inline(always)]
fn write_timestamp(
    out: &mut Fixed,
    microseconds: i64,
    scalar: &'static str,
    zone: &[u8; 8],
) -> Result<usize, Fault> {
    if !TIMESTAMPS.contains(&microseconds) {
        let (is_infinity, is_minus_infinity) = (microseconds == i64::MAX, microseconds == i64::MIN);
        return Err(out_of_range(scalar, microseconds, is_infinity, is_minus_infinity));
    }
    // From the first day on, which is before the last microsecond by less than 2^64.
    let microseconds = microseconds.wrapping_sub(TIMESTAMPS.start) as u64;
    let date = Date::of(microseconds / MICROSECONDS_PER_DAY);
    let time = microseconds % MICROSECONDS_PER_DAY;
    // Both fit: a day has 86,400 seconds.
    let (seconds, fraction) = ((time / 1_000_000) as u32, (time % 1_000_000) as u32);

    out[0] = b'"';
    let at = write_date(out, date);
    // Years most often have four digits: code that knows it has all else at constant places.
    let at = if at == 11 {
        write_time(out, 11, seconds, fraction)
    } else {
        write_time(out, at, seconds, fraction)
    };
    Ok(end(out, at, date, zone))
}

/// A day of the calendar. There is a year 0, which is 1 BC.
#[derive(Clone, Copy)]
struct Date {
    year: i64,
    month: u32,
    day: u32,
}

impl Date {
    /// The date of a day since [`FIRST_DAY`].
    ///
    /// The conversion is that of Neri and Schneider, <https://doi.org/10.1002/spe.3172>: years begin in March, so that
    /// the leap day is the last one, and all divisions are by constants.
    #[inline(always)]
    fn of(day: u64) -> Date {
        /// From March 1st of the year -4800 to `FIRST_DAY`.
        const SHIFT: u64 = 32_044;
        let quarters = 4 * (day + SHIFT) + 3;
        let century = quarters / 146_097;
        let day_of_century = (quarters % 146_097 / 4) as u32;
        let year_and_rest = 2_939_745 * u64::from(4 * day_of_century + 3);
        let year_of_century = year_and_rest >> 32;
        let day_of_year = year_and_rest as u32 / 2_939_745 / 4;
        let month_and_rest = 2_141 * day_of_year + 197_913;
        let next_year = day_of_year >= 306;
        Date {
            year: (100 * century + year_of_century) as i64 + i64::from(next_year) - 4800,
            month: (month_and_rest >> 16) - if next_year { 12 } else { 0 },
            day: (month_and_rest & 0xffff) / 2_141 + 1,
        }
    }
}

/// Writes `2009-01-31` behind the quote; returns the place behind it.
#[inline(always)]
fn write_date(out: &mut Fixed, date: Date) -> usize {
    if !(1..10_000).contains(&date.year) {
        return write_far_date(out, date);
    }
    let year = date.year as u32;
    let figures = pairs([year / 100, year % 100, date.month, date.day]);
    let hyphens = u64::from(b'-') << 32 | u64::from(b'-') << 56;
    put(out, 1, figures & 0xffff_ffff | (figures >> 32 & 0xffff) << 40 | hyphens);
    out[9..11].copy_from_slice(&((figures >> 48) as u16).to_le_bytes());
    11
}

/// A year that has not four digits, or is one before Christ.
#[cold]
#[inline(never)]
fn write_far_date(out: &mut Fixed, date: Date) -> usize {
    let year = if date.year > 0 { date.year } else { 1 - date.year }.unsigned_abs();
    let at = if year < 10_000 {
        let year = year as u32;
        put(out, 1, pairs([year / 100, year % 100, 0, 0]));
        5
    } else {
        write_digits(out, 1, year)
    };
    let figures = pairs([date.month, date.day, 0, 0]);
    let hyphens = u64::from(b'-') | u64::from(b'-') << 24;
    put(out, at, (figures & 0xffff) << 8 | (figures >> 16 & 0xffff) << 32 | hyphens);
    at + 6
}

/// Writes `T13:30:00.25` at a place; returns the place behind it.
#[inline(always)]
fn write_time(out: &mut Fixed, at: usize, seconds: u32, fraction: u32) -> usize {
    let figures = pairs([seconds / 3600, seconds / 60 % 60, seconds % 60, 0]);
    let marks = u64::from(b'T') | u64::from(b':') << 24 | u64::from(b':') << 48;
    put(out, at, (figures & 0xffff) << 8 | (figures >> 16 & 0xffff) << 32 | marks);
    out[at + 7..at + 9].copy_from_slice(&((figures >> 32) as u16).to_le_bytes());
    if fraction == 0 {
        return at + 9;
    }
    let figures = pairs([fraction / 10_000, fraction / 100 % 100, fraction % 100, 0]);
    out[at + 9] = b'.';
    put(out, at + 10, figures);
    // All up to the last figure that is not a zero.
    let values = figures & 0x0f0f_0f0f_0f0f;
    at + 10 + (64 - values.leading_zeros()).div_ceil(8) as usize
}

/// Writes what follows date or time, which is the zone and the quote; returns the place behind it.
#[inline(always)]
fn end(out: &mut Fixed, at: usize, date: Date, zone: &[u8; 8]) -> usize {
    out[at..at + 8].copy_from_slice(zone);
    let quote = zone.iter().take_while(|byte| **byte != b'"').count();
    if date.year > 0 {
        return at + quote + 1;
    }
    out[at + quote..at + quote + 4].copy_from_slice(b" BC\"");
    at + quote + 4
}

/// The figures of four numbers below 100, the first in the lowest byte; see [`write_digits`].
#[inline(always)]
fn pairs(numbers: [u32; 4]) -> u64 {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let [first, second, third, fourth] = numbers.map(u64::from);
    let numbers = first | second << 16 | third << 32 | fourth << 48;
    let tens = ((numbers * 103) >> 10) & 0xf_000f_000f_000f;
    tens | (numbers - tens * 10) << 8 | ZEROS
}

#[inline(always)]
fn put(out: &mut Fixed, at: usize, word: u64) {
    out[at..at + 8].copy_from_slice(&word.to_le_bytes());
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

    /// Postgres 15: `select encode(time_send(v), 'hex'), to_json(v)`.
    #[test]
    fn times_as_postgres_writes_them() {
        for (data, expected) in [
            ("0000000000000000", r#""00:00:00""#),
            ("0000000b50ccf690", r#""13:30:00.25""#),
            ("000000141dd75fff", r#""23:59:59.999999""#),
            ("000000141dd76000", r#""24:00:00""#),
            ("0000000000000001", r#""00:00:00.000001""#),
        ] {
            assert_eq!(fixed(time, &hex(data)).as_deref(), Ok(expected));
        }
        for value in [-1, 86_400_000_001] {
            let fault = Malformed::Range { scalar: "time", value };
            assert_eq!(fixed(time, &value.to_be_bytes()), Err(fault.into()));
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
