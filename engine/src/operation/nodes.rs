//! `nodes(ids:)` → rows by their keys, of the tables that the ids are of. An operation depends on which tables these are, not
//! on which id is of which, nor on how many there are.
//!
//! <https://relay.dev/graphql/objectidentification.htm>

use std::collections::BTreeSet;
use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::executable::Field as Selected;

use super::collect::{Collector, Guarded};
use super::input::Input;
use super::node::ids;
use super::variables::Structure;
use super::{Field, Operand, OperandKind, Selection};
use crate::cursor;
use crate::error::Code;
use crate::model::TableId;
use crate::value::{CursorPart, Mistake};

/// What is read of one table of rows by their global ids.
#[derive(Debug, Clone, PartialEq)]
pub struct NodesOf {
    /// The table.
    pub table: TableId,
    /// For each column of [its ids](crate::model::Node), the values of the ids that are of the table.
    pub columns: Vec<Operand>,
    /// The places that these ids have among all, from 1.
    pub places: Operand,
    /// The fields of each object.
    pub fields: Vec<Field>,
}

impl<'a> Collector<'a> {
    /// The rows with global ids; `None` when there is no telling which tables they are of, which is an error then.
    pub(super) fn nodes(&mut self, field: &'a Node<Selected>, sets: Vec<Guarded<'a>>) -> Option<Selection> {
        let argument = field.arguments.iter().find(|argument| argument.name == "ids")?;
        let input = self.scope.input(&argument.value);
        let tables = self.tables_of(field, &input)?;
        let max = self.limits.max_limit;
        let rows_of = |table: TableId| {
            let definition = self.model.table(table);
            let (columns, places) = self.arguments(field, |typing| {
                let fingerprint = definition.node.fingerprint;
                let cursors = Arc::new(ids(definition));
                let columns = (0..cursors.terms.len()).map(|term| {
                    let kind = OperandKind::NodeIds(CursorPart { cursors: Arc::clone(&cursors), term });
                    typing.operand("ids", &input, kind)
                });
                let columns = columns.collect();
                (columns, typing.operand("ids", &input, OperandKind::NodePlaces { fingerprint, max }))
            });
            NodesOf { table, columns, places, fields: self.object(table, sets.clone(), 2) }
        };
        Some(Selection::Nodes(tables.into_iter().map(rows_of).collect()))
    }

    /// The tables of rows with global ids, in their order; none where there are no ids.
    fn tables_of(&mut self, field: &'a Node<Selected>, input: &Input<'a>) -> Option<BTreeSet<TableId>> {
        let mut tables = BTreeSet::new();
        let (mut is_right, mut is_known) = (true, true);
        for item in self.scope.items(input) {
            let fingerprints = match &item {
                Input::Literal(literal) => vec![literal.as_str().and_then(cursor::belongs_to)],
                Input::Variable { structure: Structure::Id(fingerprint), .. } => vec![*fingerprint],
                Input::Variable { structure: Structure::Ids(fingerprints), .. } => fingerprints.clone(),
                // Nothing is known of the request: the operation is explained, or compiled beforehand.
                Input::Variable { structure: Structure::Value, .. } => {
                    is_known = false;
                    Vec::new()
                }
                Input::Variable { .. } => vec![None],
            };
            for fingerprint in fingerprints {
                let table = fingerprint.and_then(|fingerprint| self.model.node_table(fingerprint));
                tables.extend(table);
                if table.is_none() {
                    is_right = false;
                    let name = match &item {
                        Input::Literal(_) => "ids".to_owned(),
                        Input::Variable { path, .. } => path.to_string(),
                    };
                    self.arguments(field, |typing| {
                        typing.place = item.place().or(typing.place);
                        typing.error(Code::InvalidId, format!("`{name}`: {}", Mistake::NodeId));
                    });
                }
            }
        }
        // While it is not known which they are, any table will do; best one that each shard has.
        if tables.is_empty() && !is_known {
            let with_ids = self.model.tables().filter(|(_, table)| table.has_ids());
            let table = with_ids.min_by_key(|(_, table)| table.def.placement.shard_key().is_some());
            tables.extend(table.map(|(id, _)| id));
        }
        is_right.then_some(tables)
    }
}
