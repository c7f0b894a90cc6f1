//! The pool against a real Postgres: statements, limits, cancellation, loss and recovery, TLS.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onefold::pool::{Error, Pool, Prepared, Settings, StatementId};
use onefold::private_postgres::PrivatePostgres;
use onefold_tests::{connect, database};
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

/// A statement that is kept, as a compiled operation keeps its own.
pub struct Sql {
    id: StatementId,
    text: String,
    types: Vec<Type>,
}

impl Sql {
    pub fn new(text: &str, types: &[Type]) -> Sql {
        Sql { id: StatementId::unique(), text: text.to_owned(), types: types.to_vec() }
    }

    pub fn prepared(&self) -> Prepared<'_> {
        Prepared { id: self.id, text: &self.text, types: &self.types, columns: None }
    }

    /// Runs it; the cells are copied as they are.
    pub async fn cells(
        &self,
        pool: &Pool,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Vec<Option<Vec<u8>>>>, Error> {
        let mut rows = Vec::new();
        pool.query(&self.prepared(), parameters, |cells| {
            rows.push(cells.iter().map(|cell| cell.map(<[u8]>::to_vec)).collect());
            Ok::<_, Error>(())
        })
        .await?;
        Ok(rows)
    }

    /// Runs it; for statements whose first column is text.
    pub async fn texts(&self, pool: &Pool) -> Result<Vec<String>, Error> {
        let rows = self.cells(pool, &[]).await?;
        let text = |row: Vec<Option<Vec<u8>>>| row[0].clone().map(|bytes| String::from_utf8(bytes).unwrap());
        Ok(rows.into_iter().map(|row| text(row).unwrap_or("null".into())).collect())
    }
}

pub async fn text(pool: &Pool, sql: &str) -> Result<String, Error> {
    Sql::new(sql, &[]).texts(pool).await.map(|rows| rows.join("\n"))
}

fn pool(url: &str) -> Pool {
    Pool::new(&Settings::new(url)).unwrap()
}

fn pool_of_one(url: &str) -> Pool {
    Pool::new(&Settings { max_connections: 1, ..Settings::new(url) }).unwrap()
}

/// Waits until the condition holds; it is asked again and again.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds().await {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        tokio::task::yield_now().await;
    }
}

/// How many connections of pools run something with `marker` in it.
pub async fn running(observer: &Client, marker: &str) -> i64 {
    let query = "SELECT count(*) FROM pg_stat_activity \
                 WHERE application_name = 'onefold' AND state = 'active' AND query LIKE '%' || $1 || '%'";
    observer.query_one(query, &[&marker]).await.unwrap().get(0)
}

#[test]
fn a_pool_is_made_without_a_runtime_or_a_database() {
    let pool = pool("postgres://nobody@localhost:1/nothing");
    assert_eq!(pool.status().connections, 0);
    assert_eq!(
        Pool::new(&Settings::new("postgres://localhost/shop?sslmode=maybe")).unwrap_err().to_string(),
        "setting `url` of the database: invalid connection string: invalid value for option `sslmode`"
    );
}

#[tokio::test]
async fn cells_are_binary_and_parameters_are_bound() {
    let database = database().await;
    let pool = pool(&database.url);
    let sql = Sql::new(
        "SELECT $1 + 1, $2 || 'ü', NULL::date, ROW(7, 'x'::text) FROM generate_series(1, 2)",
        &[Type::INT4, Type::TEXT],
    );
    let rows = sql.cells(&pool, &[&41_i32, &"ä"]).await.unwrap();
    let record =
        [&[0, 0, 0, 2][..], &[0, 0, 0, 23, 0, 0, 0, 4, 0, 0, 0, 7], &[0, 0, 0, 25, 0, 0, 0, 1, b'x']];
    let row = vec![Some(vec![0, 0, 0, 42]), Some("äü".into()), None, Some(record.concat())];
    assert_eq!(rows, [row.clone(), row]);

    let rows = sql.cells(&pool, &[&None::<i32>, &"ä"]).await.unwrap();
    assert_eq!(rows[0][0], None);
}

