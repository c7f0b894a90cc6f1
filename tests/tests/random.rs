//! Random schemas, rows and operations over them, and how an operation is made smaller: for the tests that compare what
//! is answered with what something else answers.

pub mod document;
pub mod draft;
pub mod mode;
pub mod operation;
pub mod schema;
pub mod script;
pub mod values;

mod aggregate;
mod arguments;
mod relations;
mod rows;

use std::env;

pub use rows::Row;

/// A number that a variable of the environment can be.
///
/// # Panics
/// It is something else.
pub fn setting(name: &str, default: usize) -> usize {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => default,
    }
}
