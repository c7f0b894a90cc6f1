//! A long root list goes out as it comes in: with the same bytes as a whole one, in little memory, as slowly as its
//! client reads, and visibly broken when it ends before its end.

mod download;
mod schema;
mod server;

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use futures_util::StreamExt;
use onefold::config::Config;
use onefold::engine::{Body, Engine, Request};
use onefold::schema::Schema;
use onefold_tests::TestDatabase;
use tokio::runtime::Runtime;
use tokio_postgres::Client;

use crate::http::client::post;
use download::Download;
use schema::Sensors;
use server::Server;

/// All settings that let a list be as long as a test likes.
const LONG_LISTS: [(&str, &str); 2] =
    [("limits.max_limit", "10000000"), ("limits.default_limit", "10000000")];

/// A number far behind the first chunk.
const SPECIAL: u32 = 20_000;

const ARTISTS: &str = "{ artists { artistId name } }";

/// A database with the tables of the small schema, of which `artist` is what a query says; a runtime to ask it with.
struct Fixture {
    runtime: Runtime,
    database: TestDatabase,
    observer: Client,
}

impl Fixture {
    /// As many artists, each with a name that an expression in `n`, the number, gives.
    fn new(artists: u32, name: &str) -> Fixture {
        Fixture::with(artists, name, "NULL")
    }

    /// As [`new`](Fixture::new), with another name for number [`SPECIAL`]. All are evaluated as the rows are sent:
    /// Postgres is told that there are no side effects, and not to sort.
    fn with(artists: u32, name: &str, special: &str) -> Fixture {
        let runtime = Runtime::new().expect("a runtime can be made");
        let database = runtime.block_on(onefold_tests::database());
        let script = format!(
            "CREATE TABLE number (n int PRIMARY KEY); INSERT INTO number SELECT generate_series(1, {artists});
             CREATE FUNCTION special(n int) RETURNS text STABLE LANGUAGE plpgsql
                 AS 'BEGIN RETURN {special}; END';
             CREATE VIEW named AS
                 SELECT n, CASE WHEN n = {SPECIAL} THEN special(n) ELSE {name} END AS name FROM number;
             CREATE VIEW artist AS SELECT n AS artist_id, name FROM named;
             CREATE VIEW album AS SELECT n AS album_id, name AS title, n AS artist_id FROM named;
             ALTER DATABASE {} SET enable_sort = off;",
            database.name
        );
        runtime.block_on(database.execute(&script));
        let observer = runtime.block_on(database.connect());
        Fixture { runtime, database, observer }
    }

    fn serve(&self, settings: &[(&str, &str)]) -> Server {
        Server::start(&self.database.url, &[&LONG_LISTS, settings].concat())
    }

    /// Waits until so many statements of the server run, and wait for what is said (`ClientWrite`, `advisory`).
    fn wait_for(&self, waiting_for: &str, statements: i64) {
        let query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'onefold' \
            AND datname = current_database() AND state = 'active' AND wait_event = $1";
        eventually(waiting_for, || {
            let row = self.runtime.block_on(self.observer.query_one(query, &[&waiting_for]));
            (row.expect("the view can be read").get::<_, i64>(0) == statements).then_some(())
        });
    }
}

/// Tries again and again until there is something.
fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within 60 s: {what}");
        std::thread::yield_now();
    }
}

