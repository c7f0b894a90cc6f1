//! The program as `make demo` runs it, with no database anywhere: over HTTP, in a browser, and when it is stopped.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use onefold_tests::demo::Demo;
use serde_json::{Value, json};

/// The program.
const MUSIC: &str = env!("CARGO_BIN_EXE_music");

#[test]
fn answers_queries() {
    let demo = Demo::start(MUSIC, &[]);
    let answer = demo.query(
        "{
            artist(artistId: 1) { albums(limit: 1) { artist { artistId } tracks(limit: 2) { genre { genreId } } } }
            invoices(where: {total: {gt: \"10.00\"}}, limit: 3) { invoiceLines { track { name } } }
            employees(where: {manager: {reportsTo: {isNull: true}}}) { manager { employeeId } reports { title } }
        }",
    );
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    assert_eq!(answer["data"]["artist"]["albums"][0]["artist"]["artistId"], 1, "{answer:#}");
    assert_eq!(answer["data"]["invoices"].as_array().map(Vec::len), Some(3), "{answer:#}");
    assert_eq!(answer["data"]["employees"].as_array().map(Vec::len), Some(4), "{answer:#}");
}

#[test]
fn counts_for_prometheus() {
    let demo = Demo::start(MUSIC, &[]);
    // Not ready before there is a connection to fold over.
    assert_eq!(demo.get("/health/ready"), r#"{"status":"ready"}"#);
    for id in 1..=3 {
        demo.query(&format!("{{ genre(genreId: {id}) {{ name }} }}"));
    }
    let metrics = demo.get("/metrics");
    assert!(metrics.contains("onefold_fold_requests_total 3\n"), "{metrics}");
    assert!(metrics.contains("onefold_fold_batch_members_bucket{le=\"1\"} 3\n"), "{metrics}");
}

#[test]
fn stops_when_asked_and_leaves_nothing_behind() {
    let mut demo = Demo::start(MUSIC, &[]);
    let folder = demo.folder.path().to_owned();
    let folders = || fs::read_dir(&folder).unwrap().count();
    assert_ne!(folders(), 0, "the cluster lives in the temporary folder");
    let status = demo.stop();
    assert!(status.success(), "{status}");
    assert_eq!(folders(), 0);
}

/// Needs Chromium and Node, which `make test` installs; says so when they are not there.
#[test]
fn graphiql_answers_in_a_browser() {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser");
    let Some(browser) = browser() else { return eprintln!("skipped: there is no Chromium") };
    if !scripts.join("node_modules").exists() {
        return eprintln!("skipped: `npm ci` has not been run in tests/browser");
    }
    let demo = Demo::start(MUSIC, &[]);
    let mut command = Command::new("node");
    command.arg(scripts.join("graphiql.mjs")).arg(browser).arg(&demo.url);
    command.arg("{ genres(limit: 2) { genreId name } playlist(playlistId: 2) { name } }");
    // The picture of the README is taken by `ONEFOLD_SCREENSHOT=docs/graphiql.png make test`.
    if let Some(screenshot) = env::var_os("ONEFOLD_SCREENSHOT") {
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(screenshot));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        result["data"],
        json!({
            "genres": [{"genreId": 1, "name": "Rock"}, {"genreId": 2, "name": "Jazz"}],
            "playlist": {"name": "Sunday Morning"}
        }),
        "{result:#}"
    );
}

/// Chromium or Chrome: `scripts/test.sh` names it, and a run by hand may have one on its `PATH`.
fn browser() -> Option<PathBuf> {
    if let Some(browser) = env::var_os("ONEFOLD_BROWSER") {
        return Some(browser.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.exists())
}
