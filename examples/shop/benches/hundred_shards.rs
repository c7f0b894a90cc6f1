//! What a hundred shards take: the shop over as many databases of one private Postgres, served with few connections and
//! with many. Every operation is asked, one by one and many at once, and a table says how many connections were open, how
//! long requests took, and how much memory the server and Postgres used.
//!
//! `SHOP_SHARDS` and `SHOP_CUSTOMERS` are other numbers of shards and customers. Memory is read from `/proc`, so elsewhere
//! than on Linux, or without the rights to read it, it is 0.

#[path = "../tests/over_shards/operations.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod operations;

use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use onefold::config::{self, Config};
use onefold::private_postgres::PrivatePostgres;
use onefold_tests::connect;
use onefold_tests::demo::Demo;
use operations::{Operation, operations};
use serde_json::{Value, json};
use shop::demo;
use tokio::runtime::Runtime;

/// The program.
const SHOP: &str = env!("CARGO_BIN_EXE_shop");

/// How many connections the server may have, in one run after the other.
const CONNECTIONS: [usize; 4] = [10, 40, 120, 220];

/// How often an operation is asked whose time is told.
const REPETITIONS: usize = 50;

/// How many clients ask at once, and how often each asks for every operation.
const CLIENTS: usize = 16;
const ROUNDS: usize = 5;

/// How often it is looked how many connections there are.
const INTERVAL: Duration = Duration::from_millis(20);

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let size = demo::Size::of_environment().unwrap_or_else(|error| panic!("{error}"));
    let shards = if env::var_os(demo::SHARDS_VARIABLE).is_some() { size.shards } else { 100 };
    let begun = Instant::now();
    let (config, postgres) = runtime.block_on(async {
        tokio::spawn(async move { start(shards, size.customers).await }).await.expect("it does not panic")
    });
    println!(
        "{shards} shards and the archive with {} customers, made in {} s.\n",
        size.customers,
        begun.elapsed().as_secs()
    );
    println!(
        "| connections allowed | open at most | to one database | opened in all | by key | every shard \
         | requests a second | in part | memory of the server | of Postgres | of one connection |"
    );
    println!("|{}", "--:|".repeat(11));
    let mut expected: Option<Vec<Value>> = None;
    for allowed in CONNECTIONS {
        let run = Run::new(&runtime, &config, &postgres, allowed);
        println!("{}", run.row(allowed));
        // With fewer connections than databases they are exchanged, and Postgres ends a process a moment after its socket was
        // closed, so it may count some more then.
        assert!(allowed <= shards || run.peak.open <= allowed, "{allowed} connections are allowed");
        let expected = expected.get_or_insert_with(|| run.answers.clone());
        assert_eq!(*expected, run.answers, "answers do not depend on the number of connections");
    }
}

/// A Postgres with the shards.
async fn start(shards: usize, customers: usize) -> (Config, PrivatePostgres) {
    let builder = PrivatePostgres::builder().setting("max_connections", "400");
    let postgres = tokio::task::block_in_place(|| builder.start()).unwrap_or_else(|error| panic!("{error}"));
    let config = demo::settings(Config::default(), &postgres, shards);
    for name in config.shards.keys() {
        postgres.create_database(name).await.expect("a new cluster has no such database");
    }
    demo::create(&config, customers).await.expect("the databases are empty");
    (config, postgres)
}

/// The settings of the program, as it reads them.
fn settings(config: &Config, allowed: usize) -> String {
    let mut text = format!("[sharding]\nmax_connections = {allowed}\n");
    for (name, server) in &config.servers {
        text += &format!("[servers.{name}]\nurl = \"{}\"\nmax_connections = {allowed}\n", server.url);
    }
    for (name, shard) in &config.shards {
        let database = shard.database.as_deref().unwrap_or_default();
        text += &format!(
            "[shards.{name}]\nprimary = \"{}\"\ndatabase = \"{database}\"\nslots = {:?}\n",
            shard.primary, shard.slots
        );
    }
    text
}

/// What the server has come to with so many connections.
struct Run {
    peak: Connections,
    /// How many connections were opened in all.
    opened: i64,
    /// The median time of a request that one shard answers, and of one that all are asked for.
    by_key: Duration,
    every_shard: Duration,
    /// From many clients.
    requests_a_second: f64,
    /// How many of these were not answered in full, because a shard had no connection for them in time.
    in_part: usize,
    /// The most memory that the server had, in kilobytes.
    server: u64,
    /// The memory of each process of Postgres that serves a connection, without what it shares with others, in kilobytes.
    processes: Vec<u64>,
    answers: Vec<Value>,
}

/// How many connections of the server are open.
#[derive(Clone, Copy, Default)]
struct Connections {
    open: usize,
    /// Of these to the database that has most.
    to_one: usize,
}

/// Says that it is over, also when a request fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

