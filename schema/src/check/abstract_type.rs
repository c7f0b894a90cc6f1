//! Checks of interfaces and unions: their names, their tables, and that these have the columns that an interface shares.

use super::names::meeting;
use super::same::same_scalar;
use super::{COMMON_TYPES, ENUM_TYPES, Named, TABLE_TYPES, equal, fail};
use crate::{
    AbstractKind, AbstractTypeDef, ArgumentDef, ColumnDef, FunctionDef, ScalarType, SchemaDef,
    SharedFieldDef, TableDef, TableKind,
};

/// What follows the name of an interface or a union in the names of its GraphQL types.
pub const ABSTRACT_TYPES: &[&str] = &["", "Where", "OrderBy"];

/// Checks the interface or union at `index` against the whole schema; called by `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the name in the attribute.
#[track_caller]
pub const fn check_abstract_type(schema: &SchemaDef, index: usize) {
    let def = schema.abstract_types[index];
    check_common_types(def);
    let mut table = 0;
    while table < schema.tables.len() {
        check_table(def, schema.tables[table]);
        table += 1;
    }
    let mut function = 0;
    while function < schema.functions.len() {
        check_function(def, &schema.functions[function]);
        function += 1;
    }
    let mut earlier = 0;
    while earlier < index {
        check_pair(schema.abstract_types[earlier], def);
        earlier += 1;
    }
    let mut member = 0;
    while member < def.tables.len() {
        let table = find(schema, def, def.tables[member]);
        check_member(def, table);
        if let AbstractKind::Interface(fields) = def.kind {
            let mut field = 0;
            while field < fields.len() {
                check_field(def, &fields[field], table);
                field += 1;
            }
        }
        member += 1;
    }
}

/// Whether one of the types of `def` is called as a type of `name` is.
const fn meets(def: &AbstractTypeDef, name: &str, types: &'static [&'static str]) -> bool {
    meeting(def.name, ABSTRACT_TYPES, name, types).is_some()
}

#[track_caller]
const fn check_common_types(def: &AbstractTypeDef) {
    let mut common = 0;
    while common < COMMON_TYPES.len() {
        if meets(def, COMMON_TYPES[common], &[""]) {
            fail(&[
                "`",
                def.name,
                "` needs the GraphQL type `",
                COMMON_TYPES[common],
                "`, which every schema has; rename it by `graphql = \"…\"`",
            ]);
        }
        common += 1;
    }
}

#[track_caller]
const fn check_table(def: &AbstractTypeDef, table: &TableDef) {
    if meets(def, table.name, TABLE_TYPES) {
        not_distinct(def, "table", table.name);
    }
    let mut column = 0;
    while column < table.columns.len() {
        check_named(def, table.columns[column].scalar);
        check_arguments(def, table.columns[column].arguments());
        column += 1;
    }
    let mut function = 0;
    while function < table.functions.len() {
        check_arguments(def, table.functions[function].call.arguments);
        function += 1;
    }
    let is_at_root = !matches!(table.kind, TableKind::Function);
    if is_at_root && (equal(def.plural, table.singular) || equal(def.plural, table.plural)) {
        same_root_field(def, "table", table.name);
    }
}

#[track_caller]
const fn check_function(def: &AbstractTypeDef, function: &FunctionDef) {
    if equal(def.plural, function.name) {
        same_root_field(def, "function", function.name);
    }
    check_arguments(def, function.call.arguments);
}

#[track_caller]
const fn check_arguments(def: &AbstractTypeDef, arguments: &[ArgumentDef]) {
    let mut index = 0;
    while index < arguments.len() {
        check_named(def, arguments[index].scalar);
        index += 1;
    }
}

#[track_caller]
const fn check_named(def: &AbstractTypeDef, scalar: ScalarType) {
    if let Some(other) = Named::of(scalar)
        && meets(def, other.name, ENUM_TYPES)
    {
        not_distinct(def, other.what, other.name);
    }
}

/// The rows of all members are read from their tables.
#[track_caller]
const fn check_member(def: &AbstractTypeDef, table: &TableDef) {
    if matches!(table.kind, TableKind::Function) {
        fail(&[
            "`",
            def.name,
            "` has rows of `",
            table.name,
            "`, whose rows come from functions alone; leave it out",
        ]);
    }
}

#[track_caller]
const fn check_pair(earlier: &AbstractTypeDef, def: &AbstractTypeDef) {
    if meets(def, earlier.name, ABSTRACT_TYPES) {
        not_distinct(def, "type", earlier.name);
    }
    if equal(def.plural, earlier.plural) {
        same_root_field(def, "type", earlier.name);
    }
}

#[track_caller]
const fn not_distinct(def: &AbstractTypeDef, kind: &str, other: &str) {
    fail(&[
        "`",
        def.name,
        "` and the ",
        kind,
        " `",
        other,
        "` need GraphQL types of one name; rename it by `graphql = \"…\"`",
    ]);
}

#[track_caller]
const fn same_root_field(def: &AbstractTypeDef, kind: &str, other: &str) {
    fail(&[
        "`",
        def.name,
        "` and the ",
        kind,
        " `",
        other,
        "` both have the root field `",
        def.plural,
        "`; rename it by `plural = \"…\"`",
    ]);
}

/// The table of a name, which is one of the schema.
#[track_caller]
const fn find(schema: &SchemaDef, def: &AbstractTypeDef, name: &str) -> &'static TableDef {
    let mut index = 0;
    while index < schema.tables.len() {
        if equal(schema.tables[index].name, name) {
            return schema.tables[index];
        }
        index += 1;
    }
    fail(&[
        "`",
        def.name,
        "` has rows of `",
        name,
        "`, which is not a table of the schema `",
        schema.name,
        "`; add it to `#[schema(tables(…))]`",
    ]);
}

/// Checks that a table has a column of which the values are those of a shared field.
#[track_caller]
const fn check_field(def: &AbstractTypeDef, field: &SharedFieldDef, table: &TableDef) {
    let mut index = 0;
    while index < table.columns.len() {
        let column = &table.columns[index];
        if !column.hidden && equal(column.name, field.name) {
            return check_column(def, field, table, column);
        }
        index += 1;
    }
    fail(&[
        "`",
        table.name,
        "` has no column `",
        field.name,
        "`, which the interface `",
        def.name,
        "` shares; rename the one that is meant by `#[column(graphql = \"",
        field.name,
        "\")]`, or take the table out of `tables(…)`",
    ]);
}

#[track_caller]
const fn check_column(def: &AbstractTypeDef, field: &SharedFieldDef, table: &TableDef, column: &ColumnDef) {
    if matches!(field.scalar, ScalarType::TsVector(_)) {
        fail(&[
            "`",
            field.name,
            "` of the interface `",
            def.name,
            "` is a `TsVector`, for which GraphQL has no field; leave it out",
        ]);
    }
    if !same_scalar(column.scalar, field.scalar) {
        fail(&[
            "`",
            field.name,
            "` of the interface `",
            def.name,
            "` is of another type than the column of `",
            table.name,
            "`; write the Rust type that the column has",
        ]);
    }
    if !column.is_plain() {
        fail(&[
            "`",
            field.name,
            "` of `",
            table.name,
            "` has arguments, and fields that the interface `",
            def.name,
            "` shares have none",
        ]);
    }
    if column.nullable && !field.nullable {
        fail(&[
            "`",
            field.name,
            "` of `",
            table.name,
            "` may be null, and the interface `",
            def.name,
            "` says that it never is; write `Option<…>` in the interface",
        ]);
    }
}
