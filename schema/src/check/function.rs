//! Checks that what functions return is listed, and that it is found where they are called.

use super::message::Message;
use super::names::{TableNames, find};
use super::{Named, check_named_and_arguments, check_named_arguments, equal};
use crate::{FunctionDef, Placement, SchemaDef, TableDef, TableKind};

/// Checks the function at `index` of those at the root; called by `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the function's type.
#[track_caller]
pub const fn check_function(schema: &SchemaDef, names: &[TableNames], index: usize) {
    let function = &schema.functions[index];
    check_target(schema, names, schema.name, &Placement::Reference, function);
    if let Some(last) = schema.tables.len().checked_sub(1) {
        check_named_arguments(schema, names, last, function.call.arguments);
    }
    // With itself too, whose arguments can be of two types of one name.
    let mut other = 0;
    while other <= index {
        check_pair(&schema.functions[other], function);
        other += 1;
    }
    let mut table = 0;
    while table < schema.tables.len() {
        check_root_field(schema.tables[table], function);
        table += 1;
    }
}

/// Checks the types of the arguments of two functions.
#[track_caller]
const fn check_pair(other: &FunctionDef, function: &FunctionDef) {
    let mut index = 0;
    while index < function.call.arguments.len() {
        if let Some(named) = Named::of(function.call.arguments[index].scalar) {
            check_named_and_arguments(named, other.call.arguments);
        }
        index += 1;
    }
}

/// Checks the functions that are called for rows of a table.
#[track_caller]
pub(super) const fn check_functions(schema: &SchemaDef, names: &[TableNames], table: &TableDef) {
    let mut index = 0;
    while index < table.functions.len() {
        check_target(schema, names, table.name, &table.placement, &table.functions[index]);
        index += 1;
    }
}

#[track_caller]
const fn check_root_field(table: &TableDef, function: &FunctionDef) {
    let is_taken = equal(table.singular, function.name) || equal(table.plural, function.name);
    if is_taken && !matches!(table.kind, TableKind::Function) {
        let mut message = Message::new(&["the root field `", function.name, "` is one of `", table.name]);
        message.push(&["` already; rename the function by `#[relation(graphql = \"…\")]`"]);
        message.fail();
    }
}

/// `owner` is what has the field; the function is called where the rows of `place` are.
#[track_caller]
const fn check_target(
    schema: &SchemaDef,
    names: &[TableNames],
    owner: &str,
    place: &Placement,
    function: &FunctionDef,
) {
    if let Some(index) = find(schema, names, function.target) {
        return check_place(owner, place, function, schema.tables[index]);
    }
    let mut message = Message::new(&["the function `", function.name, "` of `", owner, "` returns `"]);
    message.push(&[function.target, "`, which is not a table of the schema `", schema.name]);
    message.push(&["`; add it to `#[schema(tables(…))]`"]);
    message.fail();
}

/// A function is called on one shard, and finds what is there.
#[track_caller]
const fn check_place(owner: &str, place: &Placement, function: &FunctionDef, target: &TableDef) {
    let mut message =
        Message::new(&["`", owner, ".", function.name, "` is called on one shard, and `", target.name]);
    match (&target.placement, place) {
        (Placement::Reference, _) => return,
        (Placement::Shard(name), Placement::Shard(place)) if equal(name, place) => return,
        (Placement::Shard(name), _) => message.push(&["` is on the shard `", name, "`"]),
        (Placement::Sharded(key), _) => {
            message.push(&["` is sharded by `", target.columns[key.column].column, "`"]);
        }
    }
    message.push(&["; return a struct of its own, with `#[table(function)]`, of what every shard has"]);
    message.fail();
}