#[tokio::test]
async fn wrong_parameters_are_refused_before_they_are_sent() {
    let database = database().await;
    let pool = pool(&database.url);
    let sql = Sql::new("SELECT $1", &[Type::INT4]);
    let error = sql.cells(&pool, &[&"text"]).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("parameter $1"), "{error}");
    let error = sql.cells(&pool, &[]).await.unwrap_err();
    assert!(error.to_string().contains("0 parameters were given to a statement with 1"), "{error}");
    assert_eq!(pool.status().connections, 0);
}

#[tokio::test]
async fn sessions_are_set_up_by_the_startup_message() {
    let database = database().await;
    let settings = "SELECT concat_ws(' ', current_setting('jit'), current_setting('TimeZone'), \
                    current_setting('application_name'), current_setting('client_encoding'), \
                    current_setting('work_mem'))";
    assert!(text(&pool(&database.url), settings).await.unwrap().starts_with("off UTC onefold UTF8 "));
    let more = if database.url.contains('?') { '&' } else { '?' };
    let url = format!("{}{more}application_name=shop&options=-c%20work_mem%3D1234kB", database.url);
    assert_eq!(text(&pool(&url), settings).await.unwrap(), "off UTC shop UTF8 1234kB");
}

#[tokio::test]
async fn a_statement_is_prepared_once_on_a_connection() {
    let database = database().await;
    let pool = pool_of_one(&database.url);
    let sql = Sql::new("SELECT 'marker'::text", &[]);
    for _ in 0..10 {
        sql.texts(&pool).await.unwrap();
    }
    let count = "SELECT concat(count(*), ' ', sum(generic_plans + custom_plans)) \
                 FROM pg_prepared_statements WHERE statement LIKE 'SELECT ''marker%'";
    assert_eq!(text(&pool, count).await.unwrap(), "1 10");
}

#[tokio::test]
async fn the_least_recently_used_statement_is_closed() {
    let database = database().await;
    let settings = Settings { max_connections: 1, statement_cache: 3, ..Settings::new(&database.url) };
    let pool = Pool::new(&settings).unwrap();
    let cached = Sql::new(
        "SELECT string_agg(statement, ', ' ORDER BY statement) FROM pg_prepared_statements \
         WHERE statement NOT LIKE '%pg_prepared_statements%'",
        &[],
    );
    let statements: Vec<Sql> =
        (0..4).map(|number| Sql::new(&format!("SELECT '{number}'::text"), &[])).collect();
    for statement in [0, 1, 0, 2] {
        statements[statement].texts(&pool).await.unwrap();
    }
    assert_eq!(cached.texts(&pool).await.unwrap(), ["SELECT '0'::text, SELECT '2'::text"]);
    statements[3].texts(&pool).await.unwrap();
    assert_eq!(cached.texts(&pool).await.unwrap(), ["SELECT '2'::text, SELECT '3'::text"]);
}

#[tokio::test]
async fn a_statement_is_prepared_again_when_its_table_has_changed() {
    let database = database().await;
    let pool = pool_of_one(&database.url);
    database.execute("CREATE TABLE changing AS SELECT 1 AS one").await;
    let sql = Sql::new("SELECT * FROM changing", &[]);
    assert_eq!(sql.cells(&pool, &[]).await.unwrap()[0].len(), 1);
    database.execute("ALTER TABLE changing ADD COLUMN two integer").await;
    assert_eq!(sql.cells(&pool, &[]).await.unwrap()[0].len(), 2);
    text(&pool, "DEALLOCATE ALL").await.unwrap();
    assert_eq!(sql.cells(&pool, &[]).await.unwrap()[0].len(), 2);
}

