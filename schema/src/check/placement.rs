//! Checks that a relation which leads to other shards says so, and that it can be followed there.

use super::count;
use super::message::Message;
use crate::{Locality, Placement, RelationDef, RelationKind, ScalarType, TableDef, locality};

/// Checks one relation, with the tables that it needs.
#[track_caller]
pub(super) const fn check_relation(
    table: &TableDef,
    relation: &RelationDef,
    target: &TableDef,
    join: Option<&TableDef>,
) {
    match (locality(table, &relation.kind, target, join), join) {
        (Locality::Local, _) if relation.cross_shard => not_needed(table, relation),
        (Locality::Remote, _) if matches!(relation.kind, RelationKind::Recursive { .. }) => {
            recursive(table, relation, target);
        }
        (Locality::Remote, Some(join)) if !relation.cross_shard => remote(table, relation, join),
        (Locality::Remote, None) if !relation.cross_shard => remote(table, relation, target),
        (Locality::Apart, Some(join)) => apart(table, relation, target, join),
        _ => {}
    }
}

#[track_caller]
const fn not_needed(table: &TableDef, relation: &RelationDef) {
    let mut message = Message::new(&["`", table.name, ".", relation.name, "` stays on one shard"]);
    message.push(&["; remove `#[relation(cross_shard)]`, which is not needed"]);
    message.fail();
}

/// `next` is the table that `table` is joined with: the target or the join table.
#[track_caller]
const fn remote(table: &TableDef, relation: &RelationDef, next: &TableDef) {
    let mut message = Message::new(&["`", table.name, ".", relation.name, "` leads to another shard: "]);
    push_places(&mut message, table, next);
    message.push(&["; add `#[relation(cross_shard)]` if that cost is wanted"]);
    push_pair(&mut message, table, relation, next);
    message.fail();
}

#[track_caller]
const fn recursive(table: &TableDef, relation: &RelationDef, target: &TableDef) {
    let mut message = Message::new(&["`", table.name, ".", relation.name]);
    message
        .push(&["` may lead to another shard at each step, and no fixed number of statements follows it: "]);
    push_place(&mut message, table);
    message.push(&["; remove it"]);
    push_pair(&mut message, table, relation, target);
    message.fail();
}

#[track_caller]
const fn apart(table: &TableDef, relation: &RelationDef, target: &TableDef, join: &TableDef) {
    let mut message = Message::new(&["`", table.name, ".", relation.name, "` leads through `", join.name]);
    message.push(&["` to other shards than those of its rows: "]);
    push_places(&mut message, join, target);
    message.push(&["; walk over the join table instead: relate `", table.name, "` to `", join.name]);
    message.push(&["` by `#[many(…)]`, and `", join.name, "` to `", target.name]);
    message.push(&["` by `#[one(…)]` with `#[relation(cross_shard)]`"]);
    message.fail();
}

/// Where the rows of the two tables are.
const fn push_places(message: &mut Message, left: &TableDef, right: &TableDef) {
    push_place(message, left);
    message.push(&[", "]);
    push_place(message, right);
}

const fn push_place(message: &mut Message, table: &TableDef) {
    message.push(&["`", table.name]);
    match &table.placement {
        Placement::Reference => message.push(&["` is on every shard"]),
        Placement::Sharded(key) => {
            message.push(&["` is sharded by `", table.columns[key.column].column, "`"]);
        }
        Placement::Shard(name) => message.push(&["` is on the shard `", name, "`"]),
    }
}

/// Which columns the relation would have to pair to stay on one shard; nothing where no pair helps.
const fn push_pair(message: &mut Message, table: &TableDef, relation: &RelationDef, next: &TableDef) {
    let (Placement::Sharded(left), Placement::Sharded(right)) = (&table.placement, &next.placement) else {
        return;
    };
    let (left_column, right_column) = (&table.columns[left.column], &next.columns[right.column]);
    // One side of most relations is the whole key of its table.
    let (from, to, keyed) = match relation.kind {
        RelationKind::One { from, to, .. } => (from, to, Some((next, right.column))),
        RelationKind::Through { from, join_from, .. } => (from, join_from, Some((table, left.column))),
        RelationKind::Many { from, to } => (from, to, None),
        RelationKind::Recursive { from, to } => (from, to, Some((table, left.column))),
    };
    // A shard key that equals another column already says nothing of the other shard key.
    let paired = count(from, left.column) > 0 || count(to, right.column) > 0;
    if paired || !same_type(left_column.scalar, right_column.scalar) {
        return;
    }
    message.push(&[", or"]);
    if let Some((keyed, column)) = keyed
        && count(keyed.key, column) == 0
    {
        let column = keyed.columns[column].column;
        message.push(&[" make `", column, "` part of the key of `", keyed.name, "` and"]);
    }
    message.push(&[" pair `", table.name, ".", left_column.column, "` with `", next.name, "."]);
    message.push(&[right_column.column, "` too"]);
}

/// Whether two shard keys have one type, so that a relation can pair them.
const fn same_type(left: ScalarType, right: ScalarType) -> bool {
    use ScalarType::{Int2, Int4, Int8, Text, Uuid};
    matches!((left, right), (Int2, Int2) | (Int4, Int4) | (Int8, Int8) | (Text, Text) | (Uuid, Uuid))
}
