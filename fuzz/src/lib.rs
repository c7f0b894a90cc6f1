//! What the fuzz targets share: a compiler for the music store, and a Postgres that must take the statements.
#![forbid(unsafe_code)]

pub mod bytes;
pub mod postgres;

use std::sync::OnceLock;

use music::Music;
use onefold::compile::Compiler;
use onefold::config::Config;
use onefold::schema::Schema;

/// The compiler of the music store. It forgets soon, so that memory does not grow with what was tried.
pub fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| {
        let mut config = Config::default();
        config.limits.cached_operations = 50;
        Compiler::new(Music::SCHEMA, config).expect("the schema is right")
    })
}
