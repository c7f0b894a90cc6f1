//! The page of a list → the rows of its table: filtered, ordered, limited.

use onefold_schema::RelationKind;

use super::bind::Bind;
use super::condition::Condition;
use super::identifier::identifier;
use super::join::Aliased;
use super::render;
use super::select::Lowering;
use crate::operation::{Direction, Limit, Operand, Order, Source};
use crate::plan::{self, Cell, Select, TableRef};
use crate::value::SqlValue;

/// The relation whose rows a list has.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    /// The table that has the relation.
    pub(super) parent: &'a Aliased,
    /// The relation of that table.
    pub(super) relation: usize,
}

/// A column by which rows are ordered.
pub(super) struct OrderTerm {
    /// The column.
    column: String,
    direction: Direction,
}

impl OrderTerm {
    /// A column of a page, as it is called around it.
    pub(super) fn of(&self, page: &Aliased) -> OrderTerm {
        let column = format!("{}.{}", identifier(&page.alias), self.column);
        OrderTerm { column, direction: self.direction }
    }
}

impl Lowering<'_> {
    /// The page of a selection. `columns` says what is selected of its rows; it is given the table and the order.
    pub(super) fn page(
        &mut self,
        select: &Select,
        origin: Option<Origin<'_>>,
        columns: impl FnOnce(&Self, &Aliased, &[OrderTerm]) -> Vec<String>,
    ) -> String {
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let mut lines = vec![format!("FROM {}", self.from(&own))];
        let mut conditions = Vec::new();
        if let Some(Origin { parent, relation }) = origin {
            let (join, condition) = self.related(parent, relation, &own);
            lines.extend(join);
            conditions.push(condition);
        }
        let (joins, order) = self.order(&own, &select.order);
        lines.extend(joins);
        conditions.push(self.filter(&own, &select.filter));
        lines.insert(0, render::select(&columns(self, &own, &order)));
        lines.extend(Condition::all(conditions).filter_clause());
        lines.push(order_clause(&order));
        match &select.limit {
            None => {}
            Some(Limit::Default(rows)) => lines.push(format!("LIMIT {rows}")),
            Some(Limit::Given(operand)) => lines.push(format!("LIMIT {}", self.rows(operand))),
        }
        if let Some(offset) = &select.offset {
            lines.push(format!("OFFSET {}", self.rows(offset)));
        }
        lines.join("\n")
    }

    /// A number of rows. One that stands in the document is part of the statement as it is of the operation: the plan
    /// depends on it, and Postgres guesses at a tenth of all rows where it is bound.
    fn rows(&mut self, operand: &Operand) -> String {
        match operand.source {
            Source::Constant(SqlValue::Int8(rows)) => rows.to_string(),
            _ => self.bind(Bind::operand(operand.clone())),
        }
    }

    /// What a page must give to what is around it, and by which of its columns that is ordered.
    pub(super) fn page_columns(
        &self,
        select: &Select,
        own: &Aliased,
        order: &[OrderTerm],
    ) -> (Vec<String>, Vec<OrderTerm>) {
        let table = self.model.table(select.table);
        let mut needed: Vec<usize> = select_columns(select).collect();
        let mut need = |columns: &[usize]| {
            for &column in columns {
                if !needed.contains(&column) {
                    needed.push(column);
                }
            }
        };
        for join in select.joins.iter().filter(|join| join.of == TableRef::Own) {
            need(from_columns(&table.relations[join.relation].def.kind));
        }
        for cell in &select.cells {
            if let Cell::Nested(nested) = cell
                && let plan::Source::Relation { of: TableRef::Own, relation, .. } = nested.select.source
            {
                need(from_columns(&table.relations[relation].def.kind));
            }
        }
        let own_order: Vec<_> =
            select.order.iter().filter(|term| term.path.is_empty()).map(|term| term.column).collect();
        need(&own_order);
        needed.sort_unstable();
        let mut columns: Vec<_> = needed.iter().map(|&column| self.column(own, column)).collect();
        let mut terms = Vec::new();
        for (i, (term, inner)) in select.order.iter().zip(order).enumerate() {
            let name = if term.path.is_empty() {
                identifier(table.column(term.column).column)
            } else {
                let mut name = format!("order_{}", i + 1);
                while table.def.columns.iter().any(|column| column.column == name) {
                    name.push('_');
                }
                columns.push(format!("{} AS {name}", inner.column));
                name
            };
            terms.push(OrderTerm { column: name, direction: term.direction });
        }
        (columns, terms)
    }

    /// The columns of an order, and the joins of the related tables that have them.
    fn order(&mut self, own: &Aliased, order: &[Order]) -> (Vec<String>, Vec<OrderTerm>) {
        let mut lines = Vec::new();
        let mut joined: Vec<(Vec<usize>, Aliased)> = Vec::new();
        let mut terms = Vec::new();
        for term in order {
            let mut table = own.clone();
            for length in 1..=term.path.len() {
                let path = &term.path[..length];
                if let Some((_, known)) = joined.iter().find(|(other, _)| other == path) {
                    table = known.clone();
                    continue;
                }
                let (line, target) = self.join(&table, path[length - 1], None);
                lines.push(line);
                joined.push((path.to_vec(), target.clone()));
                table = target;
            }
            terms.push(OrderTerm { column: self.column(&table, term.column), direction: term.direction });
        }
        (lines, terms)
    }
}

/// `ORDER BY a, b DESC`.
pub(super) fn order_clause(order: &[OrderTerm]) -> String {
    let terms = order.iter().map(|term| format!("{}{}", term.column, direction_text(term.direction)));
    format!("ORDER BY {}", terms.collect::<Vec<_>>().join(", "))
}

/// The columns of a selection's own table that are cells.
pub(super) fn select_columns(select: &Select) -> impl Iterator<Item = usize> {
    select.cells.iter().filter_map(|cell| match cell {
        Cell::Column { of: TableRef::Own, column } => Some(*column),
        _ => None,
    })
}

/// The columns of the table that has the relation.
fn from_columns(kind: &RelationKind) -> &'static [usize] {
    match kind {
        RelationKind::One { from, .. }
        | RelationKind::Many { from, .. }
        | RelationKind::Through { from, .. } => from,
    }
}

fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Asc => "",
        Direction::Desc => " DESC",
        Direction::AscNullsFirst => " NULLS FIRST",
        Direction::AscNullsLast => " NULLS LAST",
        Direction::DescNullsFirst => " DESC NULLS FIRST",
        Direction::DescNullsLast => " DESC NULLS LAST",
    }
}
