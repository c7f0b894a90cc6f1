//! The integration tests, as one program: it links once.

mod bad_input;
mod cases;
mod catalog;
mod check_shards;
mod cli;
mod demo;
mod derive;
mod disconnect;
mod folding;
mod http;
mod node;
mod pgbouncer;
mod pool;
mod private_postgres;
mod readme;
mod relations;
mod reload;
mod slot_table;
mod slots;
mod streaming;
mod tidy;
mod values;
