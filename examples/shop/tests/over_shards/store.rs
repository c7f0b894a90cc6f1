//! A shop over shards in a cluster of its own, whose log tells which statements were run in which database.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use onefold::config::Config;
use onefold::engine::Engine;
use onefold::private_postgres::PrivatePostgres;
use onefold::schema::Schema;
use onefold::slots::SlotMap;
use serde_json::Value;
use shop::{Shop, demo};
use tokio_postgres::{Client, NoTls};

use super::operations::Operation;
use super::plan::planned;

/// How the log begins to tell of a statement of the engine: with the name that the pool gives its connections, and the
/// database.
const STATEMENT: &str = "onefold@";

/// A shop.
pub struct Store {
    engine: Engine,
    map: SlotMap,
    client: Client,
    markers: AtomicUsize,
    // Dropped last: the clients are gone by then.
    _postgres: PrivatePostgres,
}

impl Store {
    /// Starts a cluster with so many shards, and fills them.
    pub async fn start(shards: usize, customers: usize) -> Store {
        // A collected log is one that SQL can read.
        let settings = [
            ("logging_collector", "on"),
            ("log_destination", "stderr"),
            ("log_rotation_size", "0"),
            ("log_rotation_age", "0"),
            ("log_line_prefix", "%a@%d: "),
            ("log_statement", "all"),
        ];
        let builder = PrivatePostgres::builder();
        let builder =
            settings.into_iter().fold(builder, |builder, (name, value)| builder.setting(name, value));
        let postgres =
            tokio::task::block_in_place(|| builder.start()).unwrap_or_else(|error| panic!("{error}"));
        let config = demo::settings(Config::default(), &postgres, shards);
        for name in config.shards.keys() {
            postgres.create_database(name).await.expect("a new cluster has no such database");
        }
        demo::create(&config, customers).await.expect("the databases are empty");
        let (client, connection) =
            tokio_postgres::connect(&postgres.url("postgres"), NoTls).await.expect("it has started");
        tokio::spawn(connection);
        let map = SlotMap::of(&config).expect("every slot is on one shard");
        let engine = Engine::new(Shop::SCHEMA, config).expect("the settings are right");
        engine.ready().await.expect("all databases are there");
        Store { engine, map, client, markers: AtomicUsize::new(0), _postgres: postgres }
    }

    /// What an operation is answered with.
    pub async fn ask(&self, operation: &Operation) -> Value {
        let body = self.engine.execute(&operation.request()).await.body.whole().await;
        serde_json::from_slice(&body.expect("the body comes to its end")).expect("a response is JSON")
    }

    /// The statements that Postgres runs for an operation, each after the name of the database.
    pub async fn statements(&self, operation: &Operation) -> Vec<(String, String)> {
        let before = self.log().await.len();
        self.ask(operation).await;
        self.log().await.split_off(before)
    }

    /// Checks that Postgres runs what the plan says for an operation; how many statements that is.
    pub async fn check(&self, operation: &Operation) -> usize {
        let before = self.log().await.len();
        let answer = self.ask(operation).await;
        assert_eq!(answer.get("errors"), None, "{}: {answer:#}", operation.name);
        let ran = self.log().await.split_off(before);
        let text = self.engine.sql(&operation.request()).expect("it has been answered");
        let mut count = 0;
        for statement in planned(&text) {
            let of_it: Vec<&String> = ran
                .iter()
                .filter(|(_, text)| *text == statement.text)
                .map(|(database, _)| database)
                .collect();
            let databases: BTreeSet<String> = of_it.iter().map(|database| (*database).clone()).collect();
            assert_eq!(databases.len(), of_it.len(), "{}: a shard is asked once", operation.name);
            match statement.shards(&self.map, &operation.variables, &answer) {
                Some(shards) => assert_eq!(databases, shards, "{}: {}", operation.name, statement.route),
                None => assert_eq!(databases.len(), 1, "{}: {}", operation.name, statement.route),
            }
            count += of_it.len();
        }
        assert_eq!(count, ran.len(), "{}: nothing else is run: {ran:#?}", operation.name);
        count
    }

    /// The statements that the engine has run so far, each after the name of the database.
    async fn log(&self) -> Vec<(String, String)> {
        // The log is written by a process of its own. What this client has it log after a response comes after all
        // that was logged before it.
        let marker = format!("until here {}.", self.markers.fetch_add(1, Ordering::Relaxed));
        let raise = format!("DO $$ BEGIN RAISE LOG '{marker}'; END $$");
        self.client.batch_execute(&raise).await.expect("the user is a superuser");
        loop {
            let row = self.client.query_one("SELECT pg_read_file(pg_current_logfile())", &[]).await;
            let log: String = row.expect("the user is a superuser").get(0);
            if let Some((before, _)) = log.split_once(&marker) {
                return statements(before);
            }
        }
    }
}

/// `onefold@s0: LOG:  execute s7: SELECT …`, with a tab before each of the lines that follow.
fn statements(log: &str) -> Vec<(String, String)> {
    let mut statements = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((database, logged)) =
            line.strip_prefix(STATEMENT).and_then(|line| line.split_once(": LOG:  execute "))
        else {
            continue;
        };
        let (_, first) = logged.split_once(": ").expect("a statement has a name");
        let mut text = first.to_owned();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            text.push('\n');
            text.push_str(&line[1..]);
        }
        // How servers do is asked beside the requests.
        if !text.contains("pg_catalog.") {
            statements.push((database.to_owned(), text));
        }
    }
    statements
}
