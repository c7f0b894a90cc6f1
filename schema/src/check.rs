//! Checks of a schema that the Rust compiler runs while it evaluates constants: what only several tables together
//! can tell. A mistake is a panic whose message names the tables, so it is a compile error of the user's crate.
//! Knows the names that the GraphQL surface makes of tables, and nothing of how it uses them.

mod abstract_type;
mod function;
mod message;
mod names;
mod placement;
mod same;
mod types;

pub use self::abstract_type::{ABSTRACT_TYPES, check_abstract_type};

pub use self::function::check_function;
use self::message::Message;
use self::names::{COMMON_PREFIXES, Prefix, can_be_alike, find, meeting};
pub use self::names::{TableNames, table_names};
use self::same::{same_named, same_type_name};
pub use self::types::{COMMON_TYPES, ENUM_TYPES, TABLE_TYPES};
use crate::{ArgumentDef, CustomDef, RelationKind, ScalarType, SchemaDef, TableDef, TableKind};

/// Checks the table at `index` against the whole schema, whose [names](table_names) are given; called by
/// `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the table's name in the attribute.
#[track_caller]
pub const fn check_table(schema: &SchemaDef, names: &[TableNames], index: usize) {
    let table = schema.tables[index];
    let own = &names[index];
    check_common_types(table, own.name);
    // Only with the tables before it, so that a pair of tables is one error.
    let mut earlier = 0;
    while earlier < index {
        let other = &names[earlier];
        if can_be_alike!(own.name, other.name) {
            check_types(schema.tables[earlier], table);
        }
        if own.singular.bytes == other.singular.bytes
            || own.singular.bytes == other.plural.bytes
            || own.plural.bytes == other.singular.bytes
            || own.plural.bytes == other.plural.bytes
        {
            check_root_fields(schema.tables[earlier], table);
        }
        earlier += 1;
    }
    check_named(schema, names, index);
    check_relations(schema, names, table);
    function::check_functions(schema, names, table);
}

#[track_caller]
const fn check_common_types(table: &TableDef, name: Prefix) {
    let mut common = 0;
    while common < COMMON_TYPES.len() {
        if can_be_alike!(name, COMMON_PREFIXES[common])
            && meeting(table.name, TABLE_TYPES, COMMON_TYPES[common], &[""]).is_some()
        {
            fail(&[
                "the table `",
                table.name,
                "` needs the GraphQL type `",
                COMMON_TYPES[common],
                "`, which every schema has; rename it by `#[table(graphql = \"…\")]`",
            ]);
        }
        common += 1;
    }
}

/// Checks that two tables have different types.
#[track_caller]
const fn check_types(earlier: &TableDef, table: &TableDef) {
    if equal(earlier.name, table.name) {
        fail(&[
            "two tables are called `",
            table.name,
            "`; rename one by `#[table(graphql = \"…\")]`, or list it once if they are the same",
        ]);
    }
    if let Some((_, suffix)) = meeting(earlier.name, TABLE_TYPES, table.name, TABLE_TYPES) {
        fail(&[
            "the tables `",
            earlier.name,
            "` and `",
            table.name,
            "` both need the GraphQL type `",
            table.name,
            suffix,
            "`; rename one by `#[table(graphql = \"…\")]`",
        ]);
    }
}

/// Checks that two tables have different root fields.
#[track_caller]
const fn check_root_fields(earlier: &TableDef, table: &TableDef) {
    // The rows of functions have none.
    if matches!(earlier.kind, TableKind::Function) || matches!(table.kind, TableKind::Function) {
        return;
    }
    check_root_field(earlier, table, table.singular, "singular");
    check_root_field(earlier, table, table.plural, "plural");
}

#[track_caller]
const fn check_root_field(earlier: &TableDef, table: &TableDef, field: &str, option: &str) {
    if equal(earlier.singular, field) || equal(earlier.plural, field) {
        fail(&[
            "the tables `",
            earlier.name,
            "` and `",
            table.name,
            "` both have the root field `",
            field,
            "`; rename it by `#[table(",
            option,
            " = \"…\")]` on `",
            table.name,
            "`",
        ]);
    }
}

