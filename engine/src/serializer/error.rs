//! What can be wrong with the rows of a statement, and what is wrong with single values of them.
//!
//! [`Error`] is the wire's or the statement's fault and ends the response. A [`ValueFault`] is a value that
//! GraphQL cannot express; it becomes an entry of `errors` and a null in `data`.

use std::str::Utf8Error;

use onefold_schema::EnumDef;

/// Rows that are not what the operation's statement returns.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes of a cell are not a value of its type.
    #[error("malformed cell for `{path}`: {fault}")]
    Malformed {
        /// The response path without list indexes, `tracks.bytes`.
        path: String,
        /// What is wrong with the bytes.
        fault: Malformed,
    },
    /// A row of the statement has another number of cells.
    #[error("row of {actual} cells, expected {expected}")]
    RowCells {
        /// How many cells the operation reads.
        expected: usize,
        /// How many cells the row has.
        actual: usize,
    },
    /// The statement returned more rows than the operation allows.
    #[error("more rows than expected, which is at most {expected}")]
    TooManyRows {
        /// The largest number of rows.
        expected: usize,
    },
    /// The statement returned no row, and the operation needs one.
    #[error("no row, expected one")]
    MissingRow,
    /// A field error makes `data` or a list in it null, and a part of that is already handed out.
    #[error("a field error makes null what is sent in part already: {errors}")]
    NullTooLate {
        /// The entries of `errors` of the row in which it is, as JSON.
        errors: String,
    },
}

/// Bytes that Postgres would not send for the type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The length is not that of the type.
    #[error("{actual} bytes, expected {expected} of type `{scalar}`")]
    Length {
        /// The Postgres type.
        scalar: &'static str,
        /// The length of each value of the type.
        expected: usize,
        /// The length that was sent.
        actual: usize,
    },
    /// A record has another number of cells.
    #[error("record of {actual} cells, expected {expected}")]
    Cells {
        /// How many cells the operation reads.
        expected: usize,
        /// How many cells the record has.
        actual: i32,
    },
    /// A record is of a variant that the operation does not read.
    #[error("record of the variant {0}, which there is not")]
    Variant(i32),
    /// A cell of a record is of another type.
    #[error(
        "cell {cell} of the record is of the type with the number {oid}, which is not that of the schema"
    )]
    Type {
        /// The position of the cell.
        cell: usize,
        /// The number of the type in `pg_type`.
        oid: u32,
    },
    /// A record ends before its cells do.
    #[error("record with {actual} bytes left, expected {expected} more")]
    Truncated {
        /// How many bytes its next part needs.
        expected: usize,
        /// How many bytes there are.
        actual: usize,
    },
    /// The length of a cell is below -1.
    #[error("cell of length {0}, expected -1 or more")]
    CellLength(i32),
    /// There is something behind the end of a record.
    #[error("{0} bytes behind the end of the record, expected none")]
    Trailing(usize),
    /// An array says of itself what none is.
    #[error("array {part} of {value}, which its format does not have")]
    Array {
        /// The part of its header.
        part: &'static str,
        /// What was sent there.
        value: i32,
    },
    /// The items of an array are of another type.
    #[error("the items of the array are of the type with the number {0}, which is not that of the schema")]
    ItemType(u32),
    /// An array ends before its items do.
    #[error("array with {actual} bytes left, expected {expected} more")]
    ArrayEnds {
        /// How many bytes its next part needs.
        expected: usize,
        /// How many bytes there are.
        actual: usize,
    },
    /// There is something behind the end of an array.
    #[error("{0} bytes behind the end of the array, expected none")]
    BehindArray(usize),
    /// A range ends before its bounds do.
    #[error("range with {actual} bytes left, expected {expected} more")]
    RangeEnds {
        /// How many bytes its next part needs.
        expected: usize,
        /// How many bytes there are.
        actual: usize,
    },
    /// There is something behind the end of a range.
    #[error("{0} bytes behind the end of the range, expected none")]
    BehindRange(usize),
    /// Text is not UTF-8.
    #[error("text is not UTF-8: {0}")]
    Utf8(#[from] Utf8Error),
    /// The format of `jsonb` has a version, and this is another one.
    #[error("jsonb version {0}, expected 1")]
    JsonbVersion(u8),
    /// A JSON value without any text.
    #[error("empty JSON text, expected a value")]
    EmptyJson,
    /// A date or timestamp that Postgres does not have, in the unit of the type.
    #[error("{value} is out of the range of type `{scalar}`")]
    Range {
        /// The Postgres type.
        scalar: &'static str,
        /// The value: days or microseconds since 2000-01-01.
        value: i64,
    },
    /// A `numeric` whose header or digits contradict its format.
    #[error("numeric {part} of {value}, which its format does not have")]
    Numeric {
        /// The part of the value: `sign`, `scale` or `digit`.
        part: &'static str,
        /// What was sent there.
        value: u16,
    },
}

/// A value that Postgres has and GraphQL has not: a field error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ValueFault {
    #[error("null in a field that is not nullable")]
    Null,
    #[error("the object of a field that is not nullable is missing")]
    Absent,
    #[error("the value `{value}` of type `{scalar}` has no representation in GraphQL")]
    NotFinite { scalar: &'static str, value: &'static str },
    #[error("an array of {0} dimensions has no representation in GraphQL, as columns are lists of one")]
    Dimensions(i32),
    #[error(
        "an array whose first item has the number {0} has no representation in GraphQL, as lists begin at 1"
    )]
    LowerBound(i32),
    #[error("{}", unavailable(.shards))]
    Unavailable { shards: Vec<String> },
    #[error("the label `{label}` of the Postgres enum `{}` is no value of the enum `{}`", .def.type_name, .def.name)]
    UnknownLabel { label: String, def: &'static EnumDef },
}

impl ValueFault {
    /// The `extensions.code` of the error.
    pub(super) fn code(&self) -> &'static str {
        match self {
            ValueFault::Null => "UNEXPECTED_NULL",
            ValueFault::Absent => "MISSING_OBJECT",
            ValueFault::NotFinite { .. } => "NOT_FINITE",
            ValueFault::Dimensions(_) | ValueFault::LowerBound(_) => "NOT_A_LIST",
            ValueFault::Unavailable { .. } => "SHARD_UNAVAILABLE",
            ValueFault::UnknownLabel { .. } => "UNKNOWN_ENUM_LABEL",
        }
    }
}

fn unavailable(shards: &[String]) -> String {
    match shards {
        [shard] => format!("the shard `{shard}` is not available"),
        shards => {
            let names: Vec<_> = shards.iter().map(|shard| format!("`{shard}`")).collect();
            format!("the shards {} are not available", names.join(", "))
        }
    }
}

/// Why the bytes of a value were not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Malformed(Malformed),
    Value(ValueFault),
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Fault::Malformed(malformed)
    }
}

impl From<ValueFault> for Fault {
    fn from(value: ValueFault) -> Self {
        Fault::Value(value)
    }
}
