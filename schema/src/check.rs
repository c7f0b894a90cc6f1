//! Checks of a schema that the Rust compiler runs while it evaluates constants: what only several tables together
//! can tell. A mistake is a panic whose message names the tables, so it is a compile error of the user's crate.
//! Knows the names that the GraphQL surface makes of tables, and nothing of how it uses them.

mod function;
mod message;
mod placement;

use self::message::Message;
use crate::{ArgumentDef, EnumDef, RelationKind, ScalarType, SchemaDef, TableDef, TableKind};

pub use self::function::check_function;

/// What follows a table's name in the names of its GraphQL types.
pub const TABLE_TYPES: &[&str] = &[
    "",
    "Where",
    "OrderBy",
    "ListWhere",
    "Connection",
    "Edge",
    "Column",
    "Aggregate",
    "AggregateKey",
    "AggregateOrderBy",
    "ListOrderBy",
    "GroupBy",
    "Having",
];

/// What follows an enum's name in the names of its GraphQL types.
pub const ENUM_TYPES: &[&str] = &["", "Filter", "Aggregate", "AggregateOrderBy", "Having"];

/// The GraphQL types that do not come from a table or an enum. A schema has those that it uses, and no table or enum
/// takes the name of another, so that a new column never renames a type.
pub const COMMON_TYPES: &[&str] = &[
    "Query",
    "Mutation",
    "Subscription",
    "OrderDirection",
    "PageInfo",
    "ID",
    "Boolean",
    "Int",
    "BigInt",
    "Float",
    "String",
    "Decimal",
    "UUID",
    "Date",
    "LocalDateTime",
    "DateTime",
    "LocalTime",
    "Duration",
    "Bytes",
    "IPAddress",
    "JSON",
    "BooleanFilter",
    "IntFilter",
    "BigIntFilter",
    "FloatFilter",
    "StringFilter",
    "DecimalFilter",
    "UUIDFilter",
    "DateFilter",
    "LocalDateTimeFilter",
    "DateTimeFilter",
    "LocalTimeFilter",
    "DurationFilter",
    "BytesFilter",
    "IPAddressFilter",
    "JSONFilter",
    "JSONBFilter",
    "BooleanAggregate",
    "IntAggregate",
    "BigIntAggregate",
    "FloatAggregate",
    "StringAggregate",
    "DecimalAggregate",
    "UUIDAggregate",
    "DateAggregate",
    "LocalDateTimeAggregate",
    "DateTimeAggregate",
    "LocalTimeAggregate",
    "DurationAggregate",
    "BytesAggregate",
    "IPAddressAggregate",
    "JSONAggregate",
    "BooleanAggregateOrderBy",
    "IntAggregateOrderBy",
    "BigIntAggregateOrderBy",
    "FloatAggregateOrderBy",
    "StringAggregateOrderBy",
    "DecimalAggregateOrderBy",
    "UUIDAggregateOrderBy",
    "DateAggregateOrderBy",
    "LocalDateTimeAggregateOrderBy",
    "DateTimeAggregateOrderBy",
    "LocalTimeAggregateOrderBy",
    "DurationAggregateOrderBy",
    "BytesAggregateOrderBy",
    "IPAddressAggregateOrderBy",
    "JSONAggregateOrderBy",
    "BooleanHaving",
    "IntHaving",
    "BigIntHaving",
    "FloatHaving",
    "StringHaving",
    "DecimalHaving",
    "UUIDHaving",
    "DateHaving",
    "LocalDateTimeHaving",
    "DateTimeHaving",
    "LocalTimeHaving",
    "DurationHaving",
    "BytesHaving",
    "IPAddressHaving",
    "JSONHaving",
    "GroupBy",
    "DateGroupBy",
    "DateTimeGroupBy",
];

/// Checks the table at `index` against the whole schema; called by `#[derive(Schema)]` in a constant.
///
/// # Panics
/// With the mistake as the message, which makes it a compile error at the table's name in the attribute.
#[track_caller]
pub const fn check_table(schema: &SchemaDef, index: usize) {
    let table = schema.tables[index];
    check_common_types(table);
    // Only with the tables before it, so that a pair of tables is one error.
    let mut earlier = 0;
    while earlier < index {
        check_pair(schema.tables[earlier], table);
        earlier += 1;
    }
    check_enums(schema, index);
    check_relations(schema, table);
    function::check_functions(schema, table);
}

