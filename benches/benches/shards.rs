//! What shards cost: the processor time of a request, of this process and of Postgres together, by how many shards are in
//! the map, and for a list of every shard against as many lists of one.
//!
//! Times of the kernel's accounting, because of the time that passes on a machine that is shared little can be said. The
//! sides of a comparison are measured in turn; what is printed are medians of the rounds.
//!
//! On one processor, by `taskset --cpu-list 0`, the figures repeat within a hundredth. On several a request costs up to twice as
//! much or as little, by which of them both ends of its connection are on.

use std::fs;
use std::time::Duration;

use onefold::config::{Config, Shard};
use onefold::engine::{Engine, Outcome, Request};
use onefold::schema::Schema;
use onefold::slots::Slot;
use onefold_tests::shards::Shards;
use onefold_tests::shop::{Shop, filled, settings};
use serde_json::json;
use tokio::runtime::Runtime;

/// By how many shards there are.
const MAPS: [u16; 3] = [1, 4, 64];

const GENERATIONS: usize = 12;
const ROUNDS: usize = 6;
const REQUESTS: usize = 500;
const CUSTOMERS: i64 = 400;

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        in_the_map().await;
        scattered().await;
    });
}

/// A point read of one shard, with more and more shards in the map.
async fn in_the_map() {
    let shards = filled(1, CUSTOMERS).await;
    // Of all maps these customers are on the first shard.
    let customers = (1..=CUSTOMERS).filter(|customer| Slot::of_int(*customer).number().is_multiple_of(64));
    let requests: Vec<_> = customers.map(point_read).collect();
    let postgres = postmaster(&shards).await;
    let mut measured = vec![Vec::new(); MAPS.len()];
    // Connections are opened anew again and again: what a request costs depends on which processors both ends of its
    // connection have come to be on, by more than what is looked for.
    for _ in 0..GENERATIONS {
        let engines = MAPS.map(|count| engine(mapped(&shards, count)));
        for round in 0..=ROUNDS {
            // Each begins as often as the others: whoever follows another finds its memory in the caches, or not.
            for turn in 0..MAPS.len() {
                let side = (round + turn) % MAPS.len();
                let cpu = measure(postgres, &engines[side], &requests, REQUESTS).await;
                if round > 0 {
                    measured[side].push(cpu);
                }
            }
        }
    }
    let sides = MAPS.map(|count| format!("{count} in the map"));
    report("a customer by key", &sides, measured, 1);
}

/// Settings with one shard by so many names, each with the same number of slots.
fn mapped(shards: &Shards, count: u16) -> Config {
    let mut config = connections(settings(shards));
    let only = config.shards["s0"].clone();
    for number in 0..count {
        let slots = (0..8192).filter(|slot| slot % count == number).map(|slot| slot.to_string()).collect();
        config.shards.insert(format!("s{number}"), Shard { slots, ..only.clone() });
    }
    config
}

/// Ten lines of every shard, and of each of eight.
async fn scattered() {
    let shards = filled(8, CUSTOMERS).await;
    let config = connections(settings(&shards));
    let sides = ["8 lists of one", "1 list of 8"].map(str::to_owned);
    let of_shard = |shard: usize| {
        (1..=CUSTOMERS)
            .find(|customer| shards.position(Slot::of_int(*customer)) == shard)
            .expect("a customer there")
    };
    let single = "query ($id: BigInt!) { lines(where: {customerId: {eq: $id}}, limit: 6) { lineId quantity product { title } } }";
    let singles: Vec<_> =
        (0..8).map(|shard| request(single, json!({"id": of_shard(shard).to_string()}))).collect();
    let all = vec![request("{ lines(limit: 6) { lineId quantity product { title } } }", json!({}))];
    let postgres = postmaster(&shards).await;
    let mut measured = vec![Vec::new(); 2];
    for _ in 0..GENERATIONS {
        let engines = [engine(config.clone()), engine(config.clone())];
        for round in 0..=ROUNDS {
            for turn in 0..2 {
                let side = (round + turn) % 2;
                let requests = [&singles, &all][side];
                let count = REQUESTS / 8 * requests.len();
                let cpu = measure(postgres, &engines[side], requests, count).await * requests.len() as u32;
                if round > 0 {
                    measured[side].push(cpu);
                }
            }
        }
    }
    report("lines", &sides, measured, 8);
}

/// Room for connections to each of many shards.
fn connections(mut config: Config) -> Config {
    config.sharding.max_connections = 300;
    if let Some(server) = config.servers.get_mut("test") {
        server.max_connections = Some(300);
    }
    config
}

fn engine(config: Config) -> Engine {
    Engine::new(Shop::SCHEMA, config).expect("the settings are right")
}

fn point_read(id: i64) -> Request {
    request(
        "query ($id: BigInt!) { customer(customerId: $id) { name country } }",
        json!({"id": id.to_string()}),
    )
}

fn request(query: &str, variables: serde_json::Value) -> Request {
    let variables = variables.as_object().cloned().unwrap_or_default();
    Request { query: query.to_owned(), variables: variables.into(), ..Request::default() }
}

/// The processor time of a request, one after the other.
async fn measure(postgres: u32, engine: &Engine, requests: &[Request], count: usize) -> Duration {
    let cpu = || process_cpu(std::process::id()) + family_cpu(postgres);
    let before = cpu();
    for request in requests.iter().cycle().take(count) {
        let response = engine.execute(request).await;
        assert_eq!(response.outcome, Outcome::Executed);
        let body = response.body.whole().await.expect("the body comes to its end");
        assert!(!body.windows(8).any(|bytes| bytes == b"\"errors\""), "{}", String::from_utf8_lossy(&body));
    }
    // Connections of a generation before may still be closing, which only its warm-up sees.
    cpu().saturating_sub(before) / u32::try_from(count).expect("it is a small number")
}

fn report(what: &str, sides: &[String], measured: Vec<Vec<Duration>>, requests: usize) {
    println!("{what}: processor time of {requests} request(s), engine and Postgres");
    let medians: Vec<_> = measured
        .into_iter()
        .map(|mut rounds| {
            rounds.sort();
            rounds[rounds.len() / 2]
        })
        .collect();
    for (name, median) in sides.iter().zip(&medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        println!("  {name:20} {:8.1} µs  {ratio:.3}", median.as_secs_f64() * 1e6);
    }
}

/// The process that all backends of the cluster are children of.
async fn postmaster(shards: &Shards) -> u32 {
    let client = shards.databases[0].connect().await;
    let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.expect("it answers").get(0);
    parent(u32::try_from(backend).expect("it is the number of a process")).expect("the backend runs")
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // What is in parentheses may have spaces in it.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// The processor time of all threads of a process that still run.
fn process_cpu(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// The processor time of a process and its children.
fn family_cpu(pid: u32) -> Duration {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|child| parent(*child) == Some(pid));
    children.map(process_cpu).sum::<Duration>() + process_cpu(pid)
}
