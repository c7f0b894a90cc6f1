//! The program as `make demo` runs it, with no database anywhere: over HTTP, in a browser, and when it is stopped.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

#[test]
fn answers_queries() {
    let demo = Demo::start();
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
    let demo = Demo::start();
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
    let mut demo = Demo::start();
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
    let demo = Demo::start();
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

/// The running program.
struct Demo {
    process: Child,
    /// `http://127.0.0.1:…`
    url: String,
    /// The temporary folder that it was given.
    folder: tempfile::TempDir,
}

impl Demo {
    fn start() -> Demo {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_music"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        // Settings of whoever runs the tests must not get in.
        let variables = env::vars_os().filter(|(name, _)| {
            name.to_str().is_some_and(|name| name.starts_with("ONEFOLD_") && name != "ONEFOLD_PG_BIN")
        });
        for (name, _) in variables {
            command.env_remove(name);
        }
        open_to_others(folder.path());
        command.env_remove("DATABASE_URL").env("TMPDIR", folder.path()).current_dir(folder.path());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it wrote `{line}`"));
        Demo { process, url: url.to_owned(), folder }
    }

    fn query(&self, query: &str) -> Value {
        let body = json!({ "query": query }).to_string();
        let headers = format!(
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let answer = self.send("POST", "/graphql", &headers, &body);
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}\n\n{answer}"))
    }

    fn get(&self, path: &str) -> String {
        self.send("GET", path, "", "")
    }

    /// The body of the answer.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        // HTTP 1.0: the answer ends with the connection.
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    /// As a supervisor stops it.
    fn stop(&mut self) -> ExitStatus {
        Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        self.process.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// Postgres runs as another user when the tests run as root.
fn open_to_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
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
