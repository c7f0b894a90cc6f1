//! On which of several servers the rows of a table are, and which relations stay on one of them.

use crate::{RelationKind, SchemaDef, TableDef};

/// Where the rows of a table are when there are several shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// The whole table is on every shard. So it is for every table of a schema that has no shard key.
    Reference,
    /// Each row is on the shard that its key's slot is on.
    Sharded(ShardKey),
    /// The whole table is on the shard with this name.
    Shard(&'static str),
}

/// The shard key of a table. Column positions refer to [`TableDef::columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShardKey {
    /// The column whose hash is the row's slot. It is never null.
    pub column: usize,
    /// A `bigint` column that carries the row's slot in its bits 10 to 22, so that a row is found by it alone.
    pub slot_in: Option<usize>,
    /// Whether the table may be read without a key, which asks every shard.
    pub scatter: bool,
}

/// Whether the rows that a relation leads to are on the shard of the row that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locality {
    /// They are: the relation is part of one statement.
    Local,
    /// They can be elsewhere: the relation is a stage of its own.
    Remote,
    /// They can be elsewhere, and so can the rows of the join table be from them: no fixed number of statements finds
    /// them.
    Apart,
}

impl Placement {
    /// The shard key, if there is one.
    pub const fn shard_key(&self) -> Option<ShardKey> {
        match self {
            Placement::Sharded(key) => Some(*key),
            Placement::Reference | Placement::Shard(_) => None,
        }
    }
}

/// Whether rows of `right` whose columns `to` equal `from` of a row of `left` are on the shard of that row.
const fn together(left: &TableDef, from: &[usize], right: &TableDef, to: &[usize]) -> bool {
    match (&left.placement, &right.placement) {
        (_, Placement::Reference) => true,
        (Placement::Sharded(left), Placement::Sharded(right)) => {
            let mut index = 0;
            while index < from.len() {
                if from[index] == left.column && to[index] == right.column {
                    return true;
                }
                index += 1;
            }
            false
        }
        (Placement::Shard(left), Placement::Shard(right)) => crate::check::equal(left, right),
        (_, Placement::Sharded(_) | Placement::Shard(_)) => false,
    }
}

/// The locality of a relation of `table` whose target and join table are those that it names.
pub const fn locality(
    table: &TableDef,
    kind: &RelationKind,
    target: &TableDef,
    join: Option<&TableDef>,
) -> Locality {
    match (kind, join) {
        (
            RelationKind::One { from, to, .. }
            | RelationKind::Many { from, to }
            | RelationKind::Recursive { from, to },
            _,
        ) => {
            if together(table, from, target, to) {
                Locality::Local
            } else {
                Locality::Remote
            }
        }
        (RelationKind::Through { from, join_from, join_to, to, .. }, Some(join)) => {
            if !together(join, join_to, target, to) {
                Locality::Apart
            } else if together(table, from, join, join_from) {
                Locality::Local
            } else {
                Locality::Remote
            }
        }
        (RelationKind::Through { .. }, None) => Locality::Apart,
    }
}

impl SchemaDef {
    /// Whether some table is not whole on every shard, so that requests have to be routed.
    pub const fn is_sharded(&self) -> bool {
        let mut index = 0;
        while index < self.tables.len() {
            if !matches!(self.tables[index].placement, Placement::Reference) {
                return true;
            }
            index += 1;
        }
        false
    }
}