#[track_caller]
const fn check_common_types(table: &TableDef) {
    let mut common = 0;
    while common < COMMON_TYPES.len() {
        let mut suffix = 0;
        while suffix < TABLE_TYPES.len() && alike(table.name, COMMON_TYPES[common]) {
            if same(&[table.name, TABLE_TYPES[suffix]], &[COMMON_TYPES[common]]) {
                fail(&[
                    "the table `",
                    table.name,
                    "` needs the GraphQL type `",
                    COMMON_TYPES[common],
                    "`, which every schema has; rename it by `#[table(graphql = \"…\")]`",
                ]);
            }
            suffix += 1;
        }
        common += 1;
    }
}

/// Checks that two tables have different types and root fields.
#[track_caller]
const fn check_pair(earlier: &TableDef, table: &TableDef) {
    if equal(earlier.name, table.name) {
        fail(&[
            "two tables are called `",
            table.name,
            "`; rename one by `#[table(graphql = \"…\")]`, or list it once if they are the same",
        ]);
    }
    let mut left = 0;
    while left < TABLE_TYPES.len() && alike(earlier.name, table.name) {
        let mut right = 0;
        while right < TABLE_TYPES.len() {
            if same(&[earlier.name, TABLE_TYPES[left]], &[table.name, TABLE_TYPES[right]]) {
                fail(&[
                    "the tables `",
                    earlier.name,
                    "` and `",
                    table.name,
                    "` both need the GraphQL type `",
                    table.name,
                    TABLE_TYPES[right],
                    "`; rename one by `#[table(graphql = \"…\")]`",
                ]);
            }
            right += 1;
        }
        left += 1;
    }
    // The rows of functions have no root fields.
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

/// Checks the enums of the table at `index` against all tables, and against the enums of those before it.
#[track_caller]
const fn check_enums(schema: &SchemaDef, index: usize) {
    let columns = schema.tables[index].columns;
    let mut column = 0;
    while column < columns.len() {
        check_enum(schema, index, columns[column].scalar);
        check_enums_of(schema, index, columns[column].arguments());
        column += 1;
    }
    let functions = schema.tables[index].functions;
    let mut function = 0;
    while function < functions.len() {
        check_enums_of(schema, index, functions[function].call.arguments);
        function += 1;
    }
}

/// Checks the enums of arguments against the tables up to the one at `index`.
#[track_caller]
const fn check_enums_of(schema: &SchemaDef, index: usize, arguments: &[ArgumentDef]) {
    let mut argument = 0;
    while argument < arguments.len() {
        check_enum(schema, index, arguments[argument].scalar);
        argument += 1;
    }
}

#[track_caller]
const fn check_enum(schema: &SchemaDef, index: usize, scalar: ScalarType) {
    let ScalarType::Enum(def) = scalar else { return };
    check_enum_and_common_types(def);
    let mut table = 0;
    while table < schema.tables.len() {
        check_enum_and_table(def, schema.tables[table]);
        if table <= index {
            check_enum_and_enums(def, schema.tables[table]);
        }
        table += 1;
    }
}

#[track_caller]
const fn check_enum_and_common_types(def: &EnumDef) {
    let mut common = 0;
    while common < COMMON_TYPES.len() {
        let mut suffix = 0;
        while suffix < ENUM_TYPES.len() && alike(def.name, COMMON_TYPES[common]) {
            if same(&[def.name, ENUM_TYPES[suffix]], &[COMMON_TYPES[common]]) {
                fail(&[
                    "the enum `",
                    def.name,
                    "` needs the GraphQL type `",
                    COMMON_TYPES[common],
                    "`, which every schema has; rename it by `#[pg(graphql = \"…\")]`",
                ]);
            }
            suffix += 1;
        }
        common += 1;
    }
}

#[track_caller]
const fn check_enum_and_table(def: &EnumDef, table: &TableDef) {
    let mut left = 0;
    while left < ENUM_TYPES.len() && alike(def.name, table.name) {
        let mut right = 0;
        while right < TABLE_TYPES.len() {
            if same(&[def.name, ENUM_TYPES[left]], &[table.name, TABLE_TYPES[right]]) {
                fail(&[
                    "the enum `",
                    def.name,
                    "` and the table `",
                    table.name,
                    "` both need the GraphQL type `",
                    table.name,
                    TABLE_TYPES[right],
                    "`; rename the enum by `#[pg(graphql = \"…\")]`",
                ]);
            }
            right += 1;
        }
        left += 1;
    }
}

#[track_caller]
const fn check_enum_and_enums(def: &EnumDef, table: &TableDef) {
    let mut column = 0;
    while column < table.columns.len() {
        check_enum_pair(def, table.columns[column].scalar);
        check_enum_and_arguments(def, table.columns[column].arguments());
        column += 1;
    }
    let mut function = 0;
    while function < table.functions.len() {
        check_enum_and_arguments(def, table.functions[function].call.arguments);
        function += 1;
    }
}

#[track_caller]
const fn check_enum_and_arguments(def: &EnumDef, arguments: &[ArgumentDef]) {
    let mut argument = 0;
    while argument < arguments.len() {
        check_enum_pair(def, arguments[argument].scalar);
        argument += 1;
    }
}

#[track_caller]
const fn check_enum_pair(def: &EnumDef, scalar: ScalarType) {
    let ScalarType::Enum(other) = scalar else { return };
    if !alike(def.name, other.name) || same_enum(def, other) {
        return;
    }
    let mut left = 0;
    while left < ENUM_TYPES.len() {
        let mut right = 0;
        while right < ENUM_TYPES.len() {
            if same(&[def.name, ENUM_TYPES[left]], &[other.name, ENUM_TYPES[right]]) {
                fail(&[
                    "the enums of the Postgres types `",
                    def.type_name,
                    "` and `",
                    other.type_name,
                    "` both need the GraphQL type `",
                    def.name,
                    ENUM_TYPES[left],
                    "`; rename one by `#[pg(graphql = \"…\")]`",
                ]);
            }
            right += 1;
        }
        left += 1;
    }
}

/// Checks that relations lead to tables of the schema, and to other shards only where they say so.
#[track_caller]
const fn check_relations(schema: &SchemaDef, table: &TableDef) {
    let mut index = 0;
    while index < table.relations.len() {
        let relation = &table.relations[index];
        check_listed(schema, table, relation.name, relation.target);
        if let RelationKind::Through { join, .. } = relation.kind {
            check_listed(schema, table, relation.name, join);
        }
        placement::check_relation(schema, table, relation);
        index += 1;
    }
}

#[track_caller]
const fn check_listed(schema: &SchemaDef, table: &TableDef, relation: &str, target: &str) {
    let mut index = 0;
    while index < schema.tables.len() {
        if equal(schema.tables[index].name, target) {
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
            return;
        }
        index += 1;
    }
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
    !matches!(scalar, ScalarType::Json | ScalarType::Jsonb)
}

/// Whether a column with this type can be a shard key: its values have a slot.
pub const fn can_be_shard_key(scalar: ScalarType) -> bool {
    use ScalarType::{Int2, Int4, Int8, Text, Uuid};
    matches!(scalar, Int2 | Int4 | Int8 | Text | Uuid)
}

/// Whether a column with this type can carry the slot of its row.
pub const fn can_carry_slot(scalar: ScalarType) -> bool {
    matches!(scalar, ScalarType::Int8)
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

/// Whether two enums are one Postgres type with one GraphQL name.
const fn same_enum(left: &EnumDef, right: &EnumDef) -> bool {
    let same_schema = match (left.schema, right.schema) {
        (Some(left), Some(right)) => equal(left, right),
        (None, None) => true,
        _ => false,
    };
    same_schema
        && equal(left.name, right.name)
        && equal(left.type_name, right.type_name)
        && left.values.len() == right.values.len()
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
