//! The integration tests, as one program: it links once.

mod bad_input;
mod cases;
mod cli;
mod compile_fail;
mod derive;
mod disconnect;
mod http;
mod node;
mod private_postgres;