/// An enum or a scalar that has a GraphQL type of its own.
#[derive(Clone, Copy)]
struct Named {
    name: &'static str,
    what: &'static str,
    /// The option that renames it.
    rename: &'static str,
    scalar: ScalarType,
}

impl Named {
    /// The type that a column brings with it.
    const fn of(scalar: ScalarType) -> Option<Named> {
        let scalar = scalar.item();
        match scalar {
            ScalarType::Enum(def) => {
                Some(Named { name: def.name, what: "enum", rename: "#[pg(graphql = \"…\")]", scalar })
            }
            ScalarType::Custom(CustomDef { name: Some(name), .. }) => {
                Some(Named { name, what: "scalar", rename: "#[scalar(graphql = \"…\")]", scalar })
            }
            _ => None,
        }
    }
}

/// Checks the enums and scalars that the table at `index` is the first to have against all tables, and against those of the
/// tables before it.
#[track_caller]
const fn check_named(schema: &SchemaDef, names: &[TableNames], index: usize) {
    let table = schema.tables[index];
    let mut column = 0;
    while let Some(first) = names[index].first(table, column) {
        check_one_named(schema, names, index, table.columns[first].scalar);
        column = first + 1;
    }
    if !names[index].has_arguments {
        return;
    }
    let mut column = 0;
    while column < table.columns.len() {
        check_named_arguments(schema, names, index, table.columns[column].arguments());
        column += 1;
    }
    let mut function = 0;
    while function < table.functions.len() {
        check_named_arguments(schema, names, index, table.functions[function].call.arguments);
        function += 1;
    }
}

/// Checks the types of arguments against the tables up to the one at `index`.
#[track_caller]
const fn check_named_arguments(
    schema: &SchemaDef,
    names: &[TableNames],
    index: usize,
    arguments: &[ArgumentDef],
) {
    let mut argument = 0;
    while argument < arguments.len() {
        check_one_named(schema, names, index, arguments[argument].scalar);
        argument += 1;
    }
}

#[track_caller]
const fn check_one_named(schema: &SchemaDef, names: &[TableNames], index: usize, scalar: ScalarType) {
    let Some(named) = Named::of(scalar) else { return };
    let name = Prefix::of(named.name);
    check_named_and_common_types(named, name);
    let mut table = 0;
    while table < names.len() {
        if can_be_alike!(name, names[table].name) {
            check_named_and_table(named, schema.tables[table]);
        }
        if table <= index && (names[table].firsts != 0 || names[table].has_arguments) {
            check_named_and_others(named, schema.tables[table], &names[table]);
        }
        table += 1;
    }
}

#[track_caller]
const fn check_named_and_common_types(named: Named, name: Prefix) {
    let mut common = 0;
    while common < COMMON_TYPES.len() {
        if can_be_alike!(name, COMMON_PREFIXES[common])
            && meeting(named.name, ENUM_TYPES, COMMON_TYPES[common], &[""]).is_some()
        {
            fail(&[
                "the ",
                named.what,
                " `",
                named.name,
                "` needs the GraphQL type `",
                COMMON_TYPES[common],
                "`, which every schema has; rename it by `",
                named.rename,
                "`",
            ]);
        }
        common += 1;
    }
}

#[track_caller]
const fn check_named_and_table(named: Named, table: &TableDef) {
    if let Some((_, suffix)) = meeting(named.name, ENUM_TYPES, table.name, TABLE_TYPES) {
        fail(&[
            "the ",
            named.what,
            " `",
            named.name,
            "` and the table `",
            table.name,
            "` both need the GraphQL type `",
            table.name,
            suffix,
            "`; rename the ",
            named.what,
            " by `",
            named.rename,
            "`",
        ]);
    }
}

