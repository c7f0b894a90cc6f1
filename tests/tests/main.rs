//! The integration tests, in one binary.

mod derive;
mod private_postgres;
