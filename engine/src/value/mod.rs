//! JSON → values as Postgres takes them in its binary format, by the kind of value that is wanted.

mod cursor;
mod decimal;
mod interval;
mod json;
mod network;
mod range;

use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use onefold_schema::{ArgumentDef, ScalarType};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::error::Code;
use crate::surface::scalars::type_name;

pub use cursor::{CursorPart, Cursors, Term};
pub use decimal::Decimal;
pub use interval::Interval;
pub use json::{parse, read};
pub use network::Network;
pub use range::Range;

/// What a value must be, and how it is prepared for Postgres.
#[derive(Debug, Clone, PartialEq)]
pub enum OperandKind {
    /// A value of a column's type.
    Scalar(ScalarType),
    /// A list of values of a column's type.
    List(ScalarType),
    /// A list of shard keys, or of ids that carry slots: each shard is sent those that are its own.
    Keys(ScalarType),
    /// A text that becomes a pattern of `LIKE`.
    Pattern(Pattern),
    /// A text that is a path into JSON.
    JsonPath,
    /// A number of rows: not negative, and not above `max`.
    Rows {
        /// The largest number, when there is one.
        max: Option<u32>,
    },
    /// A number of steps: not negative, and not above `max`.
    Steps {
        /// The largest number.
        max: u32,
    },
    /// A Boolean.
    Boolean,
    /// A cursor, of which one value is bound.
    Cursor(CursorPart),
    /// The global id of a row, of which one value is bound.
    NodeId(CursorPart),
    /// A list of global ids: one value is bound of each that is of one table.
    NodeIds(CursorPart),
    /// A list of global ids, of which the places are bound that those of one table have in it, from 1.
    NodePlaces {
        /// What the ids of the table begin with.
        fingerprint: u32,
        /// How many ids there may be, of all tables.
        max: u32,
    },
}

/// What an argument is where it is left out: its default, or else null; none where it must be given.
///
/// # Errors
/// Why the default is no value of it.
pub fn default(argument: &ArgumentDef) -> Result<Option<SqlValue>, Mistake> {
    let Some(text) = argument.default else { return Ok(argument.nullable.then_some(SqlValue::Null)) };
    let kind = OperandKind::of(argument.scalar);
    let json = serde_json::from_str(text)
        .map_err(|_| Mistake::Type { expected: kind.describe(), found: text.to_owned() })?;
    parse(&kind, &json).map(Some)
}

/// Where a text is looked for, or that it is a pattern already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// It is a pattern.
    Verbatim,
    /// At the start.
    Prefix,
    /// At the end.
    Suffix,
    /// Anywhere.
    Infix,
}

impl OperandKind {
    /// A value of a type: of an array, a list.
    pub fn of(scalar: ScalarType) -> OperandKind {
        match scalar {
            ScalarType::Array(def) => OperandKind::List(def.item),
            scalar => OperandKind::Scalar(scalar),
        }
    }

    /// The kind of a list's items; any other kind is its own.
    pub fn item(&self) -> OperandKind {
        match self {
            OperandKind::List(scalar) | OperandKind::Keys(scalar) => OperandKind::Scalar(*scalar),
            // Which table one is of is told when all are at hand.
            OperandKind::NodeIds(_) | OperandKind::NodePlaces { .. } => OperandKind::Scalar(ScalarType::Text),
            kind => kind.clone(),
        }
    }

    /// The GraphQL type, for messages.
    pub fn describe(&self) -> String {
        match self {
            OperandKind::Scalar(ScalarType::Int2) => "Int of 16 bits".into(),
            OperandKind::Scalar(scalar) => type_name(*scalar).into(),
            OperandKind::List(scalar) | OperandKind::Keys(scalar) => format!("[{}!]", type_name(*scalar)),
            OperandKind::Pattern(_) | OperandKind::JsonPath | OperandKind::Cursor(_) => "String".into(),
            OperandKind::NodeId(_) => "ID".into(),
            OperandKind::NodeIds(_) | OperandKind::NodePlaces { .. } => "[ID!]".into(),
            OperandKind::Rows { .. } | OperandKind::Steps { .. } => "Int".into(),
            OperandKind::Boolean => "Boolean".into(),
        }
    }
}

