//! A query that shows what a schema can do, for GraphiQL to open with.

use std::fmt::Write as _;

use onefold_schema::{ColumnDef, RelationDef, RelationKind, ScalarType, SchemaDef, TableDef, TableKind};

/// How many columns are selected of a table.
const COLUMNS: usize = 3;

/// Some rows of the first table that has a list in it (else of the first table), and some of that list.
#[must_use]
pub fn example_query(schema: &SchemaDef) -> String {
    let roots = || schema.tables.iter().filter(|table| table.kind != TableKind::Function);
    let Some(table) = roots().find(|table| list(table).is_some()).or_else(|| roots().next()) else {
        return String::new();
    };
    let mut query = String::from("# Ctrl-Enter runs the query, Ctrl-Space completes names.\n{\n");
    open(&mut query, 1, table.plural, 10);
    columns(&mut query, 2, table);
    if let Some((relation, target)) =
        list(table).and_then(|relation| Some((relation, find(schema, relation.target)?)))
    {
        open(&mut query, 2, relation.name, 3);
        columns(&mut query, 3, target);
        line(&mut query, 2, "}");
    }
    line(&mut query, 1, "}");
    query.push_str("}\n");
    query
}

/// The first relation to many rows.
fn list(table: &TableDef) -> Option<&RelationDef> {
    table.relations.iter().find(|relation| !matches!(relation.kind, RelationKind::One { .. }))
}

fn find(schema: &SchemaDef, name: &str) -> Option<&'static TableDef> {
    schema.tables.iter().find(|table| table.name == name).copied()
}

/// The key and texts, which say most to a reader, or else whatever comes first.
fn columns(query: &mut String, depth: usize, table: &TableDef) {
    let is_key = |index: usize| table.key.contains(&index);
    let is_text = |column: &ColumnDef| column.scalar == ScalarType::Text;
    let is_visible = |index: &usize| !table.columns[*index].hidden && table.columns[*index].is_plain();
    let mut chosen: Vec<usize> = (0..table.columns.len()).filter(is_visible).collect();
    if chosen.iter().any(|&index| is_text(&table.columns[index])) {
        chosen.retain(|&index| is_key(index) || is_text(&table.columns[index]));
    }
    chosen.sort_by_key(|&index| !is_key(index));
    chosen.truncate(COLUMNS.max(table.key.len()));
    chosen.sort_unstable();
    for index in chosen {
        line(query, depth, table.columns[index].name);
    }
}

fn open(query: &mut String, depth: usize, field: &str, limit: u32) {
    line(query, depth, &format!("{field}(limit: {limit}) {{"));
}

fn line(query: &mut String, depth: usize, text: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(query, "{:1$}{text}", "", depth * 2);
}
