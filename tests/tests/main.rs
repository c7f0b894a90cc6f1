//! The integration tests, in one binary.

mod compile_fail;
mod derive;
mod private_postgres;
