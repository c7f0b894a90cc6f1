//! Vectors of pgvector.

use crate::{ColumnType, ScalarType};

/// `vector(N)` of the extension [pgvector](https://github.com/pgvector/pgvector), GraphQL `[Float!]`: a list of `N` numbers. Rows
/// are ordered by how near to another vector they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vector<const N: u16>(());

impl<const N: u16> ColumnType for Vector<N> {
    const SCALAR: ScalarType = {
        // `VECTOR_MAX_DIM`
        assert!(N > 0 && N <= 16_000, "a vector of pgvector has 1 to 16000 numbers");
        ScalarType::Vector(N)
    };
    type Base = Vector<N>;
}
