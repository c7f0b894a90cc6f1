//! README.md is true: its Rust compiles, its GraphQL becomes its SQL, and its limits are the defaults.

// `server!` makes a `main` that nothing calls here.
#[allow(dead_code)]
mod schema;

use onefold::config::Config;
use onefold::prelude::*;

use schema::Music;

const README: &str = include_str!("../../README.md");

#[test]
fn the_schema_is_one_that_compiles() {
    let [schema, ..] = blocks("rust")[..] else { panic!("README.md has no Rust") };
    assert_eq!(schema, include_str!("readme/schema.rs"));
}

#[test]
fn graphql_becomes_the_sql_beside_it() {
    let (documents, statements) = (blocks("graphql"), blocks("sql"));
    assert!(!documents.is_empty() && documents.len() == statements.len());
    for (document, statement) in documents.into_iter().zip(statements) {
        assert_eq!(Music::sql(document), statement.trim_end());
    }
}

#[test]
fn the_test_that_it_shows_is_one_that_passes() {
    let shown: Vec<_> = blocks("rust").into_iter().filter(|block| block.contains("#[test]")).collect();
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
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("{language}\n");
    let parts = README.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.strip_prefix(opening.as_str())).collect()
}