#[tokio::test]
async fn what_postgres_refuses_leaves_the_connection_usable() {
    let database = database().await;
    let pool = pool_of_one(&database.url);
    let process = text(&pool, "SELECT pg_backend_pid()::text").await.unwrap();
    let error = text(&pool, "SELECT 1 FROM missing").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Postgres refused the statement: relation \"missing\" does not exist (SQLSTATE 42P01)"
    );
    let error = text(&pool, "SELECT (1 / (3 - n))::text FROM generate_series(1, 3) AS n").await.unwrap_err();
    assert_eq!(error.code().map(|code| code.code()), Some("22012"));
    assert_eq!(text(&pool, "SELECT pg_backend_pid()::text").await.unwrap(), process);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_queries_share_few_connections() {
    let database = database().await;
    let pool = Pool::new(&Settings { max_connections: 3, ..Settings::new(&database.url) }).unwrap();
    let sql = Arc::new(Sql::new("SELECT ($1 * 2)::text", &[Type::INT4]));
    let tasks: Vec<_> = (0..300_i32)
        .map(|number| {
            let (pool, sql) = (pool.clone(), Arc::clone(&sql));
            tokio::spawn(async move { sql.cells(&pool, &[&number]).await.unwrap() })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), [[Some((number * 2).to_string().into_bytes())]]);
    }
    assert!((1..=3).contains(&pool.status().connections), "{pool:?}");
}

#[tokio::test]
async fn a_query_that_nobody_waits_for_is_cancelled() {
    let database = database().await;
    let observer = database.connect().await;
    let pool = pool_of_one(&database.url);
    let process = text(&pool, "SELECT pg_backend_pid()::text").await.unwrap();

    let task = tokio::spawn({
        let pool = pool.clone();
        async move { text(&pool, "SELECT pg_sleep(600)::text AS dropped").await }
    });
    eventually("the query runs", async || running(&observer, "dropped").await == 1).await;
    task.abort();
    eventually("the query is gone", async || running(&observer, "dropped").await == 0).await;
    // Its connection is not used again: a late signal could hit the next query.
    assert_ne!(text(&pool, "SELECT pg_backend_pid()::text").await.unwrap(), process);
    assert_eq!(pool.status().connections, 1);
}

#[tokio::test]
async fn a_statement_that_waits_to_be_prepared_is_cancelled_too() {
    let database = database().await;
    database.execute("CREATE TABLE locked (one integer)").await;
    // Two connections, as within a transaction what Postgres shows of the others does not change.
    let (observer, locker) = (database.connect().await, database.connect().await);
    locker.batch_execute("BEGIN; LOCK TABLE locked").await.unwrap();
    let settings = Settings {
        max_connections: 1,
        statement_timeout: Duration::from_millis(50),
        ..Settings::new(&database.url)
    };
    let pool = Pool::new(&settings).unwrap();
    let error = text(&pool, "SELECT one::text FROM locked").await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
    eventually("the query is gone", async || running(&observer, "FROM locked").await == 0).await;
    eventually("the pool serves on", async || text(&pool, "SELECT 'next'").await.is_ok()).await;
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_cancelled() {
    let database = database().await;
    let observer = database.connect().await;
    let settings = Settings {
        max_connections: 1,
        statement_timeout: Duration::from_millis(50),
        ..Settings::new(&database.url)
    };
    let pool = Pool::new(&settings).unwrap();
    let error = text(&pool, "SELECT pg_sleep(600)::text AS slow").await.unwrap_err();
    assert_eq!(error.to_string(), "the query took longer than 50ms and was cancelled");
    eventually("the query is gone", async || running(&observer, "slow").await == 0).await;
    eventually("the pool serves on", async || text(&pool, "SELECT 'next'").await.is_ok()).await;
}

#[tokio::test]
async fn a_query_whose_rows_are_not_wanted_any_more_is_cancelled() {
    let database = database().await;
    let observer = database.connect().await;
    let pool = pool_of_one(&database.url);
    let endless = Sql::new("SELECT generate_series(1, 1000000000000) AS endless", &[]);
    let mut rows = 0;
    let result = pool
        .query(&endless.prepared(), &[], |_| {
            rows += 1;
            if rows == 1000 { Err(Error::TimedOut { limit: Duration::ZERO }) } else { Ok(()) }
        })
        .await;
    assert!(matches!(result, Err(Error::TimedOut { limit: Duration::ZERO })));
    assert_eq!(rows, 1000);
    eventually("the query is gone", async || running(&observer, "endless").await == 0).await;
    assert_eq!(text(&pool, "SELECT 'next'").await.unwrap(), "next");
}

/// Queries are dropped at all moments, many just as they end; whatever comes next must not be cancelled for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_cancellation_hits_nobody_else() {
    let database = database().await;
    let pool = Pool::new(&Settings { max_connections: 2, ..Settings::new(&database.url) }).unwrap();
    let short = Sql::new("SELECT pg_sleep($1)::text", &[Type::FLOAT8]);
    let next = Sql::new("SELECT 'next', pg_sleep(0.0005)", &[]);
    for round in 0..300_u64 {
        let limit = Duration::from_micros(round * 37 % 3000);
        // Over or not does not matter here.
        let _ = tokio::time::timeout(limit, short.cells(&pool, &[&0.001])).await;
        assert_eq!(next.texts(&pool).await.unwrap(), ["next"], "round {round}");
    }
}

