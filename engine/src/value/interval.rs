//! ISO 8601 durations → `interval`.

/// A span of time as Postgres has it: months have no fixed length in days, and days none in hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Interval {
    /// Months; 12 for a year.
    pub months: i32,
    /// Days; 7 for a week.
    pub days: i32,
    /// Microseconds of hours, minutes and seconds.
    pub microseconds: i64,
}

impl Interval {
    /// Reads `P1Y2M3W4DT5H6M7.5S`: units in this order, each at most once and with a sign of its own.
    pub(super) fn parse(text: &str) -> Option<Interval> {
        let (dates, times) = match text.strip_prefix('P')?.split_once('T') {
            Some((dates, times)) => (dates, Some(times)),
            None => (text.strip_prefix('P')?, None),
        };
        if times.map_or(dates.is_empty(), str::is_empty) {
            return None;
        }
        let mut interval = Interval::default();
        let mut months = 0_i64;
        let mut days = 0_i64;
        parts(dates, "YMWD", |unit, number| {
            let value: i64 = number.parse().ok()?;
            let (sum, value) = match unit {
                'Y' => (&mut months, value.checked_mul(12)?),
                'M' => (&mut months, value),
                'W' => (&mut days, value.checked_mul(7)?),
                _ => (&mut days, value),
            };
            *sum = sum.checked_add(value)?;
            Some(())
        })?;
        parts(times.unwrap_or_default(), "HMS", |unit, number| {
            let value = match unit {
                'H' => number.parse::<i64>().ok()?.checked_mul(3_600_000_000)?,
                'M' => number.parse::<i64>().ok()?.checked_mul(60_000_000)?,
                _ => seconds(number)?,
            };
            interval.microseconds = interval.microseconds.checked_add(value)?;
            Some(())
        })?;
        interval.months = months.try_into().ok()?;
        interval.days = days.try_into().ok()?;
        // From version 17 on Postgres takes these for infinities.
        let ends = [(i32::MAX, i32::MAX, i64::MAX), (i32::MIN, i32::MIN, i64::MIN)];
        let is_finite = !ends.contains(&(interval.months, interval.days, interval.microseconds));
        is_finite.then_some(interval)
    }
}

/// Calls `add` with each unit and its number; the units are some of `units`, in that order.
fn parts(text: &str, units: &str, mut add: impl FnMut(char, &str) -> Option<()>) -> Option<()> {
    let mut units = units.chars();
    let mut rest = text;
    while let Some(end) = rest.find(|character: char| character.is_ascii_uppercase()) {
        let (number, behind) = rest.split_at(end);
        let unit = behind.chars().next()?;
        units.find(|other| *other == unit)?;
        // `parse` of numbers takes a plus as well.
        add(unit, number)?;
        rest = &behind[unit.len_utf8()..];
    }
    rest.is_empty().then_some(())
}

/// Seconds with up to six digits of a fraction, in microseconds.
fn seconds(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let microseconds = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(fraction)?;
    Some(if negative { -microseconds } else { microseconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(months: i32, days: i32, microseconds: i64) -> Option<Interval> {
        Some(Interval { months, days, microseconds })
    }

    #[test]
    fn durations_are_read() {
        for (text, expected) in [
            ("PT0S", interval(0, 0, 0)),
            ("P1Y2M3DT4H5M6.5S", interval(14, 3, 14_706_500_000)),
            ("P-1Y-1M1DT-1H", interval(-13, 1, -3_600_000_000)),
            ("P2W", interval(0, 14, 0)),
            ("PT-0.000001S", interval(0, 0, -1)),
            ("PT1M", interval(0, 0, 60_000_000)),
            ("P1M", interval(1, 0, 0)),
        ] {
            assert_eq!(Interval::parse(text), expected, "{text}");
        }
        for wrong in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "P1DT",
            "P1D2Y",
            "P1D1D",
            "PT1S1M",
            "P1.5D",
            "PT.5S",
            "PT1.S",
            "PT1.1234567S",
            "P99999999999Y",
            "PT9999999999999S ",
            "-P1D",
            "P1H",
            "PT--1S",
            "P1d",
        ] {
            assert_eq!(Interval::parse(wrong), None, "{wrong}");
        }
    }
}
