//! A schema → one SQL script that creates its types, tables, keys and indexes in an empty database.

use std::fmt::Write;

use onefold_schema::{
    CustomDef, EnumDef, Locality, RelationKind, ScalarType, SchemaDef, TableDef, TableKind, locality,
};

use crate::sql::{identifier, literal};

use super::name::{self, Qualified};
use super::{NotDistributable, citus, scalar};

/// The script. It depends on the schema alone, and runs as a whole: several tables may refer to one another, as
/// foreign keys come after all of them.
///
/// A relation to one becomes a foreign key, unless there may be no such row although none of its columns is null, or the
/// row may be on another shard. The columns of every relation that the primary key does not lead with have an index, unless
/// the relation is declared `unindexed`, and so has the shard key.
///
/// # Panics
/// A relation leads to a table that the schema does not list; `#[derive(Schema)]` does not compile then.
pub fn ddl(schema: &SchemaDef) -> String {
    script(schema, String::new())
}

/// The script for a database with Citus, which spreads the tables over its nodes.
///
/// # Errors
/// All tables that Citus cannot distribute.
///
/// # Panics
/// As [`ddl`].
pub fn ddl_for_citus(schema: &SchemaDef) -> Result<String, NotDistributable> {
    Ok(script(schema, citus::distribution(schema)?))
}

fn script(schema: &SchemaDef, distribution: String) -> String {
    let sections = [
        namespaces(schema),
        extensions(schema),
        enums(schema).into_iter().map(create_type).collect(),
        domains(schema),
        created(schema).map(create_table).collect::<Vec<_>>().join("\n"),
        // Only tables that are distributed may refer to one another.
        distribution,
        foreign_keys(schema),
        indexes(schema),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The tables that the script creates: views are queries, which the schema does not know, and functions have no table.
pub(super) fn created(schema: &SchemaDef) -> impl Iterator<Item = &'static TableDef> {
    schema.tables.iter().copied().filter(|table| table.kind == TableKind::Table)
}

/// What can be selected from: tables and views.
pub(super) fn selected(schema: &SchemaDef) -> impl Iterator<Item = &'static TableDef> {
    schema.tables.iter().copied().filter(|table| table.kind != TableKind::Function)
}

/// `CREATE SCHEMA IF NOT EXISTS shop;`
fn namespaces(schema: &SchemaDef) -> String {
    let of_enums = enums(schema).into_iter().filter_map(|definition| definition.schema);
    let of_domains = custom(schema).filter_map(|definition| definition.domain?.schema);
    let named = of_enums.chain(of_domains).chain(created(schema).filter_map(|table| table.schema));
    // Every database has `public`.
    let named = distinct(named.filter(|name| *name != "public"));
    named.into_iter().map(|name| format!("CREATE SCHEMA IF NOT EXISTS {};\n", identifier(name))).collect()
}

/// `CREATE EXTENSION IF NOT EXISTS citext;`
fn extensions(schema: &SchemaDef) -> String {
    let columns = schema.tables.iter().flat_map(|table| table.columns);
    let vectors = columns.filter(|column| matches!(column.scalar, ScalarType::Vector(_))).map(|_| "vector");
    let needed = custom(schema).filter_map(|definition| definition.sql.map(|sql| sql.name));
    let known = distinct(needed.filter(|name| *name == "citext").chain(vectors));
    known.into_iter().map(|name| format!("CREATE EXTENSION IF NOT EXISTS {name};\n")).collect()
}

/// `CREATE DOMAIN email AS text;`
fn domains(schema: &SchemaDef) -> String {
    let domains = custom(schema).filter_map(|definition| {
        let of = match definition.sql {
            Some(sql) => Qualified::named(sql).to_string(),
            None => scalar::sql(definition.base),
        };
        Some(format!("CREATE DOMAIN {} AS {of};\n", Qualified::named(definition.domain?)))
    });
    distinct(domains).concat()
}

/// The scalars of the user's.
fn custom(schema: &SchemaDef) -> impl Iterator<Item = &'static CustomDef> {
    schema.scalars().filter_map(|scalar| match scalar.item() {
        ScalarType::Custom(definition) => Some(definition),
        _ => None,
    })
}

/// `CREATE TYPE order_state AS ENUM ('open', 'in_transit');`
fn create_type(definition: &EnumDef) -> String {
    let labels: Vec<String> = definition.values.iter().map(|value| literal(value.label)).collect();
    format!("CREATE TYPE {} AS ENUM ({});\n", Qualified::enumeration(definition), labels.join(", "))
}

/// `CREATE TABLE album (album_id integer NOT NULL, …, PRIMARY KEY (album_id));`
fn create_table(table: &TableDef) -> String {
    let mut text = format!("CREATE TABLE {} (\n", Qualified::table(table));
    for column in table.columns.iter().filter(|column| column.computed.is_none()) {
        let not_null = if column.nullable { "" } else { " NOT NULL" };
        // Writing to a `String` cannot fail; `let _` says so.
        let _ = writeln!(text, "    {} {}{not_null},", identifier(column.column), scalar::sql(column.scalar));
    }
    let _ = writeln!(text, "    PRIMARY KEY ({})\n);", name::columns(table, table.key));
    text
}

