//! Text → a range to be bound, in the form that Postgres gives it, so that there is none that Postgres refuses.

use std::cmp::Ordering;
use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use onefold_schema::{RangeType, ScalarType};
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::SqlValue;
use super::json::{Scalar, scalar_value};
use crate::wire::range::{EMPTY, LOWER_INCLUSIVE, LOWER_INFINITE, UPPER_INCLUSIVE, UPPER_INFINITE};

/// A range.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// Its type.
    pub ty: RangeType,
    /// The lower bound and the upper one; `None` when it has no values.
    bounds: Option<[Bound; 2]>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    /// `None` when there is no end.
    value: Option<SqlValue>,
    inclusive: bool,
}

/// Reads `[1,5)`, `(,5]` or `empty`; bounds may stand in quotes. `None` for what is no range, and where the bounds are not in
/// their order.
pub(super) fn parse(ty: RangeType, text: &str) -> Option<Range> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("empty") {
        return Some(Range { ty, bounds: None });
    }
    let inclusive = [text.starts_with('['), text.ends_with(']')];
    let text = text.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let (lower, upper) = text.split_once(',')?;
    let [lower, upper] = [(lower, inclusive[0]), (upper, inclusive[1])].map(|(text, inclusive)| {
        let text = text.trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        if text.is_empty() {
            return Some(Bound { value: None, inclusive: false });
        }
        let value = match ty.bound() {
            ScalarType::Int4 => Scalar::Number(text),
            _ => Scalar::Text(text),
        };
        Some(Bound { value: Some(scalar_value(ty.bound(), value)?), inclusive })
    });
    let (lower, upper) = (lower?, upper?);
    let order = |lower: &Bound, upper: &Bound| match (&lower.value, &upper.value) {
        (Some(lower), Some(upper)) => compare(lower, upper),
        _ => Some(Ordering::Less),
    };
    if order(&lower, &upper)? == Ordering::Greater {
        return None;
    }
    // Between whole numbers and days there is nothing, and Postgres has one form of what is the same.
    let lower = if lower.inclusive { lower } else { lower.moved()? };
    let upper = if upper.inclusive { upper.moved()? } else { upper };
    let has_values = order(&lower, &upper)? == Ordering::Less || (lower.inclusive && upper.inclusive);
    Some(Range { ty, bounds: has_values.then_some([lower, upper]) })
}

impl Bound {
    /// The same bound by the next value, which is in the range if this one is not; itself where there are values between any two.
    /// `None` when there is no next value.
    fn moved(self) -> Option<Bound> {
        let value = match self.value {
            Some(SqlValue::Int4(value)) => SqlValue::Int4(value.checked_add(1)?),
            Some(SqlValue::Int8(value)) => SqlValue::Int8(value.checked_add(1)?),
            Some(SqlValue::Date(value)) => SqlValue::Date(value.checked_add(1)?),
            _ => return Some(self),
        };
        Some(Bound { value: Some(value), inclusive: !self.inclusive })
    }
}

fn compare(left: &SqlValue, right: &SqlValue) -> Option<Ordering> {
    Some(match (left, right) {
        (SqlValue::Int4(left), SqlValue::Int4(right)) => left.cmp(right),
        (SqlValue::Int8(left), SqlValue::Int8(right)) => left.cmp(right),
        (SqlValue::Date(left), SqlValue::Date(right)) => left.cmp(right),
        (SqlValue::Timestamp(left), SqlValue::Timestamp(right)) => left.cmp(right),
        (SqlValue::Numeric(left), SqlValue::Numeric(right)) => left.compare(right),
        _ => return None,
    })
}

impl Range {
    /// `[1,5)`, with bounds as they are printed.
    pub(crate) fn print(&self, bound: impl Fn(&SqlValue) -> String) -> String {
        let Some([lower, upper]) = &self.bounds else { return "empty".into() };
        let text = |end: &Bound| end.value.as_ref().map(&bound).unwrap_or_default();
        let open = if lower.inclusive { '[' } else { '(' };
        let close = if upper.inclusive { ']' } else { ')' };
        format!("{open}{},{}{close}", text(lower), text(upper))
    }

    /// A byte of flags, then for each bound that there is its length and its data; from `range_recv`.
    pub(super) fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let Some([lower, upper]) = &self.bounds else {
            out.put_u8(EMPTY);
            return Ok(IsNull::No);
        };
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        out.put_u8(
            flag(lower.inclusive, LOWER_INCLUSIVE)
                | flag(upper.inclusive, UPPER_INCLUSIVE)
                | flag(lower.value.is_none(), LOWER_INFINITE)
                | flag(upper.value.is_none(), UPPER_INFINITE),
        );
        for value in [&lower.value, &upper.value].into_iter().flatten() {
            let start = out.len();
            out.put_i32(0);
            value.to_sql(ty, out)?;
            let length = i32::try_from(out.len() - start - 4)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A range of whole numbers or decimals as it is bound.
    fn range(ty: RangeType, text: &str) -> Option<String> {
        let bound = |value: &SqlValue| match value {
            SqlValue::Int4(value) => value.to_string(),
            SqlValue::Numeric(value) => value.to_string(),
            other => format!("{other:?}"),
        };
        parse(ty, text).map(|range| range.print(bound))
    }

    #[test]
    fn ranges_are_read_in_the_form_that_postgres_gives_them() {
        for (text, expected) in [
            ("[1,5)", "[1,5)"),
            ("(1,5]", "[2,6)"),
            (" [ 1 , \"5\" ] ", "[1,6)"),
            ("(,5]", "(,6)"),
            ("[1,)", "[1,)"),
            ("[,]", "(,)"),
            ("Empty", "empty"),
            ("[3,3]", "[3,4)"),
            ("(3,4)", "empty"),
            ("(3,3)", "empty"),
            ("[3,3)", "empty"),
            ("(3,3]", "empty"),
        ] {
            assert_eq!(range(RangeType::Int4, text).as_deref(), Some(expected), "{text}");
        }
        for (text, expected) in [
            ("(0.5,1.50]", "(0.5,1.50]"),
            ("[0.5,0.50]", "[0.5,0.50]"),
            ("[0.5,0.50)", "empty"),
            ("(0.5,0.50]", "empty"),
        ] {
            assert_eq!(range(RangeType::Numeric, text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for text in [
            "",
            "1,5",
            "[1]",
            "[5,1]",
            "[1,2,3)",
            "[a,b)",
            "[1,5",
            "[1.5,2)",
            "(2147483647,)",
            "[1,2147483647]",
        ] {
            assert_eq!(range(RangeType::Int4, text), None, "{text}");
        }
        for text in ["[2,1.99]", "[-1,-2]", "[1,-1]", "[100000,99999.5]"] {
            assert_eq!(range(RangeType::Numeric, text), None, "{text}");
        }
    }
}
