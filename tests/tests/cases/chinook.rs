//! Where the Chinook database is, which is not part of this repository.

use std::path::Path;
use std::{env, fs};

/// Names the file with Chinook's SQL script for Postgres.
pub const VARIABLE: &str = "ONEFOLD_CHINOOK";

/// Where the script is looked for otherwise, from the workspace.
const SCRIPT: &str = "../shared/data/chinook.sql";

/// What the schema `Extended` needs.
const EXTENDED: &str = include_str!("extended.sql");

/// The script that makes and fills Chinook's tables, when it is there, and what else the cases need.
pub fn script() -> Option<String> {
    let path = env::var_os(VARIABLE)
        .map(Into::into)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(SCRIPT));
    let script = fs::read_to_string(path).ok()?;
    // The published script makes the database itself and uses psql to enter it.
    let kept = script.lines().filter(|line| {
        !line.starts_with("CREATE DATABASE") && !line.starts_with("DROP DATABASE") && !line.starts_with('\\')
    });
    Some(kept.chain(EXTENDED.lines()).collect::<Vec<_>>().join("\n"))
}
