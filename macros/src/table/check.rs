//! The rules that one struct must keep. What involves other structs is left to the compiler.

use super::placement::Placement;
use super::{Column, Kind, Table};
use crate::attributes::Errors;
use crate::names::{self, Name};

/// Fields that `where` inputs have besides the columns and relations.
const WHERE_WORDS: [&str; 3] = ["and", "or", "not"];

/// Reports every mistake of the struct.
pub fn table(table: &Table, errors: &mut Errors) {
    names(table, errors);
    key(table, errors);
    hidden(table, errors);
    limits(table, errors);
}

fn names(table: &Table, errors: &mut Errors) {
    names::check_graphql(&table.name, "#[table(graphql = \"…\")]", errors);
    if table.kind != Kind::Function {
        root_fields(table, errors);
    }
    for name in [Some(&table.table), table.schema.as_ref()].into_iter().flatten() {
        names::check_postgres(name, errors);
    }

    for column in &table.columns {
        names::check_postgres(&column.column, errors);
        if let Some(config) = &column.search {
            names::check_postgres(config, errors);
        }
        if column.hidden {
            continue;
        }
        field_name(&column.name, "#[column(graphql = \"…\")]", errors);
    }
    let relations = || {
        let functions = table.functions.iter().map(|function| &function.name);
        table.relations.iter().map(|relation| &relation.name).chain(functions)
    };
    for name in relations() {
        field_name(name, "#[relation(graphql = \"…\")]", errors);
    }
    let columns = table.columns.iter().filter(|column| !column.hidden).map(|column| &column.name);
    let rename = "#[column(graphql = \"…\")]` or `#[relation(graphql = \"…\")]";
    names::check_distinct(
        columns.chain(relations()),
        &format!("fields of `{}`", table.name.text),
        rename,
        errors,
    );
    let columns = table.columns.iter().map(|column| &column.column);
    names::check_distinct(
        columns,
        &format!("columns of `{}`", table.table.text),
        "#[column(name = \"…\")]",
        errors,
    );
}

fn field_name(name: &Name, rename: &str, errors: &mut Errors) {
    names::check_graphql(name, rename, errors);
    if WHERE_WORDS.contains(&name.text.as_str()) {
        errors.at(
            name.span,
            format!(
                "`{}` combines conditions in `where`, so no field has this name; write `{rename}`",
                name.text
            ),
        );
    }
}

fn root_fields(table: &Table, errors: &mut Errors) {
    // Their names follow from the type's name, whose mistake is enough.
    names::check_graphql(&table.singular, "#[table(singular = \"…\")]", errors);
    names::check_graphql(&table.plural, "#[table(plural = \"…\")]", errors);
    if table.singular.text == table.plural.text {
        let name = &table.singular.text;
        errors.at(
            table.plural.span,
            format!(
                "`{name}` would read both one row and many; name the list by `#[table(plural = \"…\")]`, \
                 for example `{name}List`"
            ),
        );
    }
}

fn key(table: &Table, errors: &mut Errors) {
    if !table.columns.iter().any(|column| column.key) {
        errors.at(
            table.ident.span(),
            format!("`{}` has no key; write `#[key]` above each column of its primary key", table.ident),
        );
    }
}

/// A type has at least one field, and clients say by the shard key where a request goes.
fn hidden(table: &Table, errors: &mut Errors) {
    if !table.columns.is_empty() && table.columns.iter().all(|column| column.hidden) {
        errors.at(
            table.ident.span(),
            format!("every column of `{}` is hidden; leave out `hidden` on one of them", table.ident),
        );
    }
    if let Placement::Sharded { by, slot_in, .. } = &table.placement {
        for own in [Some(by), slot_in.as_ref()].into_iter().flatten() {
            let Column { ident, hidden, .. } = &table.columns[own.index];
            if *hidden {
                errors.at(
                    own.span,
                    format!("`{ident}` says which shard a request is for, so it cannot be hidden"),
                );
            }
        }
    }
}

fn limits(table: &Table, errors: &mut Errors) {
    if let (Some((default, span)), Some((max, _))) = (table.default_limit, table.max_limit)
        && default > max
    {
        errors.at(
            span,
            format!(
                "`default_limit` is {default} and `max_limit` only {max}; lower the one or raise the other"
            ),
        );
    }
}
