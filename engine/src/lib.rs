//! Onefold: a compile-time SQL-compiling GraphQL engine for Postgres.
#![deny(unsafe_code)]

// The derive macros name `::onefold`, in this crate too.
#[allow(unused_extern_crates)]
extern crate self as onefold;

pub mod catalog;
pub mod cli;
pub mod compile;
pub mod config;
pub mod document;
pub mod engine;
pub mod error;
pub mod introspection;
pub mod model;
pub mod operation;
pub mod plan;
pub mod pool;
pub mod private_postgres;
pub mod serializer;
pub mod server;
pub mod snapshot;
pub mod sql;
pub mod surface;
pub mod value;
pub mod wire;

pub use onefold_macros::{Enum, Schema, Table};
pub use onefold_schema as schema;
pub use snapshot::Sql;

/// What a file with tables in it needs: `use onefold::prelude::*;`.
pub mod prelude {
    pub use crate::Sql;
    pub use onefold_macros::{Enum, Schema, Table};
    pub use onefold_schema::{
        Date, Decimal, Json, Jsonb, Many, One, Schema, Table, Timestamp, Timestamptz, Uuid,
    };
}