#[tokio::test]
async fn a_query_waits_for_a_connection_only_so_long() {
    let database = database().await;
    let observer = database.connect().await;
    let settings = Settings {
        max_connections: 1,
        acquire_timeout: Duration::from_millis(50),
        ..Settings::new(&database.url)
    };
    let pool = Pool::new(&settings).unwrap();
    // Opened before, as that may take longer than the limit.
    eventually("there is a connection", async || pool.ping().await.is_ok()).await;
    let task = tokio::spawn({
        let pool = pool.clone();
        async move { text(&pool, "SELECT pg_sleep(600)::text AS busy").await }
    });
    eventually("the query runs", async || running(&observer, "busy").await == 1).await;
    let error = text(&pool, "SELECT 'next'").await.unwrap_err();
    assert_eq!(error.to_string(), "the database is busy: none of 1 connections was free within 50ms");
    assert_eq!(pool.status().idle, 0);
    task.abort();
    eventually("the connection is free", async || text(&pool, "SELECT 'next'").await.is_ok()).await;
}

#[tokio::test]
async fn why_there_is_no_connection_is_told_at_once() {
    let database = database().await;
    // Nothing here waits for this limit.
    let patient = |url: &str| {
        Pool::new(&Settings { acquire_timeout: Duration::from_secs(3600), ..Settings::new(url) }).unwrap()
    };
    let error = text(&patient("postgres://me@localhost/shop?host=/nowhere"), "SELECT 'x'").await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }));
    assert_eq!(
        error.to_string(),
        "the database is not available: error connecting to server: No such file or directory (os error 2)"
    );
    let url = onefold_tests::with_database(&database.url, "missing");
    let error = patient(&url).ping().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database is not available: FATAL: database \"missing\" does not exist"
    );
}

#[tokio::test]
async fn a_connection_that_died_while_idle_is_replaced_unnoticed() {
    let database = database().await;
    let observer = database.connect().await;
    let pool = pool_of_one(&database.url);
    let sql = Sql::new("SELECT pg_backend_pid()::text", &[]);
    for _ in 0..20 {
        let process: i32 = sql.texts(&pool).await.unwrap()[0].parse().unwrap();
        observer.execute("SELECT pg_terminate_backend($1)", &[&process]).await.unwrap();
    }
    assert!(pool.ping().await.is_ok());
}

#[tokio::test]
async fn the_pool_recovers_by_itself_when_the_database_is_back() {
    let mut postgres = PrivatePostgres::start().unwrap();
    let url = postgres.url("postgres");
    let settings =
        Settings { max_connections: 4, acquire_timeout: Duration::from_secs(3600), ..Settings::new(&url) };
    let pool = Pool::new(&settings).unwrap();
    let sql = Arc::new(Sql::new("SELECT 'here'", &[]));
    assert_eq!(sql.texts(&pool).await.unwrap(), ["here"]);

    let observer = connect(&url).await;
    let interrupted: Vec<_> = (0..3)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move { text(&pool, "SELECT pg_sleep(600)::text AS interrupted").await })
        })
        .collect();
    eventually("the queries run", async || running(&observer, "interrupted").await == 3).await;
    postgres.stop();
    for task in interrupted {
        let error = task.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    }
    for _ in 0..3 {
        let error = sql.texts(&pool).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
        assert!(pool.ping().await.is_err());
    }
    postgres.start_again().unwrap();
    assert_eq!(sql.texts(&pool).await.unwrap(), ["here"]);
    assert!(pool.ping().await.is_ok());

    // With no query in between: the connections of before are dead.
    postgres.stop();
    postgres.start_again().unwrap();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (pool, sql) = (pool.clone(), Arc::clone(&sql));
            tokio::spawn(async move { sql.texts(&pool).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), ["here"]);
    }
}

