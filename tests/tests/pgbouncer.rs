//! Behind a real PgBouncer in transaction mode, with fewer connections to Postgres than there are to it. Without the
//! program, the tests say that they were skipped.

mod bouncer;
mod proxy;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bouncer::Bouncer;
use futures_util::future::{join_all, ready, select};
use onefold::config::{Config, StatementMode};
use onefold::engine::{Engine, Outcome};
use onefold::pool::{Error, Pool, Prepared, Settings, StatementId};
use onefold::prelude::*;
use onefold::schema::ScalarType;
use onefold::wire::CellType;
use onefold_tests::database;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use proxy::Proxy;
use serde_json::json;
use tokio_postgres::types::Type;

use crate::folding::{Library, OPERATIONS, any_request, ask, library, request};
use crate::pool::{Sql, eventually, running, text};

const ADVICE: &str = "behind PgBouncer in transaction mode set `database.statements = \"unnamed\"`";

/// Settings for a PgBouncer that lets session options pass; nobody sets them.
const IGNORE_OPTIONS: &str = "ignore_startup_parameters = options";

fn engine(url: &str, statements: StatementMode, change: impl Fn(&mut Config)) -> Arc<Engine> {
    let mut config = Config::default();
    config.database.url = Some(url.to_owned());
    config.database.statements = statements;
    change(&mut config);
    Arc::new(Engine::new(Library::SCHEMA, config).expect("the schema is right"))
}

fn unnamed(url: &str, max_connections: u32) -> Settings {
    Settings { max_connections, statements: StatementMode::Unnamed, ..Settings::new(url) }
}

fn pool(settings: &Settings) -> Pool {
    Pool::new(settings).expect("the settings are right")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_those_without_a_pooler() {
    let database = library().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let direct = engine(&database.url, StatementMode::Prepared, |config| config.folding.enabled = false);
    let folding = |coalesce: bool| {
        engine(&bouncer.url, StatementMode::Unnamed, |config| {
            config.database.max_connections = 8;
            config.folding.coalesce = coalesce;
        })
    };
    let alone = engine(&bouncer.url, StatementMode::Unnamed, |config| {
        config.folding.enabled = false;
        config.server.stream_above_bytes = 100;
    });
    let engines = [folding(true), folding(false), alone];
    for engine in &engines {
        engine.ready().await.expect("the database answers");
    }
    let mut runner = TestRunner::default();
    let mixes = prop::collection::vec(any_request(), 1..120);
    for _ in 0..20 {
        let requests = mixes.new_tree(&mut runner).expect("there are requests").current();
        let tasks = requests.iter().enumerate().map(|(place, request)| {
            let (engine, request) = (Arc::clone(&engines[place % 3]), request.clone());
            tokio::spawn(async move { ask(&engine, &request).await })
        });
        for (request, answer) in requests.iter().zip(join_all(tasks).await) {
            let expected = ask(&direct, request).await;
            assert_eq!(answer.expect("no panic"), expected, "{} {:?}", request.query, request.variables);
        }
    }
    let folded = engines[0].folding().expect("it is on");
    assert!(folded.requests > folded.executions, "nothing was folded: {folded:?}");
}

#[tokio::test]
async fn a_request_is_one_round_trip() {
    let database = library().await;
    let Some(bouncer) = Bouncer::start(&database, IGNORE_OPTIONS).await else { return };
    let proxy = Proxy::start(bouncer.socket()).await;
    let url = format!("postgres://onefold@127.0.0.1:{}/{}?sslmode=disable", proxy.port, database.name);
    let point = request(OPERATIONS[0], json!({"id": 1}));
    let list = request("{ books(limit: 900) { title shelf { name } } }", json!({}));
    for folding in [false, true] {
        let sent = async |statements: StatementMode| {
            let engine = engine(&url, statements, |config| {
                config.folding.enabled = folding;
                // None is still being connected when the engine is ready.
                config.folding.connections = 1;
                config.folding.max_duration = Duration::from_secs(3600);
            });
            engine.ready().await.expect("the database answers");
            proxy.sent();
            let mut all = Vec::new();
            for request in [&point, &point, &list, &list] {
                assert_eq!(ask(&engine, request).await.outcome, Outcome::Executed);
                all.push(proxy.sent());
            }
            all
        };
        // Parse, Bind, Describe, Execute and Sync, at once.
        assert_eq!(sent(StatementMode::Unnamed).await, ["PBDES"; 4]);
        // There is no second client, so that the server is always the same.
        assert_eq!(sent(StatementMode::Prepared).await, ["PDSBES", "BES", "PDSBES", "BES"]);
    }
}

#[tokio::test]
async fn columns_are_checked_before_rows_are_read() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let pool = pool(&unnamed(&bouncer.url, 1));
    let expected = [CellType::Scalar(ScalarType::Text)];
    let query = async |sql: &str| {
        let id = StatementId::unique();
        let prepared = Prepared { id, text: sql, types: &[], columns: Some(&expected) };
        pool.query(&prepared, &[], |_| Ok::<_, Error>(())).await.map_err(|error| error.to_string())
    };
    assert_eq!(query("SELECT 'x'::text FROM generate_series(1, 3)").await, Ok(3));
    assert_eq!(query("SELECT 'x'::text WHERE false").await, Ok(0));
    assert_eq!(
        query("SELECT 1 AS one").await.expect_err("no text"),
        "the database does not fit the schema: column `one` is `int4` there, not `text`"
    );
    assert_eq!(
        query("SELECT 1, 2").await.expect_err("too many"),
        "the query could not be carried out: the statement has 2 columns, expected 1"
    );
    assert_eq!(
        query("SELECT 1 FROM missing").await.expect_err("no table"),
        "Postgres refused the statement: relation \"missing\" does not exist (SQLSTATE 42P01)"
    );
    assert_eq!(query("SELECT 'x'::text").await, Ok(1));
}