impl Run {
    fn new(runtime: &Runtime, config: &Config, postgres: &PrivatePostgres, allowed: usize) -> Run {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join(config::FILE_NAME), settings(config, allowed)).expect("it is ours");
        let url = postgres.url("postgres");
        let before = runtime.block_on(opened(&url));
        let demo = Demo::start_in(folder, SHOP, &[("RUST_LOG", "error")]);
        let operations = operations();
        let find =
            |name: &str| operations.iter().find(|it| it.name == name).expect("there is such an operation");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let over = Over(&is_over);
            let watcher = scope.spawn(|| runtime.block_on(watch(&url, &is_over)));
            // What is asked first is compiled and prepared, so it takes longer.
            let answers = operations.iter().map(|operation| ask(&demo, operation)).collect();
            let by_key = median(&demo, find("customer"));
            let every_shard = median(&demo, find("newest_purchases"));
            let (requests_a_second, in_part) = many_at_once(&demo, &operations);
            let server = kilobytes(&format!("/proc/{}/status", demo.id()), &["VmHWM:"]);
            let processes = runtime.block_on(processes(&url));
            drop(over);
            let peak = watcher.join().expect("it watches to the end");
            drop(demo);
            let opened = runtime.block_on(opened(&url)) - before;
            Run { peak, opened, by_key, every_shard, requests_a_second, in_part, server, processes, answers }
        })
    }

    fn row(&self, allowed: usize) -> String {
        let megabytes = |kilobytes: u64| format!("{:.1} MB", kilobytes as f64 / 1_000.0);
        let all: u64 = self.processes.iter().sum();
        format!(
            "| {allowed} | {} | {} | {} | {:.1?} | {:.1?} | {:.0} | {} | {} | {} | {} |",
            self.peak.open,
            self.peak.to_one,
            self.opened,
            self.by_key,
            self.every_shard,
            self.requests_a_second,
            self.in_part,
            megabytes(self.server),
            megabytes(all),
            megabytes(all / self.processes.len().max(1) as u64),
        )
    }
}

/// The answer to an operation, which is complete.
fn ask(demo: &Demo, operation: &Operation) -> Value {
    let answer = request(demo, operation);
    assert_eq!(answer.get("errors"), None, "{}: {answer:#}", operation.name);
    answer
}

fn request(demo: &Demo, operation: &Operation) -> Value {
    demo.request(&json!({"query": operation.document, "variables": operation.variables}))
}

fn median(demo: &Demo, operation: &Operation) -> Duration {
    let time = |_| {
        let begun = Instant::now();
        ask(demo, operation);
        begun.elapsed()
    };
    let mut times: Vec<Duration> = (0..REPETITIONS).map(time).collect();
    times.sort();
    times[REPETITIONS / 2]
}

/// How many requests are answered a second when many clients ask for all operations, and how many have errors.
fn many_at_once(demo: &Demo, operations: &[Operation]) -> (f64, usize) {
    let in_part = AtomicUsize::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let in_part = &in_part;
            scope.spawn(move || {
                // Each begins with another one.
                for operation in operations.iter().cycle().skip(client).take(ROUNDS * operations.len()) {
                    if request(demo, operation).get("errors").is_some() {
                        in_part.fetch_add(1, Relaxed);
                    }
                }
            });
        }
    });
    let requests = CLIENTS * ROUNDS * operations.len();
    (requests as f64 / begun.elapsed().as_secs_f64(), in_part.into_inner())
}

/// The most connections that there are until it is over.
async fn watch(url: &str, is_over: &AtomicBool) -> Connections {
    let client = connect(url).await;
    let mut peak = Connections::default();
    while !is_over.load(Relaxed) {
        let count = "SELECT coalesce(sum(count), 0)::int8, coalesce(max(count), 0) FROM (
            SELECT count(*) FROM pg_stat_activity WHERE application_name = 'onefold' GROUP BY datname) AS databases";
        let row = client.query_one(count, &[]).await.expect("everybody may count");
        let count = |column| usize::try_from(row.get::<_, i64>(column)).expect("it is a count");
        peak = Connections { open: peak.open.max(count(0)), to_one: peak.to_one.max(count(1)) };
        tokio::time::sleep(INTERVAL).await;
    }
    peak
}

/// How many connections have been opened to the shards.
async fn opened(url: &str) -> i64 {
    let count = "SELECT sum(sessions)::int8 FROM pg_stat_database WHERE datname <> 'postgres'";
    connect(url).await.query_one(count, &[]).await.expect("everybody may count").get(0)
}

/// The memory of the processes of Postgres that serve the server's connections.
async fn processes(url: &str) -> Vec<u64> {
    let find = "SELECT pid FROM pg_stat_activity WHERE application_name = 'onefold'";
    let rows = connect(url).await.query(find, &[]).await.expect("everybody may look");
    let process = |row: &tokio_postgres::Row| {
        kilobytes(
            &format!("/proc/{}/smaps_rollup", row.get::<_, i32>(0)),
            &["Private_Clean:", "Private_Dirty:"],
        )
    };
    rows.iter().map(process).collect()
}

/// The sum of some lines of a file like `VmHWM:   17044 kB`; 0 when it cannot be read.
fn kilobytes(file: &str, names: &[&str]) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(char::is_whitespace));
    let lines = lines.filter(|(name, _)| names.contains(name));
    lines.filter_map(|(_, value)| value.trim().strip_suffix(" kB")?.parse::<u64>().ok()).sum()
}
