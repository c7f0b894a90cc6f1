//! The types of columns by their names in SQL, in Postgres' catalog and in Rust.

use onefold_schema::{CustomDef, RangeType, ScalarType, TypeName};

use super::name::Qualified;

/// The type as SQL writes it.
pub(super) fn sql(scalar: ScalarType) -> String {
    let name = match scalar {
        ScalarType::Bool => "boolean",
        ScalarType::Int2 => "smallint",
        ScalarType::Int4 => "integer",
        ScalarType::Int8 => "bigint",
        ScalarType::Float4 => "real",
        ScalarType::Float8 => "double precision",
        ScalarType::Text => "text",
        ScalarType::Numeric => "numeric",
        ScalarType::Uuid => "uuid",
        ScalarType::Date => "date",
        ScalarType::Timestamp => "timestamp",
        ScalarType::Timestamptz => "timestamptz",
        ScalarType::Time => "time",
        ScalarType::Interval => "interval",
        ScalarType::Bytea => "bytea",
        ScalarType::Inet => "inet",
        ScalarType::Json => "json",
        ScalarType::Jsonb => "jsonb",
        ScalarType::Enum(definition) => return Qualified::enumeration(definition).to_string(),
        ScalarType::Array(definition) => return format!("{}[]", sql(definition.item)),
        ScalarType::Range(range) => range.type_name(),
        ScalarType::Custom(definition) => match definition.domain.or(definition.sql) {
            Some(name) => return Qualified::named(name).to_string(),
            None => return sql(definition.base),
        },
    };
    name.to_owned()
}

/// The type as Rust writes it.
pub(super) fn rust(scalar: ScalarType) -> String {
    let name = match scalar {
        ScalarType::Bool => "bool",
        ScalarType::Int2 => "i16",
        ScalarType::Int4 => "i32",
        ScalarType::Int8 => "i64",
        ScalarType::Float4 => "f32",
        ScalarType::Float8 => "f64",
        ScalarType::Text => "String",
        ScalarType::Numeric => "Decimal",
        ScalarType::Uuid => "Uuid",
        ScalarType::Date => "Date",
        ScalarType::Timestamp => "Timestamp",
        ScalarType::Timestamptz => "Timestamptz",
        ScalarType::Time => "Time",
        ScalarType::Interval => "Interval",
        ScalarType::Bytea => "Bytea",
        ScalarType::Inet => "Inet",
        ScalarType::Json => "Json",
        ScalarType::Jsonb => "Jsonb",
        ScalarType::Enum(definition) => definition.name,
        ScalarType::Array(definition) if definition.nullable_items => {
            return format!("Vec<Option<{}>>", rust(definition.item));
        }
        ScalarType::Array(definition) => return format!("Vec<{}>", rust(definition.item)),
        ScalarType::Range(range) => return format!("Range<{}>", rust(range.bound())),
        ScalarType::Custom(CustomDef { name: Some(name), .. }) => name,
        ScalarType::Custom(CustomDef {
            sql: Some(TypeName { name: "citext", .. }), domain: None, ..
        }) => "CiText",
        ScalarType::Custom(definition) => return rust(definition.base),
    };
    name.to_owned()
}

/// The type that a built-in type of Postgres, by its `typname`, is read as. Types that differ only in what they
/// accept are one, as their values are sent in the same form.
pub(super) fn of_catalog(name: &str) -> Option<ScalarType> {
    Some(match name {
        "bool" => ScalarType::Bool,
        "int2" => ScalarType::Int2,
        "int4" => ScalarType::Int4,
        "int8" => ScalarType::Int8,
        "float4" => ScalarType::Float4,
        "float8" => ScalarType::Float8,
        "text" | "varchar" | "bpchar" | "name" | "citext" => ScalarType::Text,
        "numeric" => ScalarType::Numeric,
        "uuid" => ScalarType::Uuid,
        "date" => ScalarType::Date,
        "timestamp" => ScalarType::Timestamp,
        "timestamptz" => ScalarType::Timestamptz,
        "time" => ScalarType::Time,
        "interval" => ScalarType::Interval,
        "bytea" => ScalarType::Bytea,
        "inet" | "cidr" => ScalarType::Inet,
        "json" => ScalarType::Json,
        "jsonb" => ScalarType::Jsonb,
        "int4range" => ScalarType::Range(RangeType::Int4),
        "int8range" => ScalarType::Range(RangeType::Int8),
        "numrange" => ScalarType::Range(RangeType::Numeric),
        "tsrange" => ScalarType::Range(RangeType::Timestamp),
        "tstzrange" => ScalarType::Range(RangeType::Timestamptz),
        "daterange" => ScalarType::Range(RangeType::Date),
        _ => return None,
    })
}
