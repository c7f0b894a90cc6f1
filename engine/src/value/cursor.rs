//! The values in a cursor → values to be bound, each of the type of what it is compared with.

use std::sync::Arc;

use onefold_schema::ScalarType;

use super::SqlValue;
use crate::cursor;

/// What the cursors of a list say: the place of a row in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursors {
    /// Tells its table and order from others.
    pub fingerprint: u32,
    /// What its order compares, the key at its end.
    pub terms: Vec<Term>,
}

/// What an order compares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Its type.
    pub scalar: ScalarType,
    /// Whether it may be null.
    pub nullable: bool,
}

/// One of the values of a cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct CursorPart {
    /// What the cursor has to be one of.
    pub cursors: Arc<Cursors>,
    /// The position of the value among the terms.
    pub term: usize,
}

impl CursorPart {
    /// What it is compared with.
    pub fn term(&self) -> Term {
        self.cursors.terms[self.term]
    }

    /// Reads the value from a cursor.
    pub(super) fn parse(&self, text: Option<&str>) -> Result<SqlValue, cursor::Mistake> {
        let Cursors { fingerprint, terms } = &*self.cursors;
        let text = text.ok_or(cursor::Mistake::Damaged)?;
        let mut values = cursor::read(text, *fingerprint, terms.len())?;
        let fits = terms.iter().zip(&values).all(|(term, value)| match value {
            Some(data) => is_value(term.scalar, data),
            None => term.nullable,
        });
        if !fits {
            return Err(cursor::Mistake::Damaged);
        }
        Ok(values.swap_remove(self.term).map_or(SqlValue::Null, |data| bound(self.term().scalar, data)))
    }
}

/// A value to be bound. Those that can be shard keys are told apart; others are handed on as they came.
fn bound(scalar: ScalarType, data: Vec<u8>) -> SqlValue {
    let typed = match scalar.base() {
        ScalarType::Int2 => data.as_slice().try_into().ok().map(i16::from_be_bytes).map(SqlValue::Int2),
        ScalarType::Int4 => data.as_slice().try_into().ok().map(i32::from_be_bytes).map(SqlValue::Int4),
        ScalarType::Int8 => data.as_slice().try_into().ok().map(i64::from_be_bytes).map(SqlValue::Int8),
        ScalarType::Uuid => data.as_slice().try_into().ok().map(SqlValue::Uuid),
        ScalarType::Text | ScalarType::Enum(_) => {
            str::from_utf8(&data).ok().map(|text| SqlValue::Text(text.into()))
        }
        _ => None,
    };
    typed.unwrap_or(SqlValue::Binary(data))
}

/// Whether bytes are a value of a type in Postgres' binary format, so that a cursor that was made by hand never gets as
/// far as Postgres, which would refuse the whole statement. An enum is its label.
fn is_value(scalar: ScalarType, data: &[u8]) -> bool {
    let number = || data.try_into().ok().map(i64::from_be_bytes);
    match scalar {
        ScalarType::Bool => data.len() == 1,
        ScalarType::Int2 => data.len() == 2,
        ScalarType::Int4 | ScalarType::Float4 => data.len() == 4,
        ScalarType::Int8 | ScalarType::Float8 => data.len() == 8,
        ScalarType::Uuid | ScalarType::Interval => data.len() == 16,
        ScalarType::Bytea => true,
        ScalarType::Text => !data.contains(&0) && str::from_utf8(data).is_ok(),
        ScalarType::Enum(def) => def.values.iter().any(|value| value.label.as_bytes() == data),
        ScalarType::Numeric => is_numeric(data),
        ScalarType::Inet => is_network(data),
        // The limits of Postgres' calendar, and both infinities.
        ScalarType::Date => data.try_into().ok().map(i32::from_be_bytes).is_some_and(|days| {
            (-2_451_545..2_145_031_949).contains(&days) || matches!(days, i32::MIN | i32::MAX)
        }),
        ScalarType::Timestamp | ScalarType::Timestamptz => number().is_some_and(|microseconds| {
            (-211_813_488_000_000_000..9_223_371_331_200_000_000).contains(&microseconds)
                || matches!(microseconds, i64::MIN | i64::MAX)
        }),
        ScalarType::Time => number().is_some_and(|microseconds| (0..=86_400_000_000).contains(&microseconds)),
        ScalarType::Custom(def) => is_value(def.base, data),
        // Nothing is ordered by them.
        ScalarType::Json | ScalarType::Jsonb | ScalarType::Range(_) | ScalarType::Array(_) => false,
        ScalarType::TsVector(_) | ScalarType::Vector(_) => false,
    }
}

/// `int16 digits, int16 weight, uint16 sign, uint16 scale`, then the digits in base 10,000.
fn is_numeric(data: &[u8]) -> bool {
    const MAX_SCALE: u16 = 0x3fff;
    let Some((header, digits)) = data.split_first_chunk::<8>() else { return false };
    let part = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    // Positive, negative, not a number, and the infinities.
    matches!(part(4), 0 | 0x4000 | 0xc000 | 0xd000 | 0xf000)
        && part(6) <= MAX_SCALE
        && digits.len() == usize::from(part(0)) * 2
        && digits.as_chunks::<2>().0.iter().all(|digit| u16::from_be_bytes(*digit) < 10_000)
}

/// A byte each for family, bits, whether it is a network alone, and length; then the address.
fn is_network(data: &[u8]) -> bool {
    const IPV4: u8 = 2;
    const IPV6: u8 = 3;
    let Some(([family, bits, _, length], address)) = data.split_first_chunk::<4>() else { return false };
    let bytes = match *family {
        IPV4 => 4,
        IPV6 => 16,
        _ => return false,
    };
    usize::from(*length) == bytes && address.len() == bytes && usize::from(*bits) <= bytes * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_of_the_type_pass() {
        for (scalar, right, wrong) in [
            (ScalarType::Int4, &[0, 0, 0, 1][..], &[0, 0, 1][..]),
            (ScalarType::Bool, &[1], &[]),
            (ScalarType::Text, b"a", b"a\0"),
            (ScalarType::Text, b"", &[0xff]),
            (ScalarType::Numeric, &[0, 1, 0, 0, 0, 0, 0, 0, 0, 5], &[0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10]),
            (ScalarType::Numeric, &[0, 0, 0, 0, 0xc0, 0, 0, 0], &[0, 1, 0, 0, 0xc0, 0, 0, 0]),
            (ScalarType::Inet, &[2, 32, 0, 4, 1, 2, 3, 4], &[2, 33, 0, 4, 1, 2, 3, 4]),
            (ScalarType::Date, &[0x7f, 0xff, 0xff, 0xff], &[0x7f, 0xff, 0xff, 0xfe]),
            (ScalarType::Time, &[0; 8], &[0xff; 8]),
            (ScalarType::Timestamptz, &[0x80, 0, 0, 0, 0, 0, 0, 0], &[0x80, 0, 0, 0, 0, 0, 0, 1]),
        ] {
            assert!(is_value(scalar, right), "{scalar:?} {right:?}");
            assert!(!is_value(scalar, wrong), "{scalar:?} {wrong:?}");
        }
        assert!(!is_value(ScalarType::Jsonb, b"\x01{}"));
    }
}
