//! The command line of a server, as a process of its own: results on the standard output, errors on the standard
//! error, exit codes.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Nothing listens on port 1.
const AWAY: &str = "postgres://nobody@127.0.0.1:1/none";

/// Runs the server of the test's schema in an empty directory, without any setting of the caller's environment.
fn store(directory: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_store"));
    command.args(arguments).current_dir(directory.path()).env_clear().stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    output(&mut store(&directory(), arguments))
}

fn output(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory can be made")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("results are UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("errors are UTF-8")
}

#[track_caller]
fn assert_fails(output: &Output, code: i32, message: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
    assert!(stderr(output).contains(message), "{}", stderr(output));
    assert_eq!(stdout(output), "");
}

#[test]
fn help_and_usage() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    for command in ["serve", "sdl", "sql", "operations", "explain", "check", "ddl"] {
        assert!(stdout(&help).contains(&format!("\n  {command} ")), "{}", stdout(&help));
    }
    assert!(stdout(&help).starts_with("The GraphQL schema `Store`"));
    assert_fails(&run(&[]), 2, "Usage: store <COMMAND>");
    assert_fails(&run(&["sevre"]), 2, "'serve'");
    assert_fails(&run(&["serve", "--port", "1"]), 2, "--port");
    assert_fails(&run(&["sql"]), 2, "<FILE>");
}

#[test]
fn sdl_and_ddl_need_no_database() {
    let sdl = run(&["sdl"]);
    assert!(sdl.status.success(), "{}", stderr(&sdl));
    assert!(stdout(&sdl).contains("\ntype Artist implements Node {\n"), "{}", stdout(&sdl));
    let ddl = run(&["ddl"]);
    assert!(ddl.status.success(), "{}", stderr(&ddl));
    assert!(stdout(&ddl).starts_with("CREATE TABLE artist ("), "{}", stdout(&ddl));
    let citus = run(&["ddl", "--citus"]);
    assert!(stdout(&citus).contains("\nSELECT create_reference_table('artist');\n"), "{}", stdout(&citus));
}

#[test]
fn sql_prints_the_statement_of_an_operation() {
    let directory = directory();
    let file = directory.path().join("artists.graphql");
    fs::write(
        &file,
        "query One($id: Int!) { artist(artistId: $id) { name } }\nquery All { artists { name } }",
    )
    .expect("the directory is writable");
    let all = output(&mut store(&directory, &["sql", "artists.graphql", "--operation", "All"]));
    assert!(all.status.success(), "{}", stderr(&all));
    assert!(stdout(&all).to_lowercase().contains("select"), "{}", stdout(&all));

    let one = ["sql", "artists.graphql", "--operation", "One", "--variables", "{\"id\": 1}"];
    let one = output(&mut store(&directory, &one));
    assert!(one.status.success(), "{}", stderr(&one));
    assert_ne!(stdout(&one), stdout(&all));

    // Many requests for one artist are one statement, and those for all are the same request.
    let folded = ["sql", "artists.graphql", "--folded", "--operation"];
    let one = output(&mut store(&directory, &[&folded[..], &["One"]].concat()));
    assert!(stdout(&one).contains("FROM unnest($1::int4[]) WITH ORDINALITY AS request"), "{}", stdout(&one));
    let none = output(&mut store(&directory, &[&folded[..], &["All"]].concat()));
    assert_eq!(stdout(&none).trim(), "");

    let mut piped = store(&directory, &["sql", "-"]);
    let mut piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut stdin = piped.stdin.take().expect("it has an input");
    stdin.write_all(b"{ artists { name } }").expect("the program reads");
    drop(stdin);
    let piped = piped.wait_with_output().expect("the program ends");
    assert_eq!(stdout(&piped), stdout(&all));

    assert_fails(&output(&mut store(&directory, &["sql", "artists.graphql"])), 1, "--> artists.graphql\n");
    assert_fails(&output(&mut store(&directory, &["sql", "nothing.graphql"])), 1, "`nothing.graphql`");
    let array = ["sql", "artists.graphql", "--operation", "All", "--variables", "[1]"];
    assert_fails(&output(&mut store(&directory, &array)), 1, "`--variables` must be a JSON object");
    fs::write(&file, "{ artists { nam } }").expect("the directory is writable");
    let drawn = "error: type `Artist` does not have a field `nam`\n --> artists.graphql:1:13\n  |\n\
                 1 | { artists { nam } }\n  |             ^^^ did you mean `name`?\n";
    assert_fails(&output(&mut store(&directory, &["sql", "artists.graphql"])), 1, drawn);
}

