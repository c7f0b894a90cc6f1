//! Decimal numbers as text → as Postgres' binary `numeric`.

use std::cmp::Ordering;
use std::fmt;

use bytes::{BufMut, BytesMut};

/// A decimal number in the form of Postgres' binary `numeric`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimal {
    /// Digits to the base of 10,000, the most significant first, without zeros at either end.
    digits: Vec<i16>,
    /// The power of 10,000 of the first digit.
    weight: i16,
    negative: bool,
    /// How many decimal digits follow the point.
    scale: u16,
}

impl Decimal {
    /// Reads `-12.50` or `1e3`.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let (negative, text) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        // Postgres allows 131,072 digits before and 16,383 after the point; a thousand of each is plenty.
        if mantissa.len() > 1_000 || exponent.abs() > 1_000 {
            return None;
        }
        let mut decimal = format!("{whole}{fraction}").into_bytes();
        let mut point = i32::try_from(whole.len()).ok()? + exponent;
        let scale = u16::try_from((i32::try_from(fraction.len()).ok()? - exponent).max(0)).ok()?;
        // Groups of four digits on either side of the point.
        let front = point.rem_euclid(4);
        let padding = usize::try_from((4 - front) % 4).ok()?;
        decimal.splice(0..0, std::iter::repeat_n(b'0', padding));
        point += i32::try_from(padding).ok()?;
        while decimal.len() % 4 != 0 {
            decimal.push(b'0');
        }
        let mut weight = point / 4 - 1;
        let mut digits: Vec<i16> = decimal
            .chunks(4)
            .map(|chunk| chunk.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
            .collect();
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..leading);
        weight -= i32::try_from(leading).ok()?;
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let zero = digits.is_empty();
        Some(Decimal {
            weight: if zero { 0 } else { i16::try_from(weight).ok()? },
            negative: negative && !zero,
            digits,
            scale,
        })
    }

    /// How it compares with another one as a number.
    pub(super) fn compare(&self, other: &Decimal) -> Ordering {
        let magnitude = |it: &Decimal| (!it.digits.is_empty()).then_some(it.weight);
        let ascending = magnitude(self).cmp(&magnitude(other)).then_with(|| self.digits.cmp(&other.digits));
        match (self.negative, other.negative) {
            (false, false) => ascending,
            (true, true) => ascending.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// `int16 digits, int16 weight, uint16 sign, int16 scale`, then the digits; from `numeric_recv`.
    pub(super) fn write(&self, out: &mut BytesMut) {
        const NEGATIVE: u16 = 0x4000;
        // At most a thousand decimal digits on either side of the point.
        out.put_u16(self.digits.len() as u16);
        out.put_i16(self.weight);
        out.put_u16(if self.negative { NEGATIVE } else { 0 });
        out.put_u16(self.scale);
        for digit in &self.digits {
            out.put_i16(*digit);
        }
    }
}

/// `-12.50`, with as many digits after the point as it has.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The group of four digits that counts 10,000 to the power of `power`.
        let group = |power: i32| {
            let i = usize::try_from(i32::from(self.weight) - power).ok();
            i.and_then(|i| self.digits.get(i)).copied().unwrap_or(0)
        };
        if self.negative {
            f.write_str("-")?;
        }
        let first = i32::from(self.weight).max(0);
        write!(f, "{}", group(first))?;
        for power in (0..first).rev() {
            write!(f, "{:04}", group(power))?;
        }
        let scale = usize::from(self.scale);
        let fraction: String = (1..=scale.div_ceil(4) as i32).map(|i| format!("{:04}", group(-i))).collect();
        if scale > 0 { write!(f, ".{}", &fraction[..scale]) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Option<(Vec<i16>, i16, bool, u16)> {
        Decimal::parse(text).map(|it| (it.digits, it.weight, it.negative, it.scale))
    }

    #[test]
    fn decimals_are_grouped_around_the_point() {
        assert_eq!(decimal("0"), Some((vec![], 0, false, 0)));
        assert_eq!(decimal("0.99"), Some((vec![9900], -1, false, 2)));
        assert_eq!(decimal("-12345.678"), Some((vec![1, 2345, 6780], 1, true, 3)));
        assert_eq!(decimal("10000"), Some((vec![1], 1, false, 0)));
        assert_eq!(decimal("1e3"), Some((vec![1000], 0, false, 0)));
        assert_eq!(decimal("1.5e-5"), Some((vec![1500], -2, false, 6)));
        assert_eq!(decimal(".5"), Some((vec![5000], -1, false, 1)));
        for wrong in ["", ".", "1,5", "NaN", "1e99999", "--1", "1.2.3"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }
}
