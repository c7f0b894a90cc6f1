//! The integration tests, as one program: it links once.

mod bad_input;
mod cases;
mod compile_fail;
mod derive;
mod private_postgres;
