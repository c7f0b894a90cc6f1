//! The place that a cursor says → the condition on the rows behind it, or before it.
//!
//! Where no column may be null and all go the same way, rows are compared as a whole, which an index on them answers by
//! reading from that place on:
//!
//! ```sql
//! (track.name, track.track_id) > ($1::text, $2::int4)
//! ```
//!
//! Otherwise column by column. The first comparison is there for an index, as the others say the same:
//!
//! ```sql
//! invoice.total <= $1::numeric AND (
//!   invoice.total < $1::numeric
//!   OR (invoice.total = $1::numeric AND invoice.invoice_id > $2::int4)
//! )
//! ```
//!
//! Whether a value of the cursor is null is known for each request, not in the statement.

use super::bind::Bind;
use super::condition::Condition;
use super::page::OrderTerm;
use super::select::Lowering;
use crate::operation::Operand;
use crate::value::Cursors;

/// Where rows are, seen from a place in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Behind it.
    After,
    /// Behind it, or there.
    From,
    /// Before it.
    Before,
    /// Before it, or there.
    Until,
}

impl Side {
    fn is_forward(self) -> bool {
        matches!(self, Side::After | Side::From)
    }

    /// The comparison with large values on that side, or with small ones.
    fn operator(self, large: bool) -> &'static str {
        match (self, large) {
            (Side::After | Side::Before, true) => ">",
            (Side::After | Side::Before, false) => "<",
            (Side::From | Side::Until, true) => ">=",
            (Side::From | Side::Until, false) => "<=",
        }
    }

    /// The same side without the place itself.
    fn strictly(self) -> Side {
        match self {
            Side::After | Side::From => Side::After,
            Side::Before | Side::Until => Side::Before,
        }
    }

    /// The same side with the place itself.
    fn inclusive(self) -> Side {
        match self {
            Side::After | Side::From => Side::From,
            Side::Before | Side::Until => Side::Until,
        }
    }
}

/// A column of the order, and the value that it is compared with.
struct Comparison {
    column: String,
    value: String,
    nullable: bool,
    /// Whether large values are on the side that is looked at.
    large: bool,
    /// Whether nulls are behind all values, seen from there.
    nulls_last: bool,
}

impl Comparison {
    /// That the column's value is on a side of the other one.
    fn is_on(&self, side: Side) -> Condition {
        let Comparison { column, value, .. } = self;
        let compared = Condition::Comparison(format!("{column} {} {value}", side.operator(self.large)));
        if !self.nullable {
            return compared;
        }
        let (null, value) = match self.nulls_last {
            true => (column, value),
            false => (value, column),
        };
        let is_null = Condition::Comparison(format!("{null} IS NULL"));
        let is_value = Condition::Comparison(format!("{value} IS NOT NULL"));
        Condition::any([compared, Condition::all([is_null, is_value])])
    }

    /// That both are the same.
    fn is_same(&self) -> Condition {
        let Comparison { column, value, nullable, .. } = self;
        let operator = if *nullable { "IS NOT DISTINCT FROM" } else { "=" };
        Condition::Comparison(format!("{column} {operator} {value}"))
    }
}

impl Lowering<'_> {
    /// That a row is on a side of the place that a cursor says. The last term of the order is a column of the key.
    pub(super) fn keyset(
        &mut self,
        order: &[OrderTerm],
        cursors: &Cursors,
        place: &[Operand],
        side: Side,
    ) -> Condition {
        let terms = order.iter().zip(&cursors.terms).zip(place);
        let comparisons: Vec<_> = terms
            .map(|((term, cursor), operand)| Comparison {
                column: term.compared(),
                value: self.bind(Bind::operand(operand.clone())),
                nullable: cursor.nullable,
                large: term.direction.is_descending() != side.is_forward(),
                nulls_last: term.direction.has_nulls_first() != side.is_forward(),
            })
            .collect();
        let Some((first, further)) = comparisons.split_first() else { return Condition::all([]) };
        let condition = on_side(&comparisons, side);
        if further.is_empty() || first.nullable || is_uniform(&comparisons) {
            return condition;
        }
        Condition::all([first.is_on(side.inclusive()), condition])
    }
}

/// Whether rows can be compared as a whole.
fn is_uniform(comparisons: &[Comparison]) -> bool {
    comparisons.iter().all(|it| !it.nullable && it.large == comparisons[0].large)
}

fn on_side(comparisons: &[Comparison], side: Side) -> Condition {
    match comparisons {
        [] => Condition::all([]),
        [last] => last.is_on(side),
        all if is_uniform(all) => {
            let list = |part: fn(&Comparison) -> &String| {
                all.iter().map(|it| part(it).as_str()).collect::<Vec<_>>().join(", ")
            };
            let (columns, values) = (list(|it| &it.column), list(|it| &it.value));
            Condition::Comparison(format!("({columns}) {} ({values})", side.operator(all[0].large)))
        }
        [first, further @ ..] => Condition::any([
            first.is_on(side.strictly()),
            Condition::all([first.is_same(), on_side(further, side)]),
        ]),
    }
}
