//! Decimal numbers of any length, compared digit by digit.

use std::cmp::Ordering;

/// A value of `numeric`.
#[derive(Debug, Clone)]
pub struct Decimal {
    /// As Postgres prints it.
    text: String,
    rank: Rank,
}

/// What numbers are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    NegativeInfinity,
    /// Less than zero: the larger its magnitude, the less.
    Negative(std::cmp::Reverse<Magnitude>),
    Other(Magnitude),
    Infinity,
    NaN,
}

/// Of two numbers with as many digits before the point the digits decide: those before it, then those behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Magnitude {
    digits: usize,
    before: String,
    behind: String,
}

impl Decimal {
    /// Reads digits with a sign and a point, and an exponent.
    pub fn of(text: &str) -> Option<Decimal> {
        let rank = match text {
            "NaN" => Rank::NaN,
            "Infinity" => Rank::Infinity,
            "-Infinity" => Rank::NegativeInfinity,
            _ => {
                let (is_negative, digits) = match text.strip_prefix('-') {
                    Some(digits) => (true, digits),
                    None => (false, text),
                };
                let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
                let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
                let exponent: i32 = exponent.parse().ok()?;
                // All digits, and the place of the point in them.
                let mut all = format!("{before}{behind}");
                let mut point = i32::try_from(before.len()).ok()? + exponent;
                while point < 0 {
                    all.insert(0, '0');
                    point += 1;
                }
                let point = usize::try_from(point).ok()?;
                while all.len() < point {
                    all.push('0');
                }
                if !all.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                let before = all[..point].trim_start_matches('0').to_owned();
                let behind = all[point..].trim_end_matches('0').to_owned();
                let is_zero = before.is_empty() && behind.is_empty();
                let magnitude = Magnitude { digits: before.len(), before, behind };
                if is_negative && !is_zero {
                    Rank::Negative(std::cmp::Reverse(magnitude))
                } else {
                    Rank::Other(magnitude)
                }
            }
        };
        Some(Decimal { text: text.to_owned(), rank })
    }

    /// The text of a finite number.
    pub fn text(&self) -> Option<&str> {
        let is_finite = !matches!(self.rank, Rank::NaN | Rank::Infinity | Rank::NegativeInfinity);
        is_finite.then_some(&self.text)
    }

    /// The order of Postgres.
    pub fn cmp(&self, other: &Decimal) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}
