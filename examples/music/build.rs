//! Compiles what clients ask, so that a mistake in it is one of the build.

// Most of it only the program has a use for.
#[allow(dead_code)]
#[path = "src/schema/mod.rs"]
mod schema;

fn main() {
    onefold::build::operations::<schema::Music>("operations");
}