/// `ALTER TABLE album ADD FOREIGN KEY (artist_id) REFERENCES artist (artist_id);`
fn foreign_keys(schema: &SchemaDef) -> String {
    let mut statements = Vec::new();
    for table in created(schema) {
        for relation in table.relations {
            let RelationKind::One { from, to, nullable } = relation.kind else { continue };
            let may_be_null = name::columns_at(table, from).any(|column| column.nullable);
            if nullable && !may_be_null {
                // There may be no such row for a key that is there: no constraint could hold.
                continue;
            }
            let target = find(schema, relation.target);
            if target.kind != TableKind::Table {
                // Nothing refers to a view.
                continue;
            }
            if locality(table, &relation.kind, target, None) != Locality::Local {
                // The row is on another shard, where no constraint sees it.
                continue;
            }
            statements.push(format!(
                "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({});\n",
                Qualified::table(table),
                name::columns(table, from),
                Qualified::table(target),
                name::columns(target, to)
            ));
        }
    }
    distinct(statements).concat()
}

/// `CREATE INDEX ON album (artist_id);`
fn indexes(schema: &SchemaDef) -> String {
    let unindexed = unindexed(schema);
    // Of what leads to one, and from the other side of a join table, only relations the other way round read the columns.
    let may_have_index = |table: &TableDef, columns: &[usize]| {
        !unindexed.iter().any(|(other, by)| *other == table.name && leads(columns, by))
    };
    let mut wanted: Vec<(&TableDef, Vec<usize>)> = Vec::new();
    for table in schema.tables {
        for relation in table.relations {
            let target = find(schema, relation.target);
            let mut want = |table, columns: &[usize]| wanted.push((table, shard_key_first(table, columns)));
            match relation.kind {
                RelationKind::One { from, .. } if may_have_index(table, from) => want(table, from),
                RelationKind::Many { to, .. } if !relation.unindexed => want(target, to),
                RelationKind::Recursive { to, .. } => want(target, to),
                RelationKind::Through { join, join_from, join_to, .. } => {
                    let join = find(schema, join);
                    if !relation.unindexed {
                        want(join, join_from);
                    }
                    if may_have_index(join, join_to) {
                        want(join, join_to);
                    }
                }
                RelationKind::One { .. } | RelationKind::Many { .. } => {}
            }
        }
    }
    wanted.retain(|(table, columns)| table.kind == TableKind::Table && !leads(table.key, columns));
    // Whatever begins with the shard key serves the reads by it.
    for table in created(schema) {
        let by_key = table.placement.shard_key().map(|key| vec![key.column]);
        let serves = |other: &TableDef, index: &[usize], by_key: &[usize]| {
            other.name == table.name && leads(index, by_key)
        };
        if let Some(by_key) = by_key
            && !leads(table.key, &by_key)
            && !wanted.iter().any(|(other, index)| serves(other, index, &by_key))
        {
            wanted.push((table, by_key));
        }
    }
    // Beside the table that they belong to; within one by the order of the relations.
    wanted.sort_by_key(|(table, _)| schema.tables.iter().position(|other| other.name == table.name));
    let statements = wanted.into_iter().map(|(table, columns)| create_index(table, &columns) + ";\n");
    distinct(statements).concat()
}

/// The columns that are declared to have no index, by the names of their tables.
fn unindexed(schema: &SchemaDef) -> Vec<(&'static str, &'static [usize])> {
    let relations = schema.tables.iter().flat_map(|table| table.relations);
    let columns =
        relations.filter(|relation| relation.unindexed).filter_map(|relation| match relation.kind {
            RelationKind::One { .. } | RelationKind::Recursive { .. } => None,
            RelationKind::Many { to, .. } => Some((relation.target, to)),
            RelationKind::Through { join, join_from, .. } => Some((join, join_from)),
        });
    columns.collect()
}

/// The columns of an index for a relation: the shard key is the first of them, as reads by it alone are served too then.
pub(super) fn shard_key_first(table: &TableDef, columns: &[usize]) -> Vec<usize> {
    let mut columns = columns.to_vec();
    let is_other = |column: &usize| table.placement.shard_key().is_none_or(|key| key.column != *column);
    // Stable, so that the others stay in the order of the relation.
    columns.sort_by_key(is_other);
    columns
}

/// The statement that makes an index for a relation, without its semicolon.
pub(super) fn create_index(table: &TableDef, columns: &[usize]) -> String {
    format!("CREATE INDEX ON {} ({})", Qualified::table(table), name::columns(table, columns))
}

/// Whether an index over `index` finds rows by `columns`: they are the first of it, in any order.
pub(super) fn leads<T: PartialEq>(index: &[T], columns: &[T]) -> bool {
    index.len() >= columns.len() && index[..columns.len()].iter().all(|column| columns.contains(column))
}

/// The table of this [`NAME`](onefold_schema::Table::NAME).
pub(super) fn find(schema: &SchemaDef, table: &str) -> &'static TableDef {
    let found = schema.tables.iter().find(|other| other.name == table);
    found.unwrap_or_else(|| panic!("the schema `{}` does not list the table `{table}`", schema.name))
}

/// The enums of all columns and arguments, each once.
pub(super) fn enums(schema: &SchemaDef) -> Vec<&'static EnumDef> {
    distinct(schema.scalars().filter_map(ScalarType::enumeration))
}

/// Each value once, in the order of their first places.
fn distinct<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}