#[track_caller]
const fn check_named_and_others(named: Named, table: &TableDef, names: &TableNames) {
    let mut column = 0;
    while let Some(first) = names.first(table, column) {
        check_named_pair(named, table.columns[first].scalar);
        column = first + 1;
    }
    if !names.has_arguments {
        return;
    }
    let mut column = 0;
    while column < table.columns.len() {
        check_named_and_arguments(named, table.columns[column].arguments());
        column += 1;
    }
    let mut function = 0;
    while function < table.functions.len() {
        check_named_and_arguments(named, table.functions[function].call.arguments);
        function += 1;
    }
}

#[track_caller]
const fn check_named_and_arguments(named: Named, arguments: &[ArgumentDef]) {
    let mut argument = 0;
    while argument < arguments.len() {
        check_named_pair(named, arguments[argument].scalar);
        argument += 1;
    }
}

#[track_caller]
const fn check_named_pair(named: Named, scalar: ScalarType) {
    let Some(other) = Named::of(scalar) else { return };
    if let Some((suffix, _)) = meeting(named.name, ENUM_TYPES, other.name, ENUM_TYPES)
        && !same_named(named.scalar, other.scalar)
    {
        fail_pair(named, other, suffix);
    }
}

#[track_caller]
const fn fail_pair(named: Named, other: Named, suffix: &str) -> ! {
    if let (ScalarType::Enum(def), ScalarType::Enum(other)) = (named.scalar, other.scalar) {
        if equal(def.name, other.name) && same_type_name(def, other) {
            fail(&[
                "the enum `",
                def.name,
                "` of the Postgres type `",
                def.type_name,
                "` is derived twice, with other values; list the same ones, or use one of the two everywhere",
            ]);
        }
        fail(&[
            "the enums of the Postgres types `",
            def.type_name,
            "` and `",
            other.type_name,
            "` both need the GraphQL type `",
            def.name,
            suffix,
            "`; rename one by `#[pg(graphql = \"…\")]`",
        ]);
    }
    fail(&[
        "the ",
        named.what,
        " `",
        named.name,
        "` and another ",
        other.what,
        " both need the GraphQL type `",
        named.name,
        suffix,
        "`; rename one by `",
        named.rename,
        "`",
    ])
}

/// Checks that relations lead to tables of the schema, and to other shards only where they say so.
#[track_caller]
const fn check_relations(schema: &SchemaDef, names: &[TableNames], table: &TableDef) {
    let mut index = 0;
    while index < table.relations.len() {
        let relation = &table.relations[index];
        let target = listed(schema, names, table, relation.name, relation.target);
        let join = match relation.kind {
            RelationKind::Through { join, .. } => Some(listed(schema, names, table, relation.name, join)),
            RelationKind::One { .. } | RelationKind::Many { .. } | RelationKind::Recursive { .. } => None,
        };
        check_columns(table, relation.name, relation.kind.from());
        placement::check_relation(table, relation, target, join);
        index += 1;
    }
}

/// Checks that the columns by which a relation finds its rows can be compared with those of others, also in lists of them.
/// The columns of the other table are of the same types.
#[track_caller]
const fn check_columns(table: &TableDef, relation: &str, columns: &[usize]) {
    let mut index = 0;
    while index < columns.len() {
        let column = &table.columns[columns[index]];
        if !can_be_key(column.scalar) {
            fail(&[
                "the relation `",
                relation,
                "` of `",
                table.name,
                "` is by the column `",
                column.column,
                "`, and no relation is by JSON, a range, an array or what is searched",
            ]);
        }
        index += 1;
    }
}

/// A table that a relation needs.
#[track_caller]
const fn listed(
    schema: &SchemaDef,
    names: &[TableNames],
    table: &TableDef,
    relation: &str,
    target: &str,
) -> &'static TableDef {
    let Some(index) = find(schema, names, target) else {
        fail(&[
            "the relation `",
            relation,
            "` of `",
            table.name,
            "` needs `",
            target,
            "`, which is not a table of the schema `",
            schema.name,
            "`; add it to `#[schema(tables(…))]`",
        ]);
    };
    if matches!(schema.tables[index].kind, TableKind::Function) {
        fail(&[
            "the relation `",
            relation,
            "` of `",
            table.name,
            "` leads to `",
            target,
            "`, whose rows come from functions alone; call one by `#[sql(\"…\")]`",
        ]);
    }
    schema.tables[index]
}

