//! The integration tests, as one program: it links once.

mod bad_input;
mod cases;
mod catalog;
mod compile_fail;
mod demo;
mod derive;
mod pool;
mod private_postgres;
