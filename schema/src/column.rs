//! A column: its Rust type, its Postgres type and its GraphQL scalar.

use core::marker::PhantomData;

use crate::{ArgumentDef, ArrayDef, ArrayItem, ComputedDef, CustomDef, Deprecation, RangeType};

/// One column of a table, or a field that is computed from others.
#[derive(Debug)]
pub struct ColumnDef {
    /// The GraphQL field, `unitPrice`.
    pub name: &'static str,
    /// The Postgres column, `unit_price`; of a computed field, what it is called within a statement.
    pub column: &'static str,
    /// What a value of the column is.
    pub scalar: ScalarType,
    /// Whether the column may be null: the Rust field is an `Option`.
    pub nullable: bool,
    /// What the doc comment of the field says.
    pub description: Option<&'static str>,
    /// Set by `#[deprecated]` on the field.
    pub deprecation: Option<Deprecation>,
    /// Whether GraphQL has no field for it: it is there for keys and relations alone.
    pub hidden: bool,
    /// The expression that its value is, where the table has no such column.
    pub computed: Option<&'static ComputedDef>,
}

impl ColumnDef {
    /// What clients give the field.
    pub const fn arguments(&self) -> &'static [ArgumentDef] {
        match self.computed {
            Some(computed) => computed.arguments,
            None => &[],
        }
    }

    /// What a value is, and what those of its arguments are.
    pub fn scalars(&self) -> impl Iterator<Item = ScalarType> + use<> {
        let arguments = self.arguments().iter().map(|argument| argument.scalar);
        [self.scalar].into_iter().chain(arguments)
    }

    /// Whether its value depends on the row alone, so that rows can be found and ordered by it.
    pub const fn is_plain(&self) -> bool {
        self.arguments().is_empty()
    }
}

/// What a value is: a Postgres type and the GraphQL scalar that it becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScalarType {
    /// `boolean`, GraphQL `Boolean`.
    Bool,
    /// `smallint`, GraphQL `Int`.
    Int2,
    /// `integer`, GraphQL `Int`.
    Int4,
    /// `bigint`, GraphQL `BigInt`: a JSON string of decimal digits.
    Int8,
    /// `real`, GraphQL `Float`.
    Float4,
    /// `double precision`, GraphQL `Float`.
    Float8,
    /// `text`, `varchar` or `char`, GraphQL `String`.
    Text,
    /// `numeric`, GraphQL `Decimal`: a JSON string, exact.
    Numeric,
    /// `uuid`, GraphQL `UUID`: lower-case hexadecimal with hyphens.
    Uuid,
    /// `date`, GraphQL `Date`: `2009-01-31`.
    Date,
    /// `timestamp without time zone`, GraphQL `LocalDateTime`: `2009-01-31T13:30:00.25`.
    Timestamp,
    /// `timestamp with time zone`, GraphQL `DateTime`: RFC 3339 in UTC, `2009-01-31T13:30:00+00:00`.
    Timestamptz,
    /// `time without time zone`, GraphQL `LocalTime`: `13:30:00.25`.
    Time,
    /// `interval`, GraphQL `Duration`: ISO 8601, `P1Y2M3DT4H5M6.5S`.
    Interval,
    /// `bytea`, GraphQL `Bytes`: base64.
    Bytea,
    /// `inet` or `cidr`, GraphQL `IPAddress`: `192.168.0.1/24`.
    Inet,
    /// `json`, GraphQL `JSON`: any JSON value, as it was stored.
    Json,
    /// `jsonb`, GraphQL `JSON`: any JSON value.
    Jsonb,
    /// A Postgres enum and the GraphQL enum that it becomes.
    Enum(&'static EnumDef),
    /// A scalar of the user's, with the values of another type: a domain, `citext`, or a GraphQL scalar of its own.
    Custom(&'static CustomDef),
    /// A range, GraphQL scalars such as `DateRange`: `[2009-01-31,2009-02-28)`.
    Range(RangeType),
    /// An array of one dimension, GraphQL `[String!]` or `[String]`.
    Array(&'static ArrayDef),
}

/// A Postgres enum type and its GraphQL enum.
#[derive(Debug, PartialEq, Eq)]
pub struct EnumDef {
    /// The GraphQL type, `OrderState`.
    pub name: &'static str,
    /// The Postgres schema of the type, when the `search_path` does not find it.
    pub schema: Option<&'static str>,
    /// The Postgres type, `order_state`.
    pub type_name: &'static str,
    /// What the doc comment of the Rust enum says.
    pub description: Option<&'static str>,
    /// The values, in the order of the Rust enum.
    pub values: &'static [EnumValueDef],
}

/// One value of an enum.
#[derive(Debug, PartialEq, Eq)]
pub struct EnumValueDef {
    /// The GraphQL value, `IN_TRANSIT`.
    pub name: &'static str,
    /// The Postgres label, `in_transit`.
    pub label: &'static str,
    /// What the doc comment of the variant says.
    pub description: Option<&'static str>,
    /// Set by `#[deprecated]` on the variant.
    pub deprecation: Option<Deprecation>,
}

/// A Rust enum that stands for a Postgres enum type; implemented by `#[derive(Enum)]`.
pub trait EnumType {
    /// Everything that is known about the enum.
    const ENUM: &'static EnumDef;
}

/// A Rust type that a column can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column type",
    label = "not a column type",
    note = "columns are `bool`, `i16`, `i32`, `i64`, `f32`, `f64`, `String`, `Decimal`, `Uuid`, `Date`, \
            `Timestamp`, `Timestamptz`, `Time`, `Interval`, `Bytea`, `Inet`, `Json`, `Jsonb`, `CiText`, a `Range`, an enum with `#[derive(Enum)]`, a type with `#[derive(Scalar)]`, a `Vec` of these, or an `Option` of these",
    note = "a relation is `One<T>`, `Option<One<T>>` or `Many<T>` with `#[one(…)]` or `#[many(…)]`"
)]
pub trait ColumnType {
    /// The Postgres and the GraphQL type.
    const SCALAR: ScalarType;
    /// Whether the column may be null.
    const NULLABLE: bool = false;
    /// The type without its `Option`; relations compare keys by it.
    type Base;
}

