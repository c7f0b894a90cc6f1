//! `node(id:)` → a row by its key, of the table that the id is one of. So an operation depends on which table that is, and
//! not on the row.
//!
//! <https://relay.dev/graphql/objectidentification.htm>

use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::executable::Field as Selected;

use super::collect::{Collector, Guarded};
use super::input::Input;
use super::variables::Structure;
use super::{Filter, Operand, OperandKind, Operator, Selection};
use crate::cursor;
use crate::error::Code;
use crate::model::{Table, TableId};
use crate::value::{CursorPart, Cursors, Mistake, Term};

impl<'a> Collector<'a> {
    /// The row with a global id; `None` when there is no telling which table it is of, which is an error then.
    pub(super) fn node(&mut self, field: &'a Node<Selected>, sets: Vec<Guarded<'a>>) -> Option<Selection> {
        let argument = field.arguments.iter().find(|argument| argument.name == "id")?;
        let input = self.scope.input(&argument.value);
        let table = self.table_of(field, &input)?;
        let definition = self.model.table(table);
        let mut values = self.arguments(field, |typing| {
            let cursors = Arc::new(ids(definition));
            (0..cursors.terms.len())
                .map(|term| {
                    let kind = OperandKind::NodeId(CursorPart { cursors: Arc::clone(&cursors), term });
                    typing.operand("id", &input, kind)
                })
                .collect::<Vec<Operand>>()
        });
        let others = values.split_off(definition.def.key.len());
        let columns = definition.node.columns[values.len()..].iter();
        let compare = |(column, operand): (&usize, Operand)| Filter::Compare {
            column: *column,
            operator: Operator::Eq,
            operand,
        };
        let filter = Filter::And(columns.zip(others).map(compare).collect());
        Some(Selection::ByKey { table, key: values, filter, fields: self.object(table, sets, 2) })
    }

    /// The table of a row with a global id.
    fn table_of(&mut self, field: &'a Node<Selected>, input: &Input<'a>) -> Option<TableId> {
        let fingerprint = match input {
            Input::Literal(literal) => literal.as_str().and_then(cursor::belongs_to),
            Input::Variable { structure: Structure::Id(fingerprint), .. } => *fingerprint,
            // Nothing is known of the request: the operation is explained, or compiled beforehand. Any table will do.
            Input::Variable { structure: Structure::Value, .. } => {
                let mut tables = self.model.tables().filter(|(_, table)| table.has_ids());
                tables.next().map(|(_, table)| table.node.fingerprint)
            }
            Input::Variable { .. } => None,
        };
        let table = fingerprint.and_then(|fingerprint| self.model.node_table(fingerprint));
        if table.is_none() {
            let name = match input {
                Input::Literal(_) => "id".to_owned(),
                Input::Variable { path, .. } => path.to_string(),
            };
            self.arguments(field, |typing| {
                typing.error(Code::InvalidId, format!("`{name}`: {}", Mistake::NodeId));
            });
        }
        table
    }
}

/// What the global ids of a table say.
pub(super) fn ids(table: &Table) -> Cursors {
    let terms = table.node.columns.iter().map(|&column| {
        let column = table.column(column);
        Term { scalar: column.scalar, nullable: false }
    });
    Cursors { fingerprint: table.node.fingerprint, terms: terms.collect() }
}
