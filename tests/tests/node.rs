//! What the reference implementations in JavaScript say about a server: graphql-http audits the transport, graphql-js
//! reads the introspection. They need the packages that `npm ci` in `tests/node` installs; a machine without Node.js
//! goes without them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use music::Music;
use onefold::config::Config;
use onefold::engine::Engine;
use onefold::schema::Schema;

use crate::http::client::Server;

/// Runs a script of `tests/node` against a server, with this text as its input.
fn run(script: &str, input: &str) {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("Node.js is not installed: `{script}` was not run");
        return;
    }
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    assert!(
        directory.join("node_modules").exists(),
        "the packages of `tests/node` are not installed: run `npm ci` there, or `make test`"
    );
    let server = Server::of(Music::SCHEMA, Config::default());
    let mut node = Command::new("node")
        .arg(script)
        .arg(format!("http://{}/graphql", server.address()))
        .current_dir(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Node.js starts");
    let mut stdin = node.stdin.take().expect("it has an input");
    // A script that fails early does not read it, and says why.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = node.wait_with_output().expect("the script ends");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
}

#[test]
fn the_audits_of_graphql_over_http_pass() {
    run("audits.mjs", "");
}

#[test]
fn graphql_js_reads_the_introspection_as_the_sdl() {
    let mut config = Config::default();
    config.database.url = Some("postgres://nobody@127.0.0.1:1/none".to_owned());
    let engine = Engine::new(Music::SCHEMA, config).expect("the schema is right");
    run("schema.mjs", engine.sdl());
}
