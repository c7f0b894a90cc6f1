//! What the integration tests share: databases of their own in a Postgres that they need not set up.
//!
//! `with-postgres COMMAND` (the other half of this crate) runs a whole test run against one cluster, which it
//! names in `ONEFOLD_TEST_DATABASE_URL`. Without it each test process starts a cluster of its own, which takes
//! about a second, so a single `cargo test` works as it is.
#![forbid(unsafe_code)]

pub mod demo;
pub mod extended;
pub mod shards;
pub mod shop;
pub mod store;
pub mod types;

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::BuildHasher;
use std::sync::OnceLock;

use onefold::engine::{Engine, Request};
use onefold::known::Document;
use onefold::private_postgres::{Error, PrivatePostgres};
use serde_json::Value;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, NoTls};

/// What the store's server knows: `tests/operations`.
pub const OPERATIONS: &[Document] = onefold::operations!();

/// The environment variable with the URL of a database of the cluster to use; its user may create databases.
pub const DATABASE_URL_VARIABLE: &str = "ONEFOLD_TEST_DATABASE_URL";

/// An empty database for one test; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is.
    pub url: String,
    /// Its name.
    pub name: String,
}

/// Makes an empty database with a name that no other test has.
///
/// # Panics
/// There is no Postgres; the message says what to install.
pub async fn database() -> TestDatabase {
    create("").await
}

/// Makes an empty database whose texts are in the order of their bytes.
///
/// # Panics
/// There is no Postgres; the message says what to install.
pub async fn database_in_byte_order() -> TestDatabase {
    // The other template has texts in the order of its own collation.
    create("TEMPLATE template0 LC_COLLATE 'C'").await
}

/// The response to a query.
///
/// # Panics
/// `variables` is no object, or the response breaks off.
pub async fn ask(engine: &Engine, query: &str, variables: Value) -> Value {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    let request = Request { query: query.into(), variables: variables.into(), ..Request::default() };
    let body = engine.execute(&request).await.body.whole().await.expect("the body comes to its end");
    serde_json::from_slice(&body).expect("a response is JSON")
}

/// Whether the Postgres of a database has the extension pgvector.
///
/// # Panics
/// The database is not there.
pub async fn has_pgvector(database: &TestDatabase) -> bool {
    let available = "SELECT FROM pg_available_extensions WHERE name = 'vector'";
    !database.connect().await.query(available, &[]).await.expect("the catalog is there").is_empty()
}

async fn create(options: &str) -> TestDatabase {
    // The name is random because test processes share a cluster, each `RandomState` being differently keyed.
    let name = format!("onefold_test_{:016x}", RandomState::new().hash_one(std::process::id()));
    execute(&cluster_url(), &format!("CREATE DATABASE {name} {options}")).await;
    TestDatabase { url: with_database(&cluster_url(), &name), name }
}

impl TestDatabase {
    /// A connection to it.
    ///
    /// # Panics
    /// It cannot be reached.
    pub async fn connect(&self) -> Client {
        connect(&self.url).await
    }

    /// Runs a script of SQL statements in it.
    ///
    /// # Panics
    /// One of the statements fails.
    pub async fn execute(&self, script: &str) {
        execute(&self.url, script).await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own, on a thread of its own: the test's may be shutting down.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(execute(&cluster_url(), &drop));
        });
        // A cluster that is gone has no databases to drop, and a panic here would hide the test's own.
        let _ = dropped.join();
    }
}

/// The URL of the database `postgres` of the cluster that is used.
fn cluster_url() -> String {
    // Statics are never dropped; the cluster ends because it ends with its process.
    static OWN_CLUSTER: OnceLock<PrivatePostgres> = OnceLock::new();
    if let Ok(url) = env::var(DATABASE_URL_VARIABLE) {
        return url;
    }
    OWN_CLUSTER.get_or_init(|| start_cluster().unwrap_or_else(|error| panic!("{error}"))).url("postgres")
}

/// Starts a cluster for tests.
///
/// # Errors
/// There is no Postgres; the message says what to install.
pub fn start_cluster() -> Result<PrivatePostgres, Error> {
    // Tests run side by side and some open whole pools.
    PrivatePostgres::builder().setting("max_connections", "500").start()
}

/// The URL with another database in it.
///
/// # Panics
/// It is not a URL with a database.
pub fn with_database(url: &str, database: &str) -> String {
    let (url, parameters) = url.split_once('?').map_or((url, None), |(url, rest)| (url, Some(rest)));
    let (server, _) = url.rsplit_once('/').expect("the URL ends with `/database`");
    let parameters = parameters.map(|parameters| format!("?{parameters}")).unwrap_or_default();
    format!("{server}/{database}{parameters}")
}

/// Connects to a database.
///
/// # Panics
/// It cannot be reached.
pub async fn connect(url: &str) -> Client {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.unwrap_or_else(|error| panic!("{}: {error:?}", place(url)));
    tokio::spawn(connection);
    client
}

async fn execute(url: &str, script: &str) {
    let client = connect(url).await;
    client.batch_execute(script).await.unwrap_or_else(|error| panic!("{error:?} in {script}"));
}

/// The hosts of a URL, without the password that it may have.
fn place(url: &str) -> String {
    let config: Result<tokio_postgres::Config, _> = url.parse();
    let hosts = config.map(|config| config.get_hosts().to_vec()).unwrap_or_default();
    let names = hosts.iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    });
    names.collect::<Vec<_>>().join(", ")
}
