//! Cursors and ids that say nothing where they stand: they are refused before any row is read, wherever in the document
//! they are, also in a field that a variable leaves out.

use apollo_compiler::ast::{Field, Selection};

use super::execute::{Execution, Refused};
use super::fields::{directives, is_never_included};
use super::tokens::Cursor;

/// What fields stand in.
#[derive(Clone, Copy)]
enum Place {
    Query,
    /// A row of a table; or what leads to its rows.
    Row(usize),
    Connection(usize),
    Edge(usize),
    /// What has no arguments below it.
    Other,
}

impl Execution<'_> {
    /// Why the selections of an operation are refused.
    pub fn refused(&self, selections: &[Selection]) -> Option<Refused> {
        self.in_set(selections, Place::Query)
    }

    fn in_set(&self, set: &[Selection], place: Place) -> Option<Refused> {
        set.iter().filter(|selection| !is_never_included(directives(selection))).find_map(|selection| {
            let (condition, within) = match selection {
                Selection::Field(field) => return self.in_field(field, place),
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.context.fragments[&spread.fragment_name];
                    (Some(fragment.type_condition.as_str()), &fragment.selection_set)
                }
                Selection::InlineFragment(fragment) => {
                    (fragment.type_condition.as_ref().map(|name| name.as_str()), &fragment.selection_set)
                }
            };
            let fits = match place {
                Place::Row(table) => {
                    condition.is_none_or(|name| name == "Node" || name == self.store.definition(table).name)
                }
                _ => true,
            };
            if fits { self.in_set(within, place) } else { None }
        })
    }

    fn in_field(&self, field: &Field, place: Place) -> Option<Refused> {
        let name = field.name.as_str();
        let argument = |name: &str| self.context.argument(&field.arguments, name);
        let within = match place {
            Place::Query if name == "node" => match self.tokens.id_of.get(argument("id")?.text()) {
                Some((table, _)) => Place::Row(*table),
                None => return Some("INVALID_ID"),
            },
            Place::Query => {
                let lists = self.store.schema.tables.iter().map(|table| table.plural);
                let rows = self.store.schema.tables.iter().map(|table| table.singular);
                reached(name, lists.chain(rows), |place| place % self.store.schema.tables.len())
            }
            Place::Row(table) => {
                let relations = self.store.definition(table).relations;
                let names = relations.iter().map(|relation| relation.name);
                reached(name, names, |place| self.store.table(relations[place].target))
            }
            Place::Connection(table) if name == "edges" => Place::Edge(table),
            Place::Connection(table) if name == "nodes" => Place::Row(table),
            Place::Edge(table) if name == "node" => Place::Row(table),
            _ => Place::Other,
        };
        if let Place::Connection(table) = within {
            let order = self.store.terms(table, argument("orderBy").as_ref());
            let is_known = |name: &str| {
                let Some(cursor) = argument(name) else { return true };
                let known = self.tokens.cursor_of.get(cursor.text());
                known.is_some_and(|Cursor { table: of, order: by, .. }| *of == table && *by == order)
            };
            if !is_known("after") || !is_known("before") {
                return Some("INVALID_CURSOR");
            }
        }
        self.in_set(&field.selection_set, within)
    }
}

/// What a field with one of some names leads to, or the connection beside it; `table` is the table of a name.
fn reached<'a>(field: &str, names: impl Iterator<Item = &'a str>, table: impl Fn(usize) -> usize) -> Place {
    let names: Vec<_> = names.collect();
    let position = |field: &str| names.iter().position(|name| *name == field);
    match (position(field), field.strip_suffix("Connection").and_then(position)) {
        (Some(place), _) => Place::Row(table(place)),
        (None, Some(place)) => Place::Connection(table(place)),
        (None, None) => Place::Other,
    }
}
