//! Rows of several shards → one list. Knows the binary format of cells and records, and neither where rows come from
//! nor what is written from them.

pub mod connection;
mod error;
pub mod merge;
pub mod order;
pub mod records;

pub use error::Malformed;
