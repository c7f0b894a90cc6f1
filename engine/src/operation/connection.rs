//! Connections: their arguments, their order with the key at its end, and the fields around the rows.
//!
//! <https://relay.dev/graphql/connections.htm>

use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::ast::Argument;
use apollo_compiler::executable::Field as Selected;
use onefold_schema::RelationKind;

use super::arguments::Arguments;
use super::collect::{Collector, Guarded};
use super::{Call, Field, Filter, Limit, Operand, OperandKind, Order, OrderBy, Selection};
use crate::cursor;
use crate::model::{Model, Table, TableId};
use crate::surface::scalars::type_name;
use crate::value::{CursorPart, Cursors, Term};

/// A connection with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    /// The relation of the enclosing table; `None` at the root, and where a function is called.
    pub relation: Option<usize>,
    /// The function that is called for the rows, if there is one.
    pub call: Option<Call>,
    /// The table whose rows are listed.
    pub table: TableId,
    /// Which rows.
    pub filter: Filter,
    /// In which order. It ends with the column that completes the key, so that it is total.
    pub order: Vec<Order>,
    /// What its cursors say.
    pub cursors: Arc<Cursors>,
    /// Which of the rows.
    pub page: Page,
    /// Its fields: each is a [`Selection::Part`] or a [`Selection::Typename`].
    pub fields: Vec<Field>,
}

/// Which of the rows of a connection are answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// How many rows.
    pub limit: Limit,
    /// Whether they are the last ones and not the first.
    pub backward: bool,
    /// The place that they come after: a value for each term of the order.
    pub after: Option<Vec<Operand>>,
    /// The place that they come before.
    pub before: Option<Vec<Operand>>,
}

/// What stands around the rows of a connection.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// The rows, each with its cursor. Their fields are [`Part::Node`] and [`Part::Cursor`].
    Edges(Vec<Field>),
    /// The rows themselves.
    Nodes(Vec<Field>),
    /// What is known of the page. Its fields are the four below.
    PageInfo(Vec<Field>),
    /// How many rows there are on all pages.
    TotalCount,
    /// The row of an edge.
    Node(Vec<Field>),
    /// The place of a row in the order.
    Cursor,
    /// Whether there are rows behind the page.
    HasNextPage,
    /// Whether there are rows before the page.
    HasPreviousPage,
    /// The place of the first row.
    StartCursor,
    /// The place of the last row.
    EndCursor,
}

impl<'a> Collector<'a> {
    /// A connection of rows of `table`, at a depth of fields.
    pub(super) fn connection(
        &mut self,
        relation: Option<usize>,
        call: Option<Call>,
        table: TableId,
        field: &'a Node<Selected>,
        sets: Vec<Guarded<'a>>,
        depth: usize,
    ) -> Selection {
        let definition = self.model.table(table);
        let (filter, order, cursors, page) =
            self.arguments(field, |typing| typing.connection(definition, &field.arguments));
        let name = definition.def.name;
        let fields = self.merge(&format!("{name}Connection"), sets, |this, _, field, sets| {
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename(format!("{name}Connection")),
                "edges" => Selection::Part(Part::Edges(this.edge(table, sets, depth + 2))),
                "nodes" => Selection::Part(Part::Nodes(this.object(table, sets, depth + 2))),
                "pageInfo" => Selection::Part(Part::PageInfo(this.page_info(sets))),
                // Validation has made sure that there is nothing else.
                _ => Selection::Part(Part::TotalCount),
            })
        });
        Selection::Connection(Box::new(Connection {
            relation,
            call,
            table,
            filter,
            order,
            cursors,
            page,
            fields,
        }))
    }

    fn edge(&mut self, table: TableId, sets: Vec<Guarded<'a>>, depth: usize) -> Vec<Field> {
        let name = self.model.table(table).def.name;
        self.merge(&format!("{name}Edge"), sets, |this, _, field, sets| {
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename(format!("{name}Edge")),
                "node" => Selection::Part(Part::Node(this.object(table, sets, depth + 1))),
                _ => Selection::Part(Part::Cursor),
            })
        })
    }

    fn page_info(&mut self, sets: Vec<Guarded<'a>>) -> Vec<Field> {
        self.merge("PageInfo", sets, |_, _, field, _| {
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename("PageInfo".into()),
                "hasNextPage" => Selection::Part(Part::HasNextPage),
                "hasPreviousPage" => Selection::Part(Part::HasPreviousPage),
                "startCursor" => Selection::Part(Part::StartCursor),
                _ => Selection::Part(Part::EndCursor),
            })
        })
    }
}

