//! Lowers connections: one selection for the rows of `edges` and `nodes`, and a record with it and what stands around.

use std::sync::Arc;

use super::lower::{Lowering, column_cell, constant, position};
use super::shape::{self, ConditionId, Cursor, PageEnd, Record, Value};
use super::{Cell, Select, Source, TableRef};
use crate::operation::{self, Field, Operand, Part, Selection};
use crate::value::Cursors;
use onefold_schema::ScalarType;

/// What stands around the rows of a connection, and which of the rows are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Connection {
    /// Whether the rows are the last ones and not the first.
    pub backward: bool,
    /// What its cursors say.
    pub cursors: Arc<Cursors>,
    /// The place that the rows come after: a value for each term of the order.
    pub after: Option<Vec<Operand>>,
    /// The place that they come before.
    pub before: Option<Vec<Operand>>,
    /// The cells of the connection's record.
    pub cells: Vec<ConnectionCell>,
}

/// One cell of the record of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionCell {
    /// The records of the page, in the order of the connection.
    Records,
    /// Whether there are rows behind the page.
    HasNext(Option<ConditionId>),
    /// Whether there are rows before the page.
    HasPrevious(Option<ConditionId>),
    /// How many rows there are on all pages.
    TotalCount(Option<ConditionId>),
}

impl Connection {
    /// The position of the records of its page, if they are read.
    pub fn records(&self) -> Option<usize> {
        self.cells.iter().position(|cell| *cell == ConnectionCell::Records)
    }

    /// Whether all rows are counted.
    pub fn counts(&self) -> bool {
        self.cells.iter().any(|cell| matches!(cell, ConnectionCell::TotalCount(_)))
    }

    /// Whether one row more than the page has is read, to know whether there is one.
    pub fn looks_beyond(&self) -> bool {
        self.cells.iter().any(|cell| match cell {
            ConnectionCell::HasNext(_) => !self.backward,
            ConnectionCell::HasPrevious(_) => self.backward,
            ConnectionCell::Records | ConnectionCell::TotalCount(_) => false,
        })
    }
}

impl Lowering<'_> {
    /// The rows of a connection, and the record that they are answered in.
    pub(super) fn connection(
        &self,
        key: &str,
        connection: &operation::Connection,
        source: Source,
    ) -> (Select, Record) {
        let operation::Connection { table, filter, order, cursors, page, fields, .. } = connection;
        let mut select = Select {
            filter: filter.clone(),
            order: order.clone(),
            limit: Some(page.limit.clone()),
            ..Select::all_of(key, *table, source)
        };
        let mut around = Connection {
            backward: page.backward,
            cursors: Arc::clone(cursors),
            after: page.after.clone(),
            before: page.before.clone(),
            cells: Vec::new(),
        };
        let mut fields = self.parts(&mut select, &mut around, None, fields);
        // How many cells a record has is known when all that reads them is lowered.
        let records = select.cells.len();
        for_each_value(&mut fields, &mut |value| match value {
            Value::List { record, .. } => record.cells = records,
            Value::PageCursor { cells, .. } => *cells = records,
            _ => {}
        });
        let record = Record { cells: around.cells.len(), fields };
        select.ungroup();
        select.connection = Some(Box::new(around));
        (select, record)
    }

    /// The fields of a connection, or of what stands in it, but for those of rows; `when` is what they depend on.
    fn parts(
        &self,
        select: &mut Select,
        around: &mut Connection,
        when: Option<ConditionId>,
        fields: &[Field],
    ) -> Vec<shape::Field> {
        let field = |field: &Field| {
            let when = field.when.or(when);
            let flag = |cell| Value::Scalar { cell, scalar: ScalarType::Bool, nullable: false };
            let value = match &field.selection {
                Selection::Part(Part::Edges(fields)) => {
                    let cell = position(&mut around.cells, ConnectionCell::Records);
                    let fields = self.edge(select, around, when, fields);
                    Value::List { cell, nullable: false, record: Record { cells: 0, fields } }
                }
                Selection::Part(Part::Nodes(fields)) => {
                    let cell = position(&mut around.cells, ConnectionCell::Records);
                    let fields = self.object(select, TableRef::Own, when, fields);
                    Value::List { cell, nullable: false, record: Record { cells: 0, fields } }
                }
                Selection::Part(Part::PageInfo(fields)) => {
                    Value::Object(self.parts(select, around, when, fields))
                }
                Selection::Part(Part::HasNextPage) => {
                    flag(position(&mut around.cells, ConnectionCell::HasNext(when)))
                }
                Selection::Part(Part::HasPreviousPage) => {
                    flag(position(&mut around.cells, ConnectionCell::HasPrevious(when)))
                }
                Selection::Part(Part::TotalCount) => {
                    let cell = position(&mut around.cells, ConnectionCell::TotalCount(when));
                    Value::Scalar { cell, scalar: ScalarType::Int4, nullable: false }
                }
                Selection::Part(Part::StartCursor) => self.page_cursor(select, around, PageEnd::First),
                Selection::Part(Part::EndCursor) => self.page_cursor(select, around, PageEnd::Last),
                other => constant(other),
            };
            shape::Field { key: field.key.clone(), when: field.when, value }
        };
        fields.iter().map(field).collect()
    }

    fn edge(
        &self,
        select: &mut Select,
        around: &Connection,
        when: Option<ConditionId>,
        fields: &[Field],
    ) -> Vec<shape::Field> {
        let field = |field: &Field| {
            let value = match &field.selection {
                Selection::Part(Part::Node(fields)) => {
                    Value::Object(self.object(select, TableRef::Own, field.when.or(when), fields))
                }
                Selection::Part(Part::Cursor) => Value::Cursor(cursor(select, around)),
                other => constant(other),
            };
            shape::Field { key: field.key.clone(), when: field.when, value }
        };
        fields.iter().map(field).collect()
    }

    fn page_cursor(&self, select: &mut Select, around: &mut Connection, end: PageEnd) -> Value {
        let cell = position(&mut around.cells, ConnectionCell::Records);
        Value::PageCursor { cell, end, cells: 0, cursor: cursor(select, around) }
    }
}

/// The cursor of a row, whose cells are added to those of the selection.
fn cursor(select: &mut Select, around: &Connection) -> Cursor {
    let terms = select.order.clone();
    let cells = terms.iter().zip(&around.cursors.terms).enumerate().map(|(place, (order, term))| {
        // A text is compared in another form than it is written in.
        let cell = match order.own_column().filter(|_| term.scalar.compared() != ScalarType::Text) {
            Some(column) => column_cell(select, TableRef::Own, column),
            None => position(&mut select.cells, Cell::Order(place)),
        };
        (cell, term.scalar)
    });
    let cells = cells.collect();
    Cursor { fingerprint: around.cursors.fingerprint, cells }
}

/// Calls `f` with the values of a connection's fields, also those within its `pageInfo`.
fn for_each_value(fields: &mut [shape::Field], f: &mut impl FnMut(&mut Value)) {
    for field in fields {
        match &mut field.value {
            Value::Object(fields) => for_each_value(fields, f),
            value => f(value),
        }
    }
}
