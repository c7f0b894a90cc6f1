//! What can be wrong with cells and records from the wire.

/// Bytes that Postgres would not send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The length is not that of the type.
    #[error("{actual} bytes, expected {expected} of type `{ty}`")]
    Length {
        /// The Postgres type.
        ty: &'static str,
        /// The length of each value of the type.
        expected: usize,
        /// The length that was sent.
        actual: usize,
    },
    /// A text has a null character in it.
    #[error("text with the null character U+0000, which Postgres does not store")]
    NullCharacter,
    /// A `numeric` whose header or digits contradict its format.
    #[error("numeric {part} of {value}, which its format does not have")]
    Numeric {
        /// The part of the value: `sign` or `digit`.
        part: &'static str,
        /// What was sent there.
        value: u16,
    },
    /// A row or a record has too few cells.
    #[error("{actual} cells, expected {expected}")]
    Cells {
        /// How many cells are needed.
        expected: usize,
        /// How many there are.
        actual: usize,
    },
    /// The number of a record's cells is below zero.
    #[error("record of {0} cells")]
    CellCount(i32),
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
    /// A cell that should hold records is of another type.
    #[error("records in a cell of the type with the number {0}, which is not `bytea`")]
    Type(u32),
    /// A cell is so long that its length cannot be written.
    #[error("cell of {0} bytes, which is more than a record can have")]
    TooLong(usize),
}
