//! Whether types of columns are the same, also those of the user's, of which there is a definition for each Rust type.

use super::equal;
use crate::{CustomDef, EnumDef, ScalarType, TypeName};

/// Whether two types have the same values, and the same GraphQL type.
pub(super) const fn same_scalar(left: ScalarType, right: ScalarType) -> bool {
    use ScalarType::{
        Array, Bool, Bytea, Custom, Date, Enum, Float4, Float8, Inet, Int2, Int4, Int8, Interval, Json,
        Jsonb, Numeric, Range, Text, Time, Timestamp, Timestamptz, TsVector, Uuid, Vector,
    };
    match left {
        Enum(_) | Custom(_) => same_named(left, right),
        Array(left) => match right {
            Array(right) => left.nullable_items == right.nullable_items && same_scalar(left.item, right.item),
            _ => false,
        },
        Range(left) => matches!(right, Range(right) if left as u8 == right as u8),
        Vector(left) => matches!(right, Vector(right) if left == right),
        TsVector(left) => match right {
            TsVector(right) => same_name(left, right),
            _ => false,
        },
        Bool => matches!(right, Bool),
        Int2 => matches!(right, Int2),
        Int4 => matches!(right, Int4),
        Int8 => matches!(right, Int8),
        Float4 => matches!(right, Float4),
        Float8 => matches!(right, Float8),
        Text => matches!(right, Text),
        Numeric => matches!(right, Numeric),
        Uuid => matches!(right, Uuid),
        Date => matches!(right, Date),
        Timestamp => matches!(right, Timestamp),
        Timestamptz => matches!(right, Timestamptz),
        Time => matches!(right, Time),
        Interval => matches!(right, Interval),
        Bytea => matches!(right, Bytea),
        Inet => matches!(right, Inet),
        Json => matches!(right, Json),
        Jsonb => matches!(right, Jsonb),
    }
}

/// Whether two types with GraphQL names are the same.
pub(super) const fn same_named(left: ScalarType, right: ScalarType) -> bool {
    match (left, right) {
        (ScalarType::Enum(left), ScalarType::Enum(right)) => same_enum(left, right),
        (ScalarType::Custom(left), ScalarType::Custom(right)) => same_custom(left, right),
        _ => false,
    }
}

const fn same_custom(left: &CustomDef, right: &CustomDef) -> bool {
    same_name(left.name, right.name)
        && same_name(left.specified_by, right.specified_by)
        && same_type(left.sql, right.sql)
        && same_type(left.domain, right.domain)
        && same_scalar(left.base, right.base)
}

/// Whether two enums are one Postgres type with one GraphQL name, and have the same values.
const fn same_enum(left: &EnumDef, right: &EnumDef) -> bool {
    if !equal(left.name, right.name)
        || !same_type_name(left, right)
        || left.values.len() != right.values.len()
    {
        return false;
    }
    let mut index = 0;
    while index < left.values.len() {
        let (left, right) = (&left.values[index], &right.values[index]);
        if !equal(left.name, right.name) || !equal(left.label, right.label) {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether two enums are of one Postgres type, as far as their names tell.
pub(super) const fn same_type_name(left: &EnumDef, right: &EnumDef) -> bool {
    same_name(left.schema, right.schema) && equal(left.type_name, right.type_name)
}

const fn same_type(left: Option<TypeName>, right: Option<TypeName>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_name(left.schema, right.schema) && equal(left.name, right.name),
        (None, None) => true,
        _ => false,
    }
}

const fn same_name(left: Option<&str>, right: Option<&str>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => equal(left, right),
        (None, None) => true,
        _ => false,
    }
}
