//! Dates and timestamps as numbers, and back to text.
//!
//! <https://howardhinnant.github.io/date_algorithms.html>

/// A moment: microseconds since 1970-01-01, or before or behind all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    BeforeAll,
    At(i64),
    BehindAll,
}

const DAY: i64 = 86_400_000_000;

/// Reads `2009-01-31`, or an infinity.
pub fn date(text: &str) -> Option<Moment> {
    Some(match text {
        "infinity" => Moment::BehindAll,
        "-infinity" => Moment::BeforeAll,
        _ => {
            let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
            Moment::At(days(parts.next()??, parts.next()??, parts.next()??) * DAY)
        }
    })
}

/// Reads `2009-01-31T13:30:00.25`, with an offset from UTC or without, or an infinity.
pub fn timestamp(text: &str) -> Option<Moment> {
    let Some((day, time)) = text.split_once('T') else { return date(text) };
    let Moment::At(day) = date(day)? else { return None };
    let (time, offset) = match time.find(['+', '-', 'Z']) {
        Some(place) => time.split_at(place),
        None => (time, ""),
    };
    let mut parts = time.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next()?;
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let seconds: i64 = seconds.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let away = match offset {
        "" | "Z" => 0,
        offset => {
            let (hours, minutes) = offset[1..].split_once(':')?;
            let minutes: i64 = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if offset.starts_with('-') { -minutes } else { minutes }
        }
    };
    let seconds = (hours * 60 + minutes - away) * 60 + seconds;
    Some(Moment::At(day + seconds * 1_000_000 + fraction))
}

/// As Postgres writes it in JSON; nothing for an infinity.
pub fn print(moment: Moment, days_only: bool) -> Option<String> {
    let Moment::At(microseconds) = moment else { return None };
    let (year, month, day) = civil(microseconds.div_euclid(DAY));
    let (year, era) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    let date = format!("{year:04}-{month:02}-{day:02}");
    if days_only {
        return Some(date + era);
    }
    let time = microseconds.rem_euclid(DAY);
    let (seconds, fraction) = (time / 1_000_000, time % 1_000_000);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
    let fraction = fraction.trim_end_matches('0');
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(format!("{date}T{hours:02}:{minutes:02}:{seconds:02}{fraction}{era}"))
}

/// The first moment of the year, the month or whatever a moment is in.
pub fn cut(moment: Moment, unit: &str) -> Moment {
    let Moment::At(microseconds) = moment else { return moment };
    let day = microseconds.div_euclid(DAY);
    let (year, month, _) = civil(day);
    let of_day = |length: i64| microseconds - microseconds.rem_euclid(length);
    Moment::At(match unit {
        "YEAR" => days(year, 1, 1) * DAY,
        "QUARTER" => days(year, (month - 1) / 3 * 3 + 1, 1) * DAY,
        "MONTH" => days(year, month, 1) * DAY,
        // The first of January 1970 was a Thursday.
        "WEEK" => (day - (day + 3).rem_euclid(7)) * DAY,
        "DAY" => day * DAY,
        "HOUR" => of_day(DAY / 24),
        "MINUTE" => of_day(DAY / 24 / 60),
        _ => microseconds,
    })
}

/// Days since 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year, month and day.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
