//! README.md and ARCHITECTURE.md are true: Rust in them compiles, GraphQL becomes the SQL below it, and limits are the
//! defaults.

// `server!` makes a `main` that nothing calls here.
#[allow(dead_code)]
mod schema;

use onefold::config::Config;
use onefold::prelude::*;

use schema::Music;

const README: &str = include_str!("../../README.md");
/// The section whose operations are those of the shop.
const SHARDS: &str = "## Several shards";
const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");

#[test]
fn the_schema_is_one_that_compiles() {
    let [schema, ..] = blocks(README, "rust")[..] else { panic!("README.md has no Rust") };
    assert_eq!(schema, include_str!("readme/schema.rs"));
}

#[test]
fn graphql_becomes_the_sql_beside_it() {
    let (before, rest) = README.split_once(SHARDS).expect("README.md is about shards");
    let (shards, after) = rest.split_once("\n## ").expect("another section follows");
    check_statements(&[before, after].concat(), Music::sql);
    check_statements(shards, shop::Shop::sql);
    check_statements(ARCHITECTURE, music::Music::sql);
}

fn check_statements(text: &str, compile: fn(&str) -> String) {
    let (documents, statements) = (blocks(text, "graphql"), blocks(text, "sql"));
    assert!(!documents.is_empty() && documents.len() == statements.len());
    for (document, statement) in documents.into_iter().zip(statements) {
        assert_eq!(compile(document), statement.trim_end());
    }
}

#[test]
fn the_test_that_it_shows_is_one_that_passes() {
    let shown: Vec<_> =
        blocks(README, "rust").into_iter().filter(|block| block.contains("#[test]")).collect();
    assert!(!shown.is_empty());
    for test in shown {
        assert!(include_str!("readme.rs").contains(test), "this file has no\n{test}");
    }
}

#[test]
fn an_album_by_key() {
    insta::assert_snapshot!(Music::sql("{ album(albumId: 1) { title } }"), @r"
    SELECT album.title
    FROM album
    WHERE album.album_id = $1::int4
    ");
}

#[test]
fn limits_are_the_defaults() {
    let config = serde_json::to_value(Config::default()).expect("settings are JSON");
    for (name, default) in config["limits"].as_object().expect("limits are a section") {
        let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
        let row = README.lines().find(|line| line.starts_with(&format!("| `limits.{name}` |")));
        let row = row.unwrap_or_else(|| panic!("README.md has no row for `limits.{name}`"));
        assert!(row.contains(&format!("| {default} |")), "the default is {default}: {row}");
    }
}

/// The blocks of code in a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("{language}\n");
    let parts = text.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.strip_prefix(opening.as_str())).collect()
}
