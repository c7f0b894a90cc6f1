//! The command `explain`: Postgres' plan beside ours, and what in it is going to be slow.

use std::fs;
use std::process::{Command, Output, Stdio};

use onefold::prelude::*;
use onefold_tests::store::Store;
use serde_json::Value;
use tempfile::TempDir;

/// A store with so many rows that it matters, and no index on `album.artist_id`.
const ROWS: &str = "
    INSERT INTO artist SELECT i, 'artist ' || i FROM generate_series(1, 2000) AS i;
    INSERT INTO album SELECT i, 'album ' || i, 1 + i % 2000 FROM generate_series(1, 5000) AS i;
    DROP INDEX album_artist_id_idx;
    ANALYZE artist, album;";

const DOCUMENT: &str = "
query Artist($id: Int!) { artist(artistId: $id) { name } }
query Artists { artists(limit: 20) { name albums(orderBy: {title: ASC}, limit: 3) { title } } }
query Newest { albums(orderBy: {title: DESC}, limit: 5) { title artist { name } } }
query Named($name: String!) { artists(where: {name: {contains: $name}}) { artistId } }
query Nothing { __typename }
";

fn explain(folder: &TempDir, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_store"));
    command.args(["explain", "store.graphql", "--database-url", url]).args(arguments);
    command.current_dir(folder.path()).env_clear().stdin(Stdio::null());
    command.output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("it is UTF-8")
}

/// What is found in an operation, from its JSON.
fn findings(folder: &TempDir, url: &str, arguments: &[&str]) -> Vec<Value> {
    let output = explain(folder, url, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let explained: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let statements = explained["statements"].as_array().expect("there are statements");
    statements.iter().flat_map(|it| it["findings"].as_array().expect("they have findings").clone()).collect()
}

#[test]
fn what_is_slow_is_pointed_out() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(onefold_tests::database());
    runtime.block_on(database.execute(&(onefold::catalog::ddl(Store::SCHEMA) + ROWS)));
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("store.graphql"), DOCUMENT).expect("the folder is ours");
    let find = |arguments: &[&str]| findings(&folder, &database.url, arguments);

    // By key, for any value and for one.
    assert_eq!(find(&["--operation", "Artist"]), [] as [Value; 0]);
    assert_eq!(find(&["--operation", "Artist", "--variables", "{\"id\": 7}"]), [] as [Value; 0]);
    assert_eq!(find(&["--operation", "Nothing"]), [] as [Value; 0]);

    let albums = find(&["--operation", "Artists"]);
    assert_eq!(albums.len(), 1, "{albums:?}");
    assert_eq!(albums[0]["kind"], "missing_index");
    assert_eq!(albums[0]["table"], "album");
    assert_eq!(albums[0]["rows"], 5000);
    assert_eq!(albums[0]["suggestion"], "CREATE INDEX ON album (artist_id);");

    let newest = find(&["--operation", "Newest"]);
    let suggestion = &newest.iter().find(|it| it["table"] == "album").expect("it is found")["suggestion"];
    assert_eq!(suggestion, "CREATE INDEX ON album (title DESC, album_id);");

    // No usual index finds text within a text.
    let named = find(&["--operation", "Named"]);
    assert_eq!((named[0]["kind"].as_str(), &named[0]["suggestion"]), (Some("sequential_scan"), &Value::Null));
    let large = ["--operation", "Named", "--large-table", "2001"];
    assert_eq!(find(&large), [] as [Value; 0]);

    // Once the index is there, it is used.
    runtime.block_on(database.execute("CREATE INDEX ON album (artist_id); ANALYZE album"));
    assert_eq!(find(&["--operation", "Artists"]), [] as [Value; 0]);
}

#[test]
fn the_plans_stand_beside_each_other() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(onefold_tests::database());
    runtime.block_on(database.execute(&(onefold::catalog::ddl(Store::SCHEMA) + ROWS)));
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("store.graphql"), DOCUMENT).expect("the folder is ours");

    let output = explain(&folder, &database.url, &["--operation", "Artists"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // Costs differ between versions of Postgres.
    let mut lines = Vec::new();
    for line in text(&output.stdout).lines() {
        lines.push(line.split_once("  (cost=").map_or(line, |(line, _)| line));
    }
    insta::assert_snapshot!(lines.join("\n"));

    let any = explain(&folder, &database.url, &["--operation", "Artist"]);
    assert!(text(&any.stdout).contains("Postgres' plan for any values"), "{}", text(&any.stdout));
    assert!(text(&any.stdout).contains("artist_id = $1"), "{}", text(&any.stdout));
    let given = explain(&folder, &database.url, &["--operation", "Artist", "--variables", "{\"id\": 7}"]);
    assert!(text(&given.stdout).contains("artist_id = 7"), "{}", text(&given.stdout));

    let wrong = explain(&folder, &database.url, &["--operation", "Artist", "--variables", "{\"id\": \"x\"}"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("--> store.graphql:2:14"), "{}", text(&wrong.stderr));
    let away = explain(&folder, "postgres://nobody@127.0.0.1:1/none", &["--operation", "Artists"]);
    assert_eq!(away.status.code(), Some(1));
    assert!(text(&away.stderr).contains("error: cannot explain the operation\n"), "{}", text(&away.stderr));
}
