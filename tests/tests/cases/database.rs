//! A database in a cluster of its own, whose log tells how many statements were run.

use std::sync::atomic::{AtomicUsize, Ordering};

use onefold::config::Config;
use onefold::private_postgres::PrivatePostgres;
use onefold_tests::connect;
use tokio_postgres::Client;

/// What oracles need to write cursors.
const CURSOR: &str = include_str!("cursor.sql");

/// How the log begins to tell of a statement of the engine: with the name that the pool gives its connections.
const STATEMENT: &str = "onefold: LOG:";

/// How the driver asks for a type that is not Postgres' own, such as `citext`, once on each connection.
const OF_A_TYPE: &str = ": SELECT t.typname, ";

/// A cluster with the database.
pub struct Database {
    url: String,
    client: Client,
    markers: AtomicUsize,
    // Dropped last: the clients are gone by then.
    _cluster: PrivatePostgres,
}

impl Database {
    /// Starts the cluster and fills the database by a script.
    pub async fn load(script: &str) -> Database {
        // A collected log is one that SQL can read.
        let settings = [
            ("logging_collector", "on"),
            ("log_destination", "stderr"),
            ("log_rotation_size", "0"),
            ("log_rotation_age", "0"),
            ("log_line_prefix", "%a: "),
            ("log_statement", "all"),
        ];
        let builder = PrivatePostgres::builder();
        let cluster =
            settings.into_iter().fold(builder, |builder, (name, value)| builder.setting(name, value));
        let cluster = cluster.start().unwrap_or_else(|error| panic!("{error}"));
        // Text is ordered by bytes, so that snapshots do not depend on the machine's locale.
        let postgres = connect(&cluster.url("postgres")).await;
        let create = "CREATE DATABASE cases TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";
        postgres.batch_execute(create).await.expect("a new cluster has no such database");
        let url = cluster.url("cases");
        let client = connect(&url).await;
        client
            .batch_execute("SET log_statement = 'none'; SET timezone = 'UTC'; SET intervalstyle = 'iso_8601'")
            .await
            .expect("the user is a superuser");
        client.batch_execute(script).await.unwrap_or_else(|error| panic!("the script: {error:?}"));
        client.batch_execute(CURSOR).await.unwrap_or_else(|error| panic!("cursor.sql: {error:?}"));
        client.batch_execute("ANALYZE").await.expect("the user owns the tables");
        Database { url, client, markers: AtomicUsize::new(0), _cluster: cluster }
    }

    /// The settings of an engine over this database.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.database.url = Some(self.url.clone());
        config
    }

    /// The only cell of what a statement answers, as text.
    pub async fn ask(&self, sql: &str) -> String {
        let sql = format!("SELECT ({})::text", sql.trim().trim_end_matches(';'));
        let row = self.client.query_one(&sql, &[]).await.unwrap_or_else(|error| panic!("{error:?} in {sql}"));
        row.get(0)
    }

    /// How many statements the engine has run so far.
    pub async fn statements(&self) -> usize {
        // The log is written by a process of its own. What this client has it log after a response comes after all
        // that was logged before it.
        let marker = format!("until here {}.", self.markers.fetch_add(1, Ordering::Relaxed));
        let raise = format!("DO $$ BEGIN RAISE LOG '{marker}'; END $$");
        self.client.batch_execute(&raise).await.expect("the user is a superuser");
        loop {
            let row = self.client.query_one("SELECT pg_read_file(pg_current_logfile())", &[]).await;
            let log: String = row.expect("the user is a superuser").get(0);
            if let Some((before, _)) = log.split_once(&marker) {
                let is_counted = |line: &&str| line.starts_with(STATEMENT) && !line.contains(OF_A_TYPE);
                return before.lines().filter(is_counted).count();
            }
        }
    }
}
