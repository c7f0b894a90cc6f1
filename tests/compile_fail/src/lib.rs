//! What a file with tables in it sees of the engine, without the engine.

pub use onefold_macros::{Enum, Scalar, Schema, Table, Union, interface};
pub use onefold_schema as schema;

/// As in the engine, but for what compiles operations.
pub mod prelude {
    pub use onefold_macros::{Enum, Scalar, Schema, Table, Union, interface};
    pub use onefold_schema::{
        Bytea, CiText, Date, Decimal, Inet, Interval, Json, Jsonb, Many, One, Range, Schema, Table, Time,
        Timestamp, Timestamptz, TsVector, Uuid, Vector,
    };
}
