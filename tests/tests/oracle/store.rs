//! The rows of a schema in memory, and which of them are related.

use onefold::schema::{RelationKind, SchemaDef, TableDef};

use super::plain::Plain;
use crate::random::schema::World;

/// The rows of all tables.
pub struct Store {
    pub schema: &'static SchemaDef,
    tables: Vec<Vec<Stored>>,
}

struct Stored {
    values: Vec<Option<Plain>>,
    /// Whether it is there. Cursors know rows that are gone.
    is_there: bool,
}

impl Store {
    /// The rows of a random schema, those that are there.
    pub fn new(world: &World, is_there: impl Fn(usize, usize) -> bool) -> Store {
        let tables = world.rows.iter().enumerate().map(|(table, rows)| {
            let stored = |(number, row): (usize, &crate::random::Row)| {
                let values = row.values.iter().enumerate().map(|(column, value)| {
                    let domain = world.domain(table, column);
                    Some(Plain::of_sql(domain.scalar, &domain.values[(*value)?].sql))
                });
                Stored { values: values.collect(), is_there: is_there(table, number) }
            };
            rows.iter().enumerate().map(stored).collect()
        });
        Store { schema: world.schema, tables: tables.collect() }
    }

    pub fn definition(&self, table: usize) -> &'static TableDef {
        self.schema.tables[table]
    }

    /// The position of a table.
    pub fn table(&self, name: &str) -> usize {
        let found = self.schema.tables.iter().position(|table| table.name == name);
        found.expect("relations lead to tables of the schema")
    }

    /// All rows of a table that are there.
    pub fn rows(&self, table: usize) -> Vec<usize> {
        (0..self.tables[table].len()).filter(|row| self.tables[table][*row].is_there).collect()
    }

    /// A value; nothing for null.
    pub fn value(&self, table: usize, row: usize, column: usize) -> Option<&Plain> {
        self.tables[table][row].values[column].as_ref()
    }

    /// The rows that a relation leads to from a row, each once.
    pub fn related(&self, table: usize, row: usize, relation: usize) -> Vec<usize> {
        let definition = &self.definition(table).relations[relation];
        let target = self.table(definition.target);
        let rows = self.rows(target).into_iter();
        match definition.kind {
            RelationKind::One { from, to, .. } | RelationKind::Many { from, to } => {
                rows.filter(|other| self.are_equal((table, row, from), (target, *other, to))).collect()
            }
            RelationKind::Through { join, from, join_from, join_to, to } => {
                let join = self.table(join);
                let mut pairs = self.rows(join);
                pairs.retain(|pair| self.are_equal((table, row, from), (join, *pair, join_from)));
                let is_paired = |other: &usize| {
                    pairs.iter().any(|pair| self.are_equal((join, *pair, join_to), (target, *other, to)))
                };
                rows.filter(is_paired).collect()
            }
            RelationKind::Recursive { .. } => panic!("random schemas have no recursive relations"),
        }
    }

    /// Whether columns of two rows are equal, as null never is.
    fn are_equal(&self, one: (usize, usize, &[usize]), other: (usize, usize, &[usize])) -> bool {
        one.2.iter().zip(other.2).all(|(left, right)| {
            match (self.value(one.0, one.1, *left), self.value(other.0, other.1, *right)) {
                (Some(left), Some(right)) => left.equals(right),
                _ => false,
            }
        })
    }
}
