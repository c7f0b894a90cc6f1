//! What a file with tables in it sees of the engine, without the engine.

pub use onefold_macros::{Enum, Schema, Table};
pub use onefold_schema as schema;

/// As in the engine, but for what compiles operations.
pub mod prelude {
    pub use onefold_macros::{Enum, Schema, Table};
    pub use onefold_schema::{
        Date, Decimal, Json, Jsonb, Many, One, Schema, Table, Timestamp, Timestamptz, Uuid,
    };
}