/// The response to [`ARTISTS`] whose names are made by `name`.
fn artists(count: u32, name: impl Fn(u32) -> String) -> String {
    let artist = |id| format!(r#"{{"artistId":{id},"name":"{}"}}"#, name(id));
    let artists: Vec<_> = (1..=count).map(artist).collect();
    format!(r#"{{"data":{{"artists":[{}]}}}}"#, artists.join(","))
}

/// Compares without printing megabytes.
#[track_caller]
fn assert_same(found: &[u8], expected: &str) {
    let same = found == expected.as_bytes();
    assert!(same, "{} bytes are not the {} expected", found.len(), expected.len());
}

/// Random readings with everything in them that makes a response long, odd or wrong.
const READINGS: &str = r#"
    CREATE TABLE reading (id int PRIMARY KEY, label text, value float8, place text);
    CREATE TABLE note (id int PRIMARY KEY, reading_id int, text text);
    SELECT setseed(0.25);
    INSERT INTO reading SELECT n,
        CASE (random() * 5)::int WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN repeat('"ü\', (random() * 300)::int)
            WHEN 3 THEN E'\n\t' || md5(n::text) ELSE md5(n::text) END,
        CASE (random() * 40)::int WHEN 0 THEN 'NaN' WHEN 1 THEN NULL ELSE random() END,
        repeat(chr(65 + n % 26), CASE WHEN random() < 0.001 THEN 200000 ELSE (random() * 20)::int END)
        FROM generate_series(1, 5000) AS n;
    INSERT INTO note SELECT n, (random() * 5000)::int, md5(n::text) FROM generate_series(1, 5000) AS n;
    CREATE INDEX ON note (reading_id);
"#;

/// An engine whose lists are as long as the table.
fn sensors(database: &TestDatabase, stream_above_bytes: usize) -> Engine {
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    (config.limits.default_limit, config.limits.max_limit) = (10_000, 10_000);
    config.server.stream_above_bytes = stream_above_bytes;
    Engine::new(Sensors::SCHEMA, config).expect("the schema is right")
}

#[tokio::test]
async fn a_streamed_response_has_the_bytes_of_a_whole_one() {
    let database = onefold_tests::database().await;
    database.execute(READINGS).await;
    let whole = sensors(&database, usize::MAX);
    for (query, is_long) in [
        ("{ readings { id label value place notes { text } } }", true),
        ("{ readings(offset: 1) { ...on Reading @skip(if: true) { id } l: label __typename } }", true),
        ("{ readings(where: {value: {eq: 5}}) { id } }", false),
        ("{ reading(id: 1) { id label } }", false),
        ("{ a: readings { id place } b: readings { id } }", false),
        ("{ __schema { types { name } } }", false),
    ] {
        let request = Request { query: query.to_owned(), ..Request::default() };
        let expected = match whole.execute(&request).await.body {
            Body::Whole(bytes) => bytes,
            Body::Chunks(_) => panic!("not whole: {query}"),
        };
        assert_eq!(query.contains("value place"), expected.ends_with(b"\"NOT_FINITE\"}}]}"), "{query}");
        for threshold in [0, 1000, 64 * 1024, 500_000] {
            let streaming = sensors(&database, threshold);
            let response = streaming.execute(&request).await;
            let interpreted = streaming.execute_interpreted(&request).await;
            assert_eq!(matches!(response.body, Body::Chunks(_)), is_long, "{threshold}: {query}");
            for body in [response.body, interpreted.body] {
                let body = body.whole().await.expect("the rows fit the schema");
                assert!(body == expected, "other bytes above {threshold}: {query}");
            }
        }
    }
}

#[tokio::test]
async fn a_null_that_reaches_the_root_is_told_as_long_as_it_can_be() {
    let database = onefold_tests::database().await;
    database.execute(READINGS).await;
    database.execute("UPDATE reading SET place = NULL WHERE id = 4000").await;
    let engine = sensors(&database, 64 * 1024);
    let request = |query: &str| Request { query: query.to_owned(), ..Request::default() };

    let near = engine.execute(&request("{ readings(offset: 3998) { place } }")).await;
    let near = near.body.whole().await.expect("nothing is sent before the row");
    let error = r#"{"message":"null in a field that is not nullable","path":["readings",1,"place"],"extensions":{"code":"UNEXPECTED_NULL"}}"#;
    assert_same(&near, &format!(r#"{{"data":null,"errors":[{error}]}}"#));

    let far = engine.execute(&request("{ readings { place value } }")).await;
    let Body::Chunks(mut chunks) = far.body else { panic!("not long enough") };
    let mut last = None;
    while let Some(chunk) = chunks.next().await {
        last = Some(chunk);
    }
    let broken = last.expect("there are chunks").expect_err("the row cannot be told any more");
    assert_eq!(
        broken.to_string(),
        format!(
            "the database does not fit the schema: a field error makes null what is sent in part already: {}",
            error.replace(",1,", ",3999,")
        )
    );
}

/// They would fill the memory as the rows do not.
#[tokio::test]
async fn very_many_errors_are_counted_and_not_listed() {
    let database = onefold_tests::database().await;
    database.execute(READINGS).await;
    database.execute("UPDATE reading SET value = 'NaN'").await;
    let engine = sensors(&database, 64 * 1024);
    let errors = async |limit: usize| {
        let query = format!(
            "{{ readings(limit: {limit}) {{ id aLongerNameForTheErrors: value b: value c: value }} }}"
        );
        let response = engine.execute(&Request { query, ..Request::default() }).await;
        let response = response.body.whole().await.expect("the rows fit the schema");
        let response: serde_json::Value = serde_json::from_slice(&response).expect("a response is JSON");
        let errors = response["errors"].as_array().expect("there are errors").clone();
        errors.into_iter().partition::<Vec<_>, _>(|error| error["extensions"]["code"] == "NOT_FINITE")
    };
    let (listed, others) = errors(1_000).await;
    assert_eq!((listed.len(), others.len()), (3_000, 0));
    let (listed, others) = errors(5_000).await;
    let message = format!("{} more errors", 15_000 - listed.len());
    let last = serde_json::json!({"message": message, "extensions": {"code": "MORE_ERRORS"}});
    assert_eq!(others, [last]);
}

#[test]
fn only_long_lists_come_in_chunks() {
    let fixture = Fixture::new(10_000, "'name ' || n");
    let server = fixture.serve(&[]);
    let mut long = Download::start(&server.address, &post(ARTISTS));
    assert_eq!((long.status, long.is_chunked()), (200, true));
    let first = long.chunk().expect("it comes in chunks").expect("it is long");
    assert!((64 * 1024..66 * 1024).contains(&first.len()), "{}", first.len());
    let (rest, ended) = long.rest();
    ended.expect("the last chunk comes");
    assert_same(&[first, rest].concat(), &artists(10_000, |id| format!("name {id}")));

    let short = Download::start(&server.address, &post("{ artists(limit: 1000) { name } }"));
    assert!(short.header("content-length").is_some() && !short.is_chunked());

    // Compressed it is the same.
    let request = post(ARTISTS).header("accept-encoding", "gzip");
    let compressed = Download::start(&server.address, &request);
    assert_eq!((compressed.is_chunked(), compressed.header("content-encoding")), (true, Some("gzip")));
    let mut body = Vec::new();
    GzDecoder::new(&compressed.whole()[..]).read_to_end(&mut body).expect("it is gzip");
    assert_same(&body, &artists(10_000, |id| format!("name {id}")));
}

#[test]
fn what_has_come_in_is_sent_while_the_rest_is_awaited() {
    // The special row waits for a lock that the test holds.
    let fixture = Fixture::with(SPECIAL + 1, "md5(n::text)", "pg_advisory_xact_lock(1)::text");
    let server = fixture.serve(&[]);
    for encoding in ["identity", "gzip"] {
        let lock = fixture.observer.batch_execute("SELECT pg_advisory_lock(1)");
        fixture.runtime.block_on(lock).expect("nobody else holds it");
        let request = post(ARTISTS).header("accept-encoding", encoding);
        let mut download = Download::start(&server.address, &request);
        // The rows before it are more than 18 chunks.
        let mut received = Vec::new();
        let decoded = |received: &[u8]| {
            let mut decoded = Vec::new();
            // That it does not end yet is no matter.
            let _ = match encoding {
                "gzip" => GzDecoder::new(received).read_to_end(&mut decoded),
                _ => (&received[..]).read_to_end(&mut decoded),
            };
            decoded
        };
        while decoded(&received).len() < 18 * 64 * 1024 {
            received.extend(download.chunk().expect("it comes in chunks").expect("there is more to come"));
        }
        fixture.wait_for("advisory", 1);
        let lock = fixture.observer.batch_execute("SELECT pg_advisory_unlock(1)");
        fixture.runtime.block_on(lock).expect("it is held");
        let (rest, ended) = download.rest();
        ended.expect("the last chunk comes");
        received.extend(rest);
        assert!(decoded(&received).ends_with(b"\"}]}}"), "{encoding}");
    }
}

#[test]
fn a_response_that_breaks_off_is_seen_to_do_so_and_logged() {
    const ALBUMS: &str = "{ albums { title artistId } }";
    for (query, row, reason) in [
        (ARTISTS, "(1 / (n - n))::text", "Postgres refused the statement: division by zero (SQLSTATE 22012)"),
        (ARTISTS, "pg_terminate_backend(pg_backend_pid())::text", "the database is not available: "),
        (ARTISTS, "pg_sleep(600)::text", "the query took longer than 2s and was cancelled"),
        (ALBUMS, "NULL", "a field error makes null what is sent in part already: "),
    ] {
        let fixture = Fixture::with(SPECIAL + 10_000, "repeat(md5(n::text), 4)", row);
        let settings = [("database.statement_timeout", "2s"), ("database.max_connections", "1")];
        let server = fixture.serve(&settings);
        for encoding in ["identity", "gzip"] {
            let id = format!("broken-{encoding}");
            let request = post(query).header("accept-encoding", encoding).header("x-request-id", &id);
            // A machine so slow that nothing has come in by the limit has to try again.
            let begin = || Some(Download::start(&server.address, &request)).filter(Download::is_chunked);
            let mut download = eventually("the response begins in time", begin);
            assert_eq!((download.status, download.header("x-request-id")), (200, Some(&*id)), "{row}");
            let (body, ended) = download.rest();
            assert!(ended.is_err(), "the client took it for whole: {row}");
            let broken = match encoding {
                "gzip" => GzDecoder::new(&body[..]).read_to_end(&mut Vec::new()).is_err(),
                _ => serde_json::from_slice::<serde_json::Value>(&body).is_err(),
            };
            assert!(broken, "{encoding}: {row}");
            if encoding == "identity" {
                assert!(body.len() > 2_000_000, "{} bytes before it broke off: {row}", body.len());
            }
            let log = server.log();
            let line =
                log.lines().find(|line| line.contains("a response was broken off") && line.contains(&id));
            assert!(line.is_some_and(|line| line.contains(reason)), "{row}: {log}");
        }
        // The one connection is free again.
        let next = Download::start(&server.address, &post("{ artist(artistId: 1) { artistId } }"));
        assert_same(&next.whole(), r#"{"data":{"artist":{"artistId":1}}}"#);
    }
}

/// Tens of megabytes: more than all the buffers between Postgres and a client can hold.
fn big() -> Fixture {
    Fixture::new(4_000, "repeat(md5(n::text), 300)")
}

#[test]
fn a_slow_client_slows_nobody_but_its_own_statement() {
    let fixture = big();
    let server = fixture.serve(&[("database.max_connections", "2"), ("server.write_timeout", "1h")]);
    let mut slow = Download::start(&server.address, &post(ARTISTS));
    let mut body = slow.chunk().expect("it comes in chunks").expect("it is long");
    fixture.wait_for("ClientWrite", 1);
    for id in 1..=50 {
        let request = post(&format!("{{ artist(artistId: {id}) {{ artistId }} }}"));
        let response = Download::start(&server.address, &request).whole();
        assert_same(&response, &format!(r#"{{"data":{{"artist":{{"artistId":{id}}}}}}}"#));
    }
    // Another long one as well, and the slow one still waits where it was.
    let other = Download::start(&server.address, &post(ARTISTS)).whole();
    fixture.wait_for("ClientWrite", 1);
    let (rest, ended) = slow.rest();
    ended.expect("the last chunk comes");
    body.extend(rest);
    assert!(body == other, "the slow client got something else");
    assert_eq!(body.len(), (1..=4_000).map(|id: u32| 9_600 + 24 + id.to_string().len()).sum::<usize>() + 22);
}

#[test]
fn the_statement_of_a_client_that_goes_away_is_cancelled() {
    let fixture = big();
    let server = fixture.serve(&[("database.max_connections", "1"), ("log.level", "debug")]);
    let mut goes = Download::start(&server.address, &post(ARTISTS));
    goes.chunk().expect("it comes in chunks");
    fixture.wait_for("ClientWrite", 1);
    drop(goes);
    fixture.wait_for("ClientWrite", 0);
    // The one connection is free again.
    let next = Download::start(&server.address, &post("{ artist(artistId: 1) { artistId } }"));
    assert_same(&next.whole(), r#"{"data":{"artist":{"artistId":1}}}"#);
    let log = server.log();
    assert!(log.contains("the client went away before the end of the response"), "{log}");
}

#[test]
fn a_client_that_takes_nothing_for_too_long_is_cut_off() {
    let fixture = big();
    let server = fixture.serve(&[("database.max_connections", "1"), ("server.write_timeout", "1s")]);
    let mut stuck = Download::start(&server.address, &post(ARTISTS));
    stuck.chunk().expect("it comes in chunks");
    fixture.wait_for("ClientWrite", 1);
    // It stays, and its statement does not.
    fixture.wait_for("ClientWrite", 0);
    let next = Download::start(&server.address, &post("{ artist(artistId: 1) { artistId } }"));
    assert_same(&next.whole(), r#"{"data":{"artist":{"artistId":1}}}"#);
    let log = server.log();
    assert!(log.contains("took nothing of its response for 1s (setting `server.write_timeout`)"), "{log}");
    let (_, ended) = stuck.rest();
    assert!(ended.is_err(), "the client took it for whole");
}

#[cfg(target_os = "linux")]
#[test]
fn a_million_rows_take_little_memory() {
    /// For all of the server, its machine code and its threads.
    const MOST_MEMORY: u64 = 64 * 1024;
    let fixture = Fixture::new(1_000_000, "'The Artist Formerly Known As Number ' || n");
    let server = fixture.serve(&[]);
    for (encoding, rows) in [("identity", 1_000_000), ("gzip", 100_000)] {
        let query = format!("{{ artists(limit: {rows}) {{ artistId name }} }}");
        let request = post(&query).header("accept-encoding", encoding);
        let mut download = Download::start(&server.address, &request);
        let mut bytes = 0;
        while let Some(chunk) = download.chunk().unwrap_or_else(|error| panic!("{error}: {}", server.log())) {
            bytes += chunk.len();
        }
        let peak = server.peak_memory();
        println!("{rows} rows, {bytes} bytes of {encoding}: {peak} KiB");
        assert!(peak < MOST_MEMORY, "{peak} KiB for {rows} rows, {encoding}");
    }
}