impl<'a> Arguments<'a> {
    /// The arguments of a connection of `table`.
    fn connection(
        &mut self,
        table: &Table,
        arguments: &'a [Node<Argument>],
    ) -> (Filter, Vec<Order>, Arc<Cursors>, Page) {
        let [filter, order, first, last, after, before] =
            ["where", "orderBy", "first", "last", "after", "before"].map(|name| self.given(arguments, name));
        let filter = filter.map_or(Filter::And(Vec::new()), |input| self.filter(table, &input, 1));
        let order = order.map_or(Vec::new(), |input| self.order(table, &input));
        let order = total(table, order);
        let cursors = Arc::new(cursors(self.model, table, &order));
        if first.is_some()
            && let Some(last) = &last
        {
            self.wrong(last, "give `first` or `last`, not both: a page has one end to begin at".into());
        }
        // Whoever asks for what is before a row, and not for the first rows of all, goes backward.
        let backward = last.is_some() || (before.is_some() && first.is_none() && after.is_none());
        let (name, rows) = if last.is_some() { ("last", last) } else { ("first", first) };
        let limit = self.limit(table, name, rows);
        let [after, before] = [("after", after), ("before", before)].map(|(name, input)| {
            let input = input?;
            let part = |term| OperandKind::Cursor(CursorPart { cursors: Arc::clone(&cursors), term });
            Some((0..cursors.terms.len()).map(|term| self.operand(name, &input, part(term))).collect())
        });
        (filter, order, cursors, Page { limit, backward, after, before })
    }
}

/// The order up to the column that completes the key: what is behind it decides nothing.
fn total(table: &Table, order: Vec<Order>) -> Vec<Order> {
    let mut missing: Vec<usize> = table.def.key.to_vec();
    let mut total = Vec::with_capacity(order.len() + missing.len());
    for term in order {
        if missing.is_empty() {
            return total;
        }
        missing.retain(|column| Some(*column) != term.own_column());
        total.push(term);
    }
    total.extend(missing.into_iter().map(Order::by_column));
    total
}

/// What the cursors of an order say.
fn cursors(model: &Model, table: &Table, order: &[Order]) -> Cursors {
    let mut name = format!("{} by", table.def.name);
    let terms = order.iter().map(|Order { path, by, direction }| {
        let mut end = table;
        for &relation in path {
            debug_assert!(matches!(end.relations[relation].def.kind, RelationKind::One { .. }));
            name += &format!(" {}.", end.relations[relation].def.name);
            end = model.table(end.relations[relation].target);
        }
        let scalar = by.scalar(model, end);
        let nullable = match by {
            // A row that a relation does not find has nulls in all columns.
            OrderBy::Column(column) => end.column(*column).nullable || !path.is_empty(),
            OrderBy::Aggregate { measure, .. } => measure.is_nullable(),
        };
        let descending = if direction.is_descending() { "desc" } else { "asc" };
        let nulls = if direction.has_nulls_first() { "first" } else { "last" };
        name += &format!(" {} {} {descending} nulls {nulls},", by.name(model, end), type_name(scalar));
        Term { scalar, nullable }
    });
    let terms = terms.collect();
    Cursors { fingerprint: cursor::fingerprint(&name), terms }
}
