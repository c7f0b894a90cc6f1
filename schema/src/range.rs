//! Ranges: what their bounds are.

use core::marker::PhantomData;

use crate::{ArrayDef, ArrayItem, ColumnType, Date, Decimal, ScalarType, Timestamp, Timestamptz};

/// A range of values, `Range<Date>`: `int4range`, `int8range`, `numrange`, `tsrange`, `tstzrange` or `daterange`.
#[derive(Debug)]
pub struct Range<T>(PhantomData<fn() -> T>);

/// A range type of Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeType {
    /// `int4range`, GraphQL `IntRange`.
    Int4,
    /// `int8range`, GraphQL `BigIntRange`.
    Int8,
    /// `numrange`, GraphQL `DecimalRange`.
    Numeric,
    /// `tsrange`, GraphQL `LocalDateTimeRange`.
    Timestamp,
    /// `tstzrange`, GraphQL `DateTimeRange`.
    Timestamptz,
    /// `daterange`, GraphQL `DateRange`.
    Date,
}

impl RangeType {
    /// The type of its bounds.
    pub const fn bound(self) -> ScalarType {
        match self {
            RangeType::Int4 => ScalarType::Int4,
            RangeType::Int8 => ScalarType::Int8,
            RangeType::Numeric => ScalarType::Numeric,
            RangeType::Timestamp => ScalarType::Timestamp,
            RangeType::Timestamptz => ScalarType::Timestamptz,
            RangeType::Date => ScalarType::Date,
        }
    }

    /// Its name in Postgres.
    pub const fn type_name(self) -> &'static str {
        match self {
            RangeType::Int4 => "int4range",
            RangeType::Int8 => "int8range",
            RangeType::Numeric => "numrange",
            RangeType::Timestamp => "tsrange",
            RangeType::Timestamptz => "tstzrange",
            RangeType::Date => "daterange",
        }
    }
}

/// A Rust type of which Postgres has ranges.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the bound of a range",
    label = "not the bound of a range",
    note = "ranges are `Range<i32>`, `Range<i64>`, `Range<Decimal>`, `Range<Timestamp>`, `Range<Timestamptz>` and `Range<Date>`"
)]
pub trait RangeBound {
    /// The range type with such bounds.
    const RANGE: RangeType;
}

macro_rules! range_bounds {
    ($($rust:ty => $range:ident),* $(,)?) => {$(
        impl RangeBound for $rust {
            const RANGE: RangeType = RangeType::$range;
        }
    )*};
}

range_bounds! {
    i32 => Int4,
    i64 => Int8,
    Decimal => Numeric,
    Timestamp => Timestamp,
    Timestamptz => Timestamptz,
    Date => Date,
}

impl<T: RangeBound> ColumnType for Range<T> {
    const SCALAR: ScalarType = ScalarType::Range(T::RANGE);
    type Base = Range<T>;
}

impl<T: RangeBound> ArrayItem for Range<T> {
    const ITEM: ArrayDef = ArrayDef { item: ScalarType::Range(T::RANGE), nullable_items: false };
}
