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
    #[error("{actual} cells, expected {expected} or more")]
    Cells {
        /// How many cells there must be.
        expected: usize,
        /// How many there are.
        actual: usize,
    },
}