/// A value that is bound to a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlValue {
    /// `null`
    Null,
    /// `boolean`
    Bool(bool),
    /// `smallint`
    Int2(i16),
    /// `integer`
    Int4(i32),
    /// `bigint`
    Int8(i64),
    /// `real`
    Float4(f32),
    /// `double precision`
    Float8(f64),
    /// `text`, without null characters; also labels of enums
    Text(String),
    /// `numeric`
    Numeric(Decimal),
    /// `uuid`
    Uuid([u8; 16]),
    /// `date`: days since 2000-01-01
    Date(i32),
    /// `timestamp` and `timestamptz`: microseconds since 2000-01-01T00:00:00 (UTC)
    Timestamp(i64),
    /// `time`: microseconds since midnight
    Time(i64),
    /// `interval`
    Interval(Interval),
    /// `bytea`
    Bytes(Vec<u8>),
    /// `inet`
    Network(Network),
    /// `jsonb`, as JSON text
    Jsonb(String),
    /// A range
    Range(Box<Range>),
    /// `jsonpath`, as text
    JsonPath(String),
    /// A value that came from Postgres, in its binary format
    Binary(Vec<u8>),
    /// An array of values that are not lists.
    List(Vec<SqlValue>),
}

/// Why a value cannot be bound.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Mistake {
    /// It is of another type.
    #[error("{found} is no `{expected}`")]
    Type {
        /// The GraphQL type that is wanted.
        expected: String,
        /// The value as JSON, unless it is long.
        found: String,
    },
    /// A text has a null character, which Postgres cannot store.
    #[error("a text cannot have the null character U+0000 in it")]
    NullCharacter,
    /// A pattern ends within an escape.
    #[error("the pattern ends with a lone escape character `\\`")]
    Escape,
    /// It is null, or a list holds null.
    #[error("null is no `{0}`")]
    Null(String),
    /// A number of rows is below zero.
    #[error("{0} is negative, and `limit` and `offset` count rows")]
    Negative(i64),
    /// A number of rows is above the largest page.
    #[error(
        "{rows} is above the largest page of {max} \
         (setting `limits.max_limit`, or `max_limit` of the table)"
    )]
    TooManyRows {
        /// What was asked for.
        rows: i64,
        /// What is allowed.
        max: u32,
    },
    /// A number of steps is below zero.
    #[error("{0} is negative, and `maxDepth` counts steps")]
    NegativeSteps(i64),
    /// A number of steps is above the largest.
    #[error("{steps} is above the deepest recursion of {max} (setting `limits.max_recursion`)")]
    TooManySteps {
        /// What was asked for.
        steps: i64,
        /// What is allowed.
        max: u32,
    },
    /// There are more global ids than a page has rows.
    #[error("{ids} ids are above the largest page of {max} (setting `limits.max_limit`)")]
    TooManyIds {
        /// How many there are.
        ids: usize,
        /// How many there may be.
        max: u32,
    },
    /// A text is not a cursor of the list.
    #[error(transparent)]
    Cursor(#[from] crate::cursor::Mistake),
    /// A text is not the global id of a row.
    #[error("it is no id of a row, or it was changed; take it from `nodeId` as it is")]
    NodeId,
}

impl Mistake {
    /// The kind of mistake for a client's program.
    pub fn code(&self) -> Code {
        match self {
            Mistake::TooManyRows { .. } | Mistake::TooManyIds { .. } | Mistake::TooManySteps { .. } => {
                Code::LimitExceeded
            }
            Mistake::Cursor(_) => Code::InvalidCursor,
            Mistake::NodeId => Code::InvalidId,
            _ => Code::BadUserInput,
        }
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            SqlValue::Null => return Ok(IsNull::Yes),
            SqlValue::Bool(value) => out.put_u8(u8::from(*value)),
            SqlValue::Int2(value) => out.put_i16(*value),
            SqlValue::Int4(value) | SqlValue::Date(value) => out.put_i32(*value),
            SqlValue::Int8(value) | SqlValue::Timestamp(value) | SqlValue::Time(value) => out.put_i64(*value),
            SqlValue::Interval(Interval { months, days, microseconds }) => {
                out.put_i64(*microseconds);
                out.put_i32(*days);
                out.put_i32(*months);
            }
            SqlValue::Bytes(bytes) | SqlValue::Binary(bytes) => out.put_slice(bytes),
            SqlValue::Network(network) => network.write(|part| out.put_slice(part)),
            SqlValue::Float4(value) => out.put_f32(*value),
            SqlValue::Float8(value) => out.put_f64(*value),
            SqlValue::Text(text) => out.put_slice(text.as_bytes()),
            SqlValue::Numeric(value) => value.write(out),
            SqlValue::Uuid(bytes) => out.put_slice(bytes),
            SqlValue::Jsonb(text) | SqlValue::JsonPath(text) => {
                // The version of either format.
                out.put_u8(1);
                out.put_slice(text.as_bytes());
            }
            SqlValue::Range(range) => return range.to_sql(ty, out),
            SqlValue::List(items) => return items.to_sql(ty, out),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        // The statement declares its parameters' types itself, and `parse` makes values of just these.
        true
    }

    to_sql_checked!();
}