#[tokio::test]
async fn hosts_are_tried_in_turn_over_tcp_and_with_a_password() {
    let postgres = PrivatePostgres::builder().tcp().start().unwrap();
    let url = postgres.tcp_url("postgres").unwrap();
    let (user, server) = url.split_once('@').unwrap();
    // Nothing listens on port 1.
    let pool = pool_of_one(&format!("{user}@localhost:1,{server}"));
    assert_eq!(text(&pool, "SELECT (inet_server_port() > 0)::text").await.unwrap(), "true");
    let error = text(&pool_of_one(&format!("{user}wrong@{server}")), "SELECT 'x'").await.unwrap_err();
    assert!(error.to_string().contains("FATAL: password authentication failed"), "{error}");
}

#[tokio::test]
async fn tls_is_as_the_url_says() {
    let postgres = PrivatePostgres::builder().tcp().start().unwrap();
    let url = postgres.tcp_url("postgres").unwrap();
    let observer = connect(&postgres.url("postgres")).await;
    let directory: String = observer.query_one("SHOW data_directory", &[]).await.unwrap().get(0);
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("certificate.pem");
    if !certify(Path::new(&directory), &ca_file) {
        eprintln!(
            "skipped: the program `openssl` is not installed, so there is no certificate to test TLS with"
        );
        return;
    }
    observer.batch_execute("ALTER SYSTEM SET ssl = on").await.unwrap();
    observer.batch_execute("SELECT pg_reload_conf()").await.unwrap();

    let more = if url.contains('?') { '&' } else { '?' };
    let with = |mode: &str, ca_file: Option<&Path>| {
        let url = format!("{url}{more}sslmode={mode}").replace("127.0.0.1", "localhost");
        Pool::new(&Settings { ca_file: ca_file.map(Path::to_owned), ..Settings::new(url) }).unwrap()
    };
    let is_encrypted = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let verified = with("require", Some(&ca_file));
    eventually("the server offers TLS", async || verified.ping().await.is_ok()).await;
    assert_eq!(text(&verified, is_encrypted).await.unwrap(), "true");
    assert_eq!(text(&with("prefer", None), is_encrypted).await.unwrap(), "true");
    assert_eq!(text(&with("disable", None), is_encrypted).await.unwrap(), "false");

    let error = text(&with("require", None), is_encrypted).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database is not available: error performing TLS handshake: invalid peer certificate: UnknownIssuer; \
         set `ca_file` to the certificate of the authority that signed the server's, and connect by the name in it"
    );
    // Over a UNIX socket there is nothing to encrypt, nor a name to verify.
    assert_eq!(text(&pool(&postgres.url("postgres")), is_encrypted).await.unwrap(), "false");

    // Cancellation takes a connection of its own, encrypted as well.
    let settings = Settings { statement_timeout: Duration::from_millis(50), ..Settings::new(&url) };
    let pool = Pool::new(&Settings { max_connections: 1, ..settings }).unwrap();
    assert!(matches!(text(&pool, "SELECT pg_sleep(600)::text").await, Err(Error::TimedOut { .. })));
    eventually("the query is gone", async || running(&observer, "pg_sleep").await == 0).await;

    let wrong = Settings { ca_file: Some(folder.path().join("missing.pem")), ..Settings::new(&url) };
    let message = Pool::new(&wrong).unwrap_err().to_string();
    assert!(message.starts_with("setting `ca_file` of the database: `"), "{message}");
}

/// Makes a certificate for `localhost` in the server's data directory, and a copy of it; false without `openssl`.
fn certify(directory: &Path, copy: &Path) -> bool {
    let (certificate, key) = (directory.join("server.crt"), directory.join("server.key"));
    let output = Command::new("openssl")
        .args(["req", "-new", "-x509", "-nodes", "-days", "2", "-subj", "/CN=onefold test server"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output();
    let Ok(output) = output else { return false };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::copy(&certificate, copy).unwrap();
    // The server runs as another user when this is root.
    let owner = fs::metadata(directory).unwrap();
    for file in [&certificate, &key] {
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        chown(file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    true
}
