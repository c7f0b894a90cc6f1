//! What is computed of values, and its names in GraphQL: aggregate functions with what they take and give, what dates are cut
//! off to, and the distances of vectors.

use onefold_schema::ScalarType;

use super::scalars::has_order;

/// What is computed of a column's values in many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// How many rows have a value.
    Count,
    /// How many different values there are.
    CountDistinct,
    /// The sum.
    Sum,
    /// The mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The standard deviation of a sample.
    Stddev,
    /// Whether all are true.
    BoolAnd,
    /// Whether one is true.
    BoolOr,
}

impl Function {
    /// All of them, in the order of the SDL.
    pub const ALL: [Function; 9] = [
        Function::Count,
        Function::CountDistinct,
        Function::Sum,
        Function::Avg,
        Function::Min,
        Function::Max,
        Function::Stddev,
        Function::BoolAnd,
        Function::BoolOr,
    ];

    /// The GraphQL field.
    pub fn name(self) -> &'static str {
        match self {
            Function::Count => "count",
            Function::CountDistinct => "countDistinct",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::Stddev => "stddev",
            Function::BoolAnd => "boolAnd",
            Function::BoolOr => "boolOr",
        }
    }

    /// The function with a name.
    pub fn named(name: &str) -> Option<Function> {
        Function::ALL.into_iter().find(|function| function.name() == name)
    }

    /// What the SDL says of it.
    pub(super) fn description(self) -> &'static str {
        match self {
            Function::Count => "How many rows have a value.",
            Function::CountDistinct => "How many different values there are.",
            Function::Sum => "The sum.",
            Function::Avg => "The mean.",
            Function::Min => "The least.",
            Function::Max => "The greatest.",
            Function::Stddev => "The standard deviation of a sample; null unless there are two values.",
            Function::BoolAnd => "Whether all are true.",
            Function::BoolOr => "Whether one is true.",
        }
    }

    /// Whether it is null where there are no values.
    pub fn is_nullable(self) -> bool {
        !matches!(self, Function::Count | Function::CountDistinct)
    }

    /// What it gives for values of a type, if it takes them. Types that are one in GraphQL give what is one there.
    pub fn of(self, scalar: ScalarType) -> Option<ScalarType> {
        use ScalarType::{Bool, Float4, Float8, Int2, Int4, Int8, Interval, Numeric};
        match (self, scalar.base()) {
            (Function::Count, _) => Some(Int4),
            (Function::CountDistinct, base) => has_order(base).then_some(Int4),
            (Function::Sum, Int2 | Int4) => Some(Int8),
            (Function::Avg | Function::Stddev, Int2 | Int4 | Float4 | Float8) => Some(Float8),
            (Function::Sum | Function::Avg | Function::Stddev, Int8 | Numeric) => Some(Numeric),
            (Function::Sum, base @ (Float4 | Float8)) => Some(base),
            (Function::Sum | Function::Avg, Interval) => Some(Interval),
            (Function::Min | Function::Max, base) => has_extremes(base).then_some(scalar),
            (Function::BoolAnd | Function::BoolOr, Bool) => Some(Bool),
            _ => None,
        }
    }
}

/// What a date or time is cut off to, the coarsest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The first day of the year.
    Year,
    /// The first day of the quarter.
    Quarter,
    /// The first day of the month.
    Month,
    /// The Monday of the week.
    Week,
    /// The day.
    Day,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
}

impl Unit {
    /// All of them.
    pub const ALL: [Unit; 7] =
        [Unit::Year, Unit::Quarter, Unit::Month, Unit::Week, Unit::Day, Unit::Hour, Unit::Minute];

    /// What `date_trunc` calls it; in GraphQL it has capitals.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Year => "year",
            Unit::Quarter => "quarter",
            Unit::Month => "month",
            Unit::Week => "week",
            Unit::Day => "day",
            Unit::Hour => "hour",
            Unit::Minute => "minute",
        }
    }

    /// The unit of an enum's value; `VALUE` is none.
    pub fn named(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(name))
    }

    /// Whether a date has a use for it, being a day already.
    pub(super) fn is_above_day(self) -> bool {
        !matches!(self, Unit::Day | Unit::Hour | Unit::Minute)
    }
}

/// How far vectors are from one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// `<->`
    L2,
    /// `<=>`
    Cosine,
    /// `<#>`, which is the negative of the inner product
    InnerProduct,
}

impl Distance {
    /// All of them, in the order of the SDL.
    pub const ALL: [Distance; 3] = [Distance::L2, Distance::Cosine, Distance::InnerProduct];

    /// The enum's value.
    pub fn name(self) -> &'static str {
        match self {
            Distance::L2 => "L2",
            Distance::Cosine => "COSINE",
            Distance::InnerProduct => "INNER_PRODUCT",
        }
    }

    /// The distance of an enum's value.
    pub fn named(name: &str) -> Option<Distance> {
        Distance::ALL.into_iter().find(|distance| distance.name() == name)
    }

    /// What the SDL says of it.
    pub(super) fn description(self) -> &'static str {
        match self {
            Distance::L2 => "The length of the way between them.",
            Distance::Cosine => "One minus the cosine of the angle between them.",
            Distance::InnerProduct => "The negative of their inner product.",
        }
    }

    /// The operator.
    pub fn operator(self) -> &'static str {
        match self {
            Distance::L2 => "<->",
            Distance::Cosine => "<=>",
            Distance::InnerProduct => "<#>",
        }
    }
}

/// Whether every Postgres that is supported has `min` and `max` of the type.
fn has_extremes(scalar: ScalarType) -> bool {
    use ScalarType::{Date, Float4, Float8, Inet, Int2, Int4, Int8, Interval, Numeric, Text, Time};
    matches!(scalar, Int2 | Int4 | Int8 | Float4 | Float8 | Numeric | Text | Date | Time | Interval | Inet)
        || matches!(scalar, ScalarType::Timestamp | ScalarType::Timestamptz | ScalarType::Enum(_))
}