/// The driver looks such a type up by statements that it prepares, and does not read rows meanwhile.
#[tokio::test]
async fn types_of_the_database_are_known() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    // Like `citext`, which not every Postgres has.
    database
        .execute(
            "CREATE TYPE word;
             CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
             CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
             CREATE FUNCTION word_recv(internal) RETURNS word LANGUAGE internal STABLE STRICT AS 'textrecv';
             CREATE FUNCTION word_send(word) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
             CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, RECEIVE = word_recv, SEND = word_send,
                               INTERNALLENGTH = VARIABLE, STORAGE = extended);
             CREATE TABLE words AS SELECT repeat('w', 1000)::word AS word FROM generate_series(1, 2000)",
        )
        .await;
    let words = Sql::new("SELECT word FROM words", &[]);
    // Each of them looks the type up, and leaves what it has prepared.
    for _ in 0..3 {
        let pool = pool(&unnamed(&bouncer.url, 4));
        let rows = join_all((0..4).map(|_| words.texts(&pool))).await;
        assert!(rows.into_iter().all(|rows| rows.expect("the type is known").len() == 2000));
    }
}

#[tokio::test]
async fn who_sends_session_options_is_told_what_to_set() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let refused = "the database is not available: FATAL: unsupported startup parameter: options";
    let error = pool(&Settings::new(&bouncer.url)).ping().await.expect_err("they are refused");
    assert_eq!(error.to_string(), format!("{refused}; {ADVICE}"));
    let with_options = format!("{}?options=-c%20work_mem%3D1234kB", bouncer.url);
    let error = pool(&unnamed(&with_options, 1)).ping().await.expect_err("they are refused");
    assert_eq!(error.to_string(), format!("{refused}; leave `options` out of the URL"));
    pool(&unnamed(&bouncer.url, 1)).ping().await.expect("there are none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_prepares_statements_is_told_what_to_set() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, IGNORE_OPTIONS).await else { return };
    let pool = pool(&Settings { max_connections: 8, ..Settings::new(&bouncer.url) });
    let sql = Arc::new(Sql::new("SELECT 'here', pg_sleep(0.001)", &[]));
    // By chance a statement may be where it was prepared.
    let error = loop {
        let tasks = (0..8).map(|_| {
            let (pool, sql) = (pool.clone(), Arc::clone(&sql));
            tokio::spawn(async move { sql.texts(&pool).await })
        });
        let answers = join_all(tasks).await.into_iter().map(|answer| answer.expect("no panic"));
        if let Some(error) = answers.filter_map(Result::err).next() {
            break error;
        }
    };
    assert!(matches!(error, Error::MixedUp(_)), "{error}");
    assert!(error.to_string().ends_with(&format!("(SQLSTATE 26000); {ADVICE}")), "{error}");
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_its_statement() {
    let database = library().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let (observer, locker) = (database.connect().await, database.connect().await);
    // A connection for each statement, and none to spare in PgBouncer.
    let engine = engine(&bouncer.url, StatementMode::Unnamed, |config| {
        config.database.max_connections = 2;
        config.database.acquire_timeout = Duration::from_secs(3600);
        config.folding.enabled = false;
    });
    engine.ready().await.expect("the database answers");
    locker.batch_execute("BEGIN; LOCK TABLE shelf").await.expect("nobody reads it");
    for _ in 0..5 {
        let shelf = request(OPERATIONS[0], json!({"id": 1}));
        let mut asking = pin!(ask(&engine, &shelf));
        let mut other = pin!(ask(&engine, &shelf));
        eventually("the statements run", async || {
            // Polled once each.
            drop(select(&mut asking, ready(())).await);
            drop(select(&mut other, ready(())).await);
            running(&observer, "FROM shelf").await == 2
        })
        .await;
    }
    eventually("they are gone", async || running(&observer, "FROM shelf").await == 0).await;
    locker.batch_execute("COMMIT").await.expect("the lock can be given back");
    let shelf = ask(&engine, &request(OPERATIONS[0], json!({"id": 1}))).await;
    assert_eq!(shelf.outcome, Outcome::Executed, "{}", shelf.body);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let observer = database.connect().await;
    let limit = Duration::from_millis(200);
    let pool = pool(&Settings { statement_timeout: limit, ..unnamed(&bouncer.url, 1) });
    for _ in 0..5 {
        let error = text(&pool, "SELECT pg_sleep(600)::text AS slow").await.expect_err("it is slow");
        assert!(matches!(error, Error::TimedOut { .. }), "{error}");
        eventually("the query is gone", async || running(&observer, "slow").await == 0).await;
        eventually("the pool serves on", async || text(&pool, "SELECT 'next'").await.is_ok()).await;
    }
}

/// Others get the same connection to Postgres next, and must not be cancelled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_cancellation_hits_nobody_else() {
    let database = database().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let pool = pool(&unnamed(&bouncer.url, 4));
    let short = Sql::new("SELECT pg_sleep($1)::text", &[Type::FLOAT8]);
    let next = Sql::new("SELECT 'next', pg_sleep(0.0005)", &[]);
    for round in 0..300_u64 {
        let limit = Duration::from_micros(round * 37 % 3000);
        // Over or not does not matter here.
        let _ = tokio::time::timeout(limit, short.cells(&pool, &[&0.001])).await;
        assert_eq!(next.texts(&pool).await.expect("it is not cancelled"), ["next"], "round {round}");
    }
}

#[tokio::test]
async fn a_stalled_statement_of_a_shared_connection_is_cancelled() {
    let database = library().await;
    let Some(bouncer) = Bouncer::start(&database, "").await else { return };
    let (observer, locker) = (database.connect().await, database.connect().await);
    let engine = engine(&bouncer.url, StatementMode::Unnamed, |config| {
        config.database.max_connections = 2;
        config.database.statement_timeout = Duration::from_secs(1);
        config.folding.connections = 1;
        config.folding.stall_timeout = Duration::from_millis(500);
    });
    let shelf = request(OPERATIONS[0], json!({"id": 1}));
    for _ in 0..3 {
        engine.ready().await.expect("the database answers");
        locker.batch_execute("BEGIN; LOCK TABLE shelf").await.expect("nobody reads it");
        // First on the shared connection, and then on one of the pool.
        assert_eq!(ask(&engine, &shelf).await.outcome, Outcome::TimedOut);
        eventually("the statements are gone", async || running(&observer, "FROM shelf").await == 0).await;
        locker.batch_execute("COMMIT").await.expect("the lock can be given back");
        let answer = ask(&engine, &shelf).await;
        assert_eq!(answer.outcome, Outcome::Executed, "{}", answer.body);
    }
}