macro_rules! column_types {
    ($($rust:ty => $scalar:ident),* $(,)?) => {$(
        impl ColumnType for $rust {
            const SCALAR: ScalarType = ScalarType::$scalar;
            type Base = $rust;
        }

        impl ArrayItem for $rust {
            const ITEM: ArrayDef = ArrayDef { item: ScalarType::$scalar, nullable_items: false };
        }
    )*};
}

column_types! {
    bool => Bool,
    i16 => Int2,
    i32 => Int4,
    i64 => Int8,
    f32 => Float4,
    f64 => Float8,
    String => Text,
    crate::Decimal => Numeric,
    crate::Uuid => Uuid,
    crate::Date => Date,
    crate::Timestamp => Timestamp,
    crate::Timestamptz => Timestamptz,
    crate::Time => Time,
    crate::Interval => Interval,
    crate::Bytea => Bytea,
    crate::Inet => Inet,
    crate::Json => Json,
    crate::Jsonb => Jsonb,
}

impl<T: ColumnType> ColumnType for Option<T> {
    const SCALAR: ScalarType = T::SCALAR;
    const NULLABLE: bool = true;
    type Base = T::Base;
}

impl<T: ArrayItem> ColumnType for Vec<T> {
    const SCALAR: ScalarType = ScalarType::Array(&T::ITEM);
    type Base = Vec<T>;
}

/// The path of a column, `Album::artist_id`: where it stands in its table, and its type.
///
/// `#[derive(Table)]` gives a struct one associated constant for each of its columns, so that a relation that
/// names a column which is not there, or one of another type, is an error of the Rust compiler.
#[derive(Debug)]
pub struct Column<T, V> {
    /// The position in [`TableDef::columns`](crate::TableDef::columns).
    pub index: usize,
    /// Whether the column may be null.
    pub nullable: bool,
    types: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Column<T, V> {
    /// The path of the column at `index` of the table `T`.
    pub const fn new(index: usize, nullable: bool) -> Self {
        Self { index, nullable, types: PhantomData }
    }
}
