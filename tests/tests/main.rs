//! The integration tests, in one binary.

mod compile_fail;
mod derive;
