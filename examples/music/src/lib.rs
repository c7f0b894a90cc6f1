//! The Chinook music store: its eleven tables as Rust structs, what its clients ask, and a demo of it that needs no database.
#![forbid(unsafe_code)]

pub mod demo;
pub mod schema;

use onefold::known::Document;

pub use schema::Music;

/// What is in the folder `operations`.
pub const OPERATIONS: &[Document] = onefold::operations!();