#[test]
fn known_operations_are_listed_with_their_ids() {
    let list = run(&["operations"]);
    assert!(list.status.success(), "{}", stderr(&list));
    let ids: Vec<_> = onefold_tests::OPERATIONS.iter().map(|document| document.id).collect();
    let expected = format!("{} artists.graphql Artist Artists\n{} nothing.graphql\n", ids[0], ids[1]);
    assert_eq!(stdout(&list), expected);

    // What a build has a use for is no setting that is mistyped.
    let directory = directory();
    let mut json = store(&directory, &["operations", "--json"]);
    let json = output(json.env("ONEFOLD_DATABASE_URL", AWAY).env("ONEFOLD_UPDATE", "1"));
    let manifest: serde_json::Value = serde_json::from_str(&stdout(&json)).expect("it is JSON");
    let entries = manifest.as_array().expect("it is a list");
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["documentId"], ids[0]);
    assert_eq!(entries[0]["operations"], serde_json::json!(["Artist", "Artists"]));
    assert_eq!(entries[1]["operations"], serde_json::json!([null]));
    assert_eq!(entries[1]["document"], "{\n  __typename\n}\n");
}

#[test]
fn only_known_operations_are_answered_when_that_is_asked_for() {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database-url", AWAY];
    let queries = ["/graphql?query=%7B__typename%7D", "/graphql?query=%7B%0A__typename%0A%7D"];
    let open = Running::start(store(&directory(), &arguments));
    let closed = Running::start(store(&directory(), &[&arguments[..], &["--only-known"]].concat()));
    for query in queries {
        assert!(open.get(query).ends_with(r#"{"data":{"__typename":"Query"}}"#));
        assert!(closed.get(query).contains(r#""code":"PERSISTED_QUERY_ONLY""#));
    }
    let known = format!("/graphql?documentId={}", onefold_tests::OPERATIONS[1].id);
    assert!(closed.get(&known).ends_with(r#"{"data":{"__typename":"Query"}}"#));
}

#[test]
fn operations_are_checked_without_a_database() {
    let directory = directory();
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("the directory is writable");
    };
    write(
        "one.graphql",
        "query One { a: artists { name } artist(artistId: 1) { name } }\nquery None { __typename }",
    );
    write("two.graphql", "{ artists(limit: 100000) { name } }");
    let check = ["check", "--operations", "one.graphql", "two.graphql"];
    let report = output(&mut store(&directory, &check));
    assert_eq!(report.status.code(), Some(1), "{}", stderr(&report));
    let (fine, refused) = stdout(&report).split_once("`two.graphql` is refused:\n").map_or_else(
        || panic!("{}", stdout(&report)),
        |(fine, refused)| (fine.to_owned(), refused.to_owned()),
    );
    assert_eq!(fine, "`one.graphql`, `One`:\n  `a`, `artist`: one statement\n`one.graphql`, `None`:\n");
    assert!(refused.starts_with("  error: `limit`: 100000 is above"), "{refused}");
    assert!(
        refused.contains("`limits.max_limit`") && refused.contains("\n   --> two.graphql:1:18\n"),
        "{refused}"
    );

    let citus = output(store(&directory, &check[..3]).env("ONEFOLD_DATABASE__DIALECT", "citus"));
    assert!(citus.status.success(), "{}", stderr(&citus));
    assert!(stdout(&citus).contains("\n  `a`, `artist`: routed\n"), "{}", stdout(&citus));

    write("one.graphql", "{ artists { nam } }");
    let wrong = output(&mut store(&directory, &check));
    assert_fails(&wrong, 1, "`nam`");
    let config = ["check", "--operations", "two.graphql", "--config", "c.toml"];
    write("c.toml", "[database]\ndialect = \"citus\"\n[servers.a]\nurl = \"postgres://a/b\"");
    assert_fails(
        &output(&mut store(&directory, &config)),
        1,
        "as Citus spreads tables over its nodes by itself",
    );
}

#[test]
fn a_database_must_be_named_and_reached() {
    assert_fails(
        &run(&["serve", "--listen", "127.0.0.1:0"]),
        1,
        "error: no database is set: pass `--database-url",
    );
    assert_fails(&run(&["check"]), 1, "error: no database is set: pass `--database-url");
    assert_fails(
        &run(&["check", "--database-url", AWAY]),
        1,
        "error: cannot compare the schema with the database\n  ",
    );
    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let taken = holder.local_addr().expect("a listener has an address").to_string();
    let output = run(&["serve", "--database-url", AWAY, "--listen", &taken]);
    assert_fails(&output, 1, &format!("error: cannot listen on `{taken}`\n  "));
}

#[test]
fn wrong_settings_are_told_with_their_place() {
    let directory = directory();
    fs::write(directory.path().join("onefold.toml"), "[limits]\nmax_dept = 3")
        .expect("the directory is writable");
    let mut command = store(&directory, &["sdl"]);
    command.env("ONEFOLD_SERVER__LISTN", "x");
    let output = output(&mut command);
    assert_fails(&output, 1, "error: the settings are wrong\n");
    let errors = stderr(&output);
    assert!(
        errors.contains("  `onefold.toml`: there is no setting `limits.max_dept`; did you mean"),
        "{errors}"
    );
    assert!(
        errors.contains("variable `ONEFOLD_SERVER__LISTN`: there is no such setting; did you mean"),
        "{errors}"
    );
}

/// A server that is running; killed when dropped.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(mut command: Command) -> Running {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("it has an output");
        BufReader::new(stdout).read_line(&mut line).expect("the program writes a line");
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("not the line expected: {line:?}")).to_owned();
        Running { child, address }
    }

    /// Sends SIGTERM.
    fn terminate(&self) {
        self.signal("-TERM");
    }

    fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(kill.expect("there is `kill`").success());
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer token\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("the server answers");
        response
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_says_where_it_listens_and_stops_when_told_to() {
    let directory = directory();
    fs::write(directory.path().join("settings.toml"), "[server]\nlisten = '127.0.0.1:1'\ngraphiql = false")
        .expect("the directory is writable");
    let mut command = store(&directory, &["serve", "--config", "settings.toml", "--listen", "127.0.0.1:0"]);
    command.env("DATABASE_URL", AWAY);
    let mut server = Running::start(command);
    assert!(server.get("/health/live").starts_with("HTTP/1.1 200 "));
    assert!(server.get("/").starts_with("HTTP/1.1 404 "));
    let ready = server.get("/health/ready");
    assert!(ready.starts_with("HTTP/1.1 503 ") && ready.contains("\"reason\":"), "{ready}");

    server.terminate();
    assert_eq!(server.child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn a_server_that_is_told_twice_does_not_wait_for_requests() {
    let directory = directory();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database-url", AWAY];
    let mut server = Running::start(store(&directory, &arguments));
    let mut unfinished = TcpStream::connect(&server.address).expect("the server listens");
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                content-length: 100\r\nexpect: 100-continue\r\n\r\n";
    unfinished.write_all(head.as_bytes()).expect("the server reads");
    // The server has the request once it asks for the body.
    unfinished.read_exact(&mut [0; 25]).expect("the server asks for the body");

    server.terminate();
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    assert!(server.child.try_wait().expect("the program is there").is_none());
    server.terminate();
    assert_eq!(server.child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn a_server_with_shards_reads_its_settings_again_on_a_signal() {
    let directory = directory();
    let settings = |epoch: u64, border: u16| {
        format!(
            "[servers.north]\nurl = '{AWAY}'\n\
             [shards.one]\nprimary = 'north'\nslots = ['0-{}']\n\
             [shards.two]\nprimary = 'north'\ndatabase = 'two'\nslots = ['{border}-8191']\n\
             [sharding]\nepoch = {epoch}",
            border - 1
        )
    };
    let write = |settings: String| fs::write(directory.path().join("onefold.toml"), settings);
    write(settings(1, 100)).expect("the directory is writable");
    let mut command = store(&directory, &["serve", "--listen", "127.0.0.1:0"]);
    command.env("ONEFOLD_SERVER__ADMIN_TOKEN", "token");
    let mut server = Running::start(command);
    assert!(server.get("/admin/shards").contains("\"epoch\":1,"));
    write(settings(2, 200)).expect("the directory is writable");
    server.signal("-HUP");
    let deadline = Instant::now() + Duration::from_secs(30);
    while !server.get("/admin/shards").contains("\"epoch\":2,") {
        assert!(Instant::now() < deadline, "the settings were not read again");
    }
    server.terminate();
    assert_eq!(server.child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn check_compares_the_schema_with_the_database() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(onefold_tests::database());
    let check = ["check", "--database-url", &database.url];
    let before = run(&check);
    assert_eq!(before.status.code(), Some(1), "{}", stderr(&before));
    assert!(stdout(&before).starts_with("error: table `artist`: "), "{}", stdout(&before));
    assert!(stdout(&before).ends_with("\n2 errors, 0 warnings\n"), "{}", stdout(&before));

    runtime.block_on(database.execute(&stdout(&run(&["ddl"]))));
    let after = run(&check);
    assert_eq!(after.status.code(), Some(0), "{}", stderr(&after));
    assert_eq!(stdout(&after), "the database fits the schema `Store`\n");
}

#[test]
fn check_compares_the_schema_with_every_shard() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let databases = [(); 2].map(|()| runtime.block_on(onefold_tests::database()));
    let directory = directory();
    let settings = format!(
        "[servers.north]\nurl = '{}'\n[shards.one]\nprimary = 'north'\nslots = ['0-4095']\n\
         [shards.two]\nprimary = 'north'\ndatabase = '{}'\nslots = ['4096-8191']",
        databases[0].url, databases[1].name
    );
    fs::write(directory.path().join("onefold.toml"), settings).expect("the directory is writable");
    let check = || output(&mut store(&directory, &["check"]));
    let before = check();
    assert_eq!(before.status.code(), Some(1), "{}", stderr(&before));
    assert!(stdout(&before).starts_with("error: every shard: table `artist`: "), "{}", stdout(&before));
    assert!(stdout(&before).ends_with("\n2 errors, 0 warnings\n"), "{}", stdout(&before));

    let ddl = stdout(&run(&["ddl"]));
    for database in &databases {
        runtime.block_on(database.execute(&ddl));
    }
    let after = check();
    assert_eq!(after.status.code(), Some(0), "{}", stderr(&after));
    assert_eq!(stdout(&after), "all shards fit the schema `Store`\n");

    let mut check_with_few = store(&directory, &["check"]);
    let few = output(check_with_few.env("ONEFOLD_SERVERS__NORTH__MAX_CONNECTIONS", "2"));
    assert_eq!(few.status.code(), Some(0), "{}", stderr(&few));
    assert_eq!(
        stdout(&few),
        "warning: server `north`: its 2 databases share 1 connection, so what asks them all opens and closes some each \
         time, which is slow; set `servers.north.max_connections` to 3 or more, and `sharding.max_connections` to what \
         all servers have\n0 errors, 1 warning\n"
    );

    runtime.block_on(databases[1].execute("INSERT INTO artist VALUES (1, 'AC/DC')"));
    assert_eq!(
        stdout(&check()),
        "error: table `artist`: is not the same on all shards: 0 rows on `one`, 1 row on `two`\n1 error, 0 warnings\n"
    );
}

#[test]
fn graphiql_opens_with_a_query_of_the_schema() {
    let directory = directory();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database-url", AWAY];
    let page = Running::start(store(&directory, &arguments)).get("/");
    let query = "{&#10;  artists(limit: 10) {&#10;    artistId&#10;    name&#10;    albums(limit: 3) {&#10;      \
                 albumId&#10;      title&#10;    }&#10;  }&#10;}&#10;";
    assert!(page.contains(query), "{page}");
}