/// Whether `columns` are the columns of `key`, each once, in any order.
pub const fn is_key(key: &[usize], columns: &[usize]) -> bool {
    let mut found = 0;
    let mut index = 0;
    while index < columns.len() {
        if count(key, columns[index]) == 1 && count(columns, columns[index]) == 1 {
            found += 1;
        }
        index += 1;
    }
    found == key.len() && found == columns.len()
}

/// Whether a column of the key can have this type: rows must have an order and be comparable.
pub const fn can_be_key(scalar: ScalarType) -> bool {
    !matches!(
        scalar.base(),
        ScalarType::Json
            | ScalarType::Jsonb
            | ScalarType::Range(_)
            | ScalarType::Array(_)
            | ScalarType::TsVector(_)
            | ScalarType::Vector(_)
    )
}

/// Whether a column with this type can be a shard key: its values have a slot.
pub const fn can_be_shard_key(scalar: ScalarType) -> bool {
    use ScalarType::{Int2, Int4, Int8, Text, Uuid};
    matches!(scalar.compared(), Int2 | Int4 | Int8 | Text | Uuid)
}

/// Whether a column with this type can carry the slot of its row.
pub const fn can_carry_slot(scalar: ScalarType) -> bool {
    matches!(scalar.compared(), ScalarType::Int8)
}

const fn count(list: &[usize], wanted: usize) -> usize {
    let mut found = 0;
    let mut index = 0;
    while index < list.len() {
        if list[index] == wanted {
            found += 1;
        }
        index += 1;
    }
    found
}

/// Whether one name begins with the other, as it must where something after them makes them the same. Most pairs of
/// names differ in their first letters, which keeps the checks cheap: constants are evaluated slowly.
const fn alike(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut index = 0;
    while index < left.len() && index < right.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

pub(crate) const fn equal(left: &str, right: &str) -> bool {
    left.len() == right.len() && alike(left, right)
}

/// Whether two names, each in parts, are the same.
const fn same(left: &[&str], right: &[&str]) -> bool {
    let length = length(left);
    if length != self::length(right) {
        return false;
    }
    let mut index = 0;
    while index < length {
        if byte(left, index) != byte(right, index) {
            return false;
        }
        index += 1;
    }
    true
}

const fn length(parts: &[&str]) -> usize {
    let mut length = 0;
    let mut part = 0;
    while part < parts.len() {
        length += parts[part].len();
        part += 1;
    }
    length
}

/// The byte at `index` of the joined parts, which are longer than that.
const fn byte(parts: &[&str], index: usize) -> u8 {
    let mut index = index;
    let mut part = 0;
    while index >= parts[part].len() {
        index -= parts[part].len();
        part += 1;
    }
    parts[part].as_bytes()[index]
}

/// Panics with the joined parts as the message.
#[track_caller]
const fn fail(parts: &[&str]) -> ! {
    Message::new(parts).fail()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_across_their_parts() {
        assert!(same(&["Track", "Where"], &["TrackWhere", ""]));
        assert!(same(&["XList", "Where"], &["X", "ListWhere"]));
        assert!(!same(&["Track", "Where"], &["TrackWhera"]));
        assert!(!equal("Track", "Tracks"));
    }

    #[test]
    fn a_key_is_named_in_any_order() {
        assert!(is_key(&[0, 2], &[2, 0]));
        assert!(!is_key(&[0, 2], &[0]));
        assert!(!is_key(&[0, 2], &[0, 0]));
        assert!(!is_key(&[0], &[0, 1]));
        assert!(!is_key(&[0], &[0, 0]));
    }
}
