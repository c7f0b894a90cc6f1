//! Compiles the documents of the test's server.

// Only the server has a use for most of it.
#[allow(dead_code)]
#[path = "src/store.rs"]
mod store;

fn main() {
    onefold::build::operations::<store::Store>("operations");
}
