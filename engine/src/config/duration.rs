//! Durations as people write them, `500ms`, `30s`, `5m`, `1h`, from and to [`Duration`].

use std::time::Duration;

use serde::{Deserializer, Serializer, de};

/// The units in milliseconds, the longest first.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Writes a duration in the longest unit that loses nothing.
pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&print(*duration))
}

/// Reads a duration.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    struct Visitor;

    impl de::Visitor<'_> for Visitor {
        type Value = Duration;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a duration with its unit, like `500ms`, `30s`, `5m` or `1h`")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
            parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_str(Visitor)
}

fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, milliseconds) = UNITS.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*milliseconds).map(Duration::from_millis)
}

/// The duration in the longest unit that loses nothing.
pub(super) fn print(duration: Duration) -> String {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    UNITS
        .iter()
        .find(|(_, unit)| milliseconds.is_multiple_of(*unit))
        .map_or_else(String::new, |(name, unit)| format!("{}{name}", milliseconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        for (text, milliseconds) in
            [("0s", 0), ("1ms", 1), ("1500ms", 1_500), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000)]
        {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
            assert_eq!(print(Duration::from_millis(milliseconds)), text);
        }
        assert_eq!(parse(" 30 s "), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_duration_needs_a_whole_number_and_a_unit() {
        for text in
            ["", "30", "s", "-1s", "1.5s", "3 weeks", "99999999999999999999s", "18446744073709551615h"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
