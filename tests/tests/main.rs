//! The integration tests, as one program: it links once.

mod bad_input;
mod cases;
mod private_postgres;
