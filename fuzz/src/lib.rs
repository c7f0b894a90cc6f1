//! What the fuzz targets share: a compiler for the music store, and a Postgres that must take the statements.
#![forbid(unsafe_code)]

pub mod bytes;
pub mod postgres;

use std::sync::OnceLock;

use music::Music;
use onefold::compile::Compiler;
use onefold::config::Config;
use onefold::cursor;
use onefold::schema::Schema;

/// The global id of a row by its integer key; `of` is what tells its table apart, `Track with trackId`.
pub fn node_id(of: &str, key: i32) -> String {
    let key = key.to_be_bytes();
    let cells = || [Some(&key[..])].into_iter();
    let room = cursor::room(cells());
    let mut text = vec![0; room.all()];
    cursor::write(&mut text, room, cursor::fingerprint(of), cells());
    text.truncate(room.text);
    String::from_utf8(text).expect("an id is text")
}

/// The compiler of the music store. It forgets soon, so that memory does not grow with what was tried.
pub fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| {
        let mut config = Config::default();
        config.limits.cached_operations = 50;
        Compiler::new(Music::SCHEMA, config).expect("the schema is right")
    })
}
