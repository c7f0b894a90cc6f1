//! Column types → GraphQL scalars and the inputs that compare them.

use onefold_schema::{CustomDef, RangeType, ScalarType, can_be_key};

/// A GraphQL scalar that the specification does not define.
pub(super) struct CustomScalar {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) specified_by: Option<&'static str>,
}

/// The scalars in the order in which the SDL lists them; a schema prints those that it uses.
pub(super) const CUSTOM_SCALARS: &[CustomScalar] = &[
    CustomScalar {
        name: "BigInt",
        description: "A whole number of 64 bits: a string of decimal digits, or a number on input.",
        specified_by: None,
    },
    CustomScalar {
        name: "Decimal",
        description: "A decimal number of any length, exact: a string like `0.99`, or a number on input.",
        specified_by: None,
    },
    CustomScalar {
        name: "UUID",
        description: "A universally unique identifier: 32 hexadecimal digits in five groups.",
        specified_by: Some("https://tools.ietf.org/html/rfc4122"),
    },
    CustomScalar { name: "Date", description: "A day: `2009-01-31`.", specified_by: None },
    CustomScalar {
        name: "LocalDateTime",
        description: "A day and a time without a time zone: `2009-01-31T13:30:00.25`.",
        specified_by: None,
    },
    CustomScalar {
        name: "DateTime",
        description: "A moment: `2009-01-31T13:30:00.25+00:00`, in UTC on output.",
        specified_by: Some("https://tools.ietf.org/html/rfc3339"),
    },
    CustomScalar {
        name: "LocalTime",
        description: "A time of day without a time zone: `13:30:00.25`.",
        specified_by: None,
    },
    CustomScalar {
        name: "Duration",
        description: "A span of time: `P1Y2M3DT4H5M6.5S`, each part with a sign of its own.",
        specified_by: None,
    },
    CustomScalar {
        name: "Bytes",
        description: "Any bytes, in base64.",
        specified_by: Some("https://tools.ietf.org/html/rfc4648"),
    },
    CustomScalar {
        name: "IPAddress",
        description: "The address of a host, or of a network with its number of bits: `192.168.0.1/24`.",
        specified_by: None,
    },
    CustomScalar { name: "JSON", description: "Any JSON value.", specified_by: None },
    CustomScalar {
        name: "IntRange",
        description: "A range of `Int`, with its bounds in it or not: `[1,5)`, `(,5]`, or `empty`.",
        specified_by: None,
    },
    CustomScalar {
        name: "BigIntRange",
        description: "A range of `BigInt`, with its bounds in it or not: `[1,5)`, `(,5]`, or `empty`.",
        specified_by: None,
    },
    CustomScalar {
        name: "DecimalRange",
        description: "A range of `Decimal`, with its bounds in it or not: `[0.5,1.5)`, `(,1.5]`, or `empty`.",
        specified_by: None,
    },
    CustomScalar {
        name: "LocalDateTimeRange",
        description: "A range of `LocalDateTime`: `[2009-01-31T13:30:00,2009-01-31T15:00:00)`, or `empty`.",
        specified_by: None,
    },
    CustomScalar {
        name: "DateTimeRange",
        description: "A range of `DateTime`: `[2009-01-31T13:30:00Z,2009-01-31T15:00:00Z)`, or `empty`.",
        specified_by: None,
    },
    CustomScalar {
        name: "DateRange",
        description: "A range of `Date`, with its bounds in it or not: `[2009-01-31,2009-02-28)`, or `empty`.",
        specified_by: None,
    },
];

/// The named GraphQL type of a column's values, or of the items of its lists.
pub fn type_name(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Bool => "Boolean",
        ScalarType::Int2 | ScalarType::Int4 => "Int",
        ScalarType::Int8 => "BigInt",
        ScalarType::Float4 | ScalarType::Float8 => "Float",
        ScalarType::Text => "String",
        ScalarType::Numeric => "Decimal",
        ScalarType::Uuid => "UUID",
        ScalarType::Date => "Date",
        ScalarType::Timestamp => "LocalDateTime",
        ScalarType::Timestamptz => "DateTime",
        ScalarType::Time => "LocalTime",
        ScalarType::Interval => "Duration",
        ScalarType::Bytea => "Bytes",
        ScalarType::Inet => "IPAddress",
        ScalarType::Json | ScalarType::Jsonb => "JSON",
        ScalarType::Enum(def) => def.name,
        ScalarType::Array(def) => type_name(def.item),
        ScalarType::Range(range) => match range {
            RangeType::Int4 => "IntRange",
            RangeType::Int8 => "BigIntRange",
            RangeType::Numeric => "DecimalRange",
            RangeType::Timestamp => "LocalDateTimeRange",
            RangeType::Timestamptz => "DateTimeRange",
            RangeType::Date => "DateRange",
        },
        ScalarType::Custom(def) => def.name.unwrap_or_else(|| type_name(def.base)),
    }
}

/// The GraphQL type of a column that is never null, without its `!`.
pub fn output_type(scalar: ScalarType) -> String {
    match scalar {
        ScalarType::Array(def) => {
            let bang = if def.nullable_items { "" } else { "!" };
            format!("[{}{bang}]", type_name(def.item))
        }
        scalar => type_name(scalar).into(),
    }
}

/// The input type that compares a column.
pub fn filter_name(scalar: ScalarType) -> String {
    let name = match scalar.item() {
        // Postgres compares `jsonb` and cannot compare `json`.
        ScalarType::Jsonb | ScalarType::Custom(CustomDef { name: None, base: ScalarType::Jsonb, .. }) => {
            "JSONB"
        }
        item => type_name(item),
    };
    let list = if let ScalarType::Array(_) = scalar { "List" } else { "" };
    format!("{name}{list}Filter")
}

/// Whether Postgres has `=` for the type.
pub fn has_equality(scalar: ScalarType) -> bool {
    !matches!(scalar.item().base(), ScalarType::Json)
}

/// Whether rows can be ordered by the type, and `lt` and its like make sense.
pub fn has_order(scalar: ScalarType) -> bool {
    can_be_key(scalar)
}
