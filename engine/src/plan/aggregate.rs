//! Lowers aggregates: what is computed of each group stands in a cell of its record, each once.

use super::lower::{Lowering, constant, position};
use super::shape::{self, ConditionId, Record, Value};
use super::{Select, Source};
use crate::model::{Model, Table};
use crate::operation::{
    self, Field, GroupOrder, GroupPart, GroupTerm, Grouping, Having, Measure, Operand, Selection,
};
use crate::wire::CellType;

/// What is computed of the rows of a selection, and how they are grouped before.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// What rows are grouped by; all are one group when there is nothing.
    pub groups: Vec<Grouping>,
    /// Which groups.
    pub having: Having,
    /// In which order; ends with what is grouped by, so that it is total.
    pub order: Vec<GroupOrder>,
    /// The cells of each group's record.
    pub cells: Vec<AggregateCell>,
}

/// One cell of the record of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum AggregateCell {
    /// Something that it is grouped by: a position in [`Aggregate::groups`].
    Key(usize),
    /// Something that is computed of it, when a condition holds.
    Measure(Measure, Option<ConditionId>),
}

impl Aggregate {
    /// All that is computed: to be answered, compared or ordered by.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        let cells = self.cells.iter().filter_map(|cell| match cell {
            AggregateCell::Key(_) => None,
            AggregateCell::Measure(measure, _) => Some(measure),
        });
        let order = self.order.iter().filter_map(|term| match &term.by {
            GroupTerm::Key(_) => None,
            GroupTerm::Measure(measure) => Some(measure),
        });
        cells.chain(order).chain(self.having.measures())
    }

    /// The numbers of rows up to which they are counted, if that is all that there is to do: then no more are read.
    pub fn up_to(&self) -> Option<Vec<&Operand>> {
        if !self.groups.is_empty() || !self.having.is_true() {
            return None;
        }
        let limit = |cell| match cell {
            &AggregateCell::Measure(Measure::RowsUpTo(ref limit), _) => Some(limit),
            _ => None,
        };
        self.cells.iter().map(limit).collect()
    }
}

impl AggregateCell {
    /// What it is; `table` is the one whose rows are aggregated.
    pub(super) fn ty(&self, model: &Model, table: &Table, groups: &[Grouping]) -> CellType {
        CellType::Scalar(match self {
            AggregateCell::Key(key) => {
                let Grouping { path, column, .. } = &groups[*key];
                model.end(table, path).column(*column).scalar
            }
            AggregateCell::Measure(measure, _) => measure.scalar(table),
        })
    }
}

impl Lowering<'_> {
    /// The rows of an aggregate, and the record of each group of them.
    pub(super) fn aggregate(
        &self,
        key: &str,
        aggregate: &operation::Aggregate,
        source: Source,
    ) -> (Select, Record) {
        let operation::Aggregate { table, filter, groups, having, order, limit, offset, .. } = aggregate;
        let mut of_groups = Aggregate {
            groups: groups.clone(),
            having: having.clone(),
            // A single group has no order, and nothing need be computed for it.
            order: if groups.is_empty() { Vec::new() } else { order.clone() },
            cells: Vec::new(),
        };
        let definition = self.model.table(*table);
        let fields = self.group_parts(&mut of_groups, definition, None, &aggregate.fields);
        let record = Record { cells: of_groups.cells.len(), fields };
        let select = Select {
            filter: filter.clone(),
            limit: Some(limit.clone()),
            offset: offset.clone(),
            aggregate: Some(Box::new(of_groups)),
            ..Select::all_of(key, *table, source)
        };
        (select, record)
    }

    /// The fields of an aggregate, or of what stands in it; `when` is what they depend on.
    fn group_parts(
        &self,
        aggregate: &mut Aggregate,
        table: &Table,
        when: Option<ConditionId>,
        fields: &[Field],
    ) -> Vec<shape::Field> {
        let field = |field: &Field| {
            let when = field.when.or(when);
            let mut scalar = |cell: AggregateCell, nullable| {
                let CellType::Scalar(scalar) = cell.ty(self.model, table, &aggregate.groups) else {
                    unreachable!("what is known of a group are scalars")
                };
                Value::Scalar { cell: position(&mut aggregate.cells, cell), scalar, nullable }
            };
            let value = match &field.selection {
                Selection::Group(GroupPart::Object(fields)) => {
                    Value::Object(self.group_parts(aggregate, table, when, fields))
                }
                // The row of a relation to one may be missing, so all may be null.
                Selection::Group(GroupPart::Key(key)) => scalar(AggregateCell::Key(*key), true),
                Selection::Group(GroupPart::Measure(measure)) => {
                    scalar(AggregateCell::Measure(measure.clone(), when), measure.is_nullable())
                }
                other => constant(other),
            };
            shape::Field { key: field.key.clone(), when: field.when, value }
        };
        fields.iter().map(field).collect()
    }
}
