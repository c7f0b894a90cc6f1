//! The server of the music store.
fn main() {}
