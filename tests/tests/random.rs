//! Random schemas, rows and operations over them, and how an operation is made smaller: for the tests that compare what
//! is answered with what something else answers.

pub mod document;
pub mod draft;
pub mod operation;
pub mod schema;
pub mod script;
pub mod values;

mod arguments;
mod relations;
mod rows;

pub use rows::Row;
