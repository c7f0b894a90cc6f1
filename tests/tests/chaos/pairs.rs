//! Shards of the shop on pairs of real servers, and one database with all of their rows.

use std::collections::BTreeMap;

use onefold::catalog::ddl;
use onefold::config::{Config, DatabaseServer, Shard};
use onefold::engine::Engine;
use onefold::schema::Schema;
use onefold::slots::{SLOTS, Slot};
use onefold_tests::connect;
use onefold_tests::shards::Shards;
use onefold_tests::shop::{self, Shop};

use crate::cluster::servers::{Pair, config};

/// How many customers there are.
pub const CUSTOMERS: i64 = 40;

/// How many lines more a customer of each shard has, for lists that do not come in one piece.
const MORE_LINES: usize = 600;

/// Shards, each on a primary and its replica.
pub struct Pairs {
    pub pairs: Vec<Pair>,
    /// What an engine over them is made of.
    pub config: Config,
    /// An engine over one database that has the rows of all.
    pub oracle: Engine,
    /// Where the logs of the shards are when all rows are there, as a token.
    pub token: String,
    /// Keeps the oracle's database.
    _single: Shards,
}

/// On which of so many shards a slot is.
fn position(slot: Slot, count: usize) -> usize {
    usize::from(slot.number()) % count
}

/// On which of so many shards what belongs to a key is.
pub fn home(key: i64, count: usize) -> usize {
    position(Slot::of_int(key), count)
}

/// The customer of each shard who has the most lines.
pub fn regulars(count: usize) -> Vec<i64> {
    let first = |shard| (1..=CUSTOMERS).find(|customer| home(*customer, count) == shard);
    (0..count).map(|shard| first(shard).expect("every shard has a customer")).collect()
}

/// The shard's name in the settings.
pub fn name(shard: usize) -> String {
    format!("s{shard}")
}

/// Which shard a name of the settings means: the archive is on the servers of the first one.
pub fn shard_named(name: &str) -> Option<usize> {
    if name == "archive" { Some(0) } else { name.strip_prefix('s')?.parse().ok() }
}

impl Pairs {
    /// So many shards with their rows on both servers of each.
    pub async fn start(count: usize) -> Pairs {
        // Each takes some seconds, most of which it waits.
        let starting: Vec<_> = (0..count)
            .map(|_| {
                std::thread::spawn(|| Pair::with_replica_setting("wal_retrieve_retry_interval", "100ms"))
            })
            .collect();
        let single = shop::filled(1, CUSTOMERS).await;
        let more = regulars(count).into_iter().map(more_lines);
        let archive = "INSERT INTO delivery SELECT i, i % 2 + 1 FROM generate_series(1, 5) AS i;\n";
        single.databases[0].execute(&more.clone().collect::<String>()).await;
        single.databases[0].execute(archive).await;
        let oracle = Engine::new(Shop::SCHEMA, shop::settings(&single)).expect("the settings are right");

        let mut scripts = shop::rows(count, CUSTOMERS, |slot| position(slot, count));
        scripts.iter_mut().zip(more).for_each(|(script, more)| script.push_str(&more));
        scripts[0] += archive;
        let pairs: Vec<Pair> = starting.into_iter().map(|pair| pair.join().expect("it starts")).collect();
        let mut tokens = Vec::new();
        for (shard, (pair, script)) in pairs.iter().zip(scripts).enumerate() {
            let writer = pair.writer().await;
            writer.batch_execute(&ddl(Shop::SCHEMA)).await.expect("the tables are made");
            writer.batch_execute(&script).await.expect("the rows are written");
            let position = writer.query_one("SELECT pg_current_wal_lsn()::text", &[]).await;
            let position: String = position.expect("it can be asked").get(0);
            tokens.push(format!("{}={position}", name(shard)));
            crate::cluster::servers::caught_up(pair).await;
        }
        let config = settings(&pairs);
        Pairs { pairs, config, oracle, token: tokens.join(","), _single: single }
    }
}

fn more_lines(customer: i64) -> String {
    format!(
        "INSERT INTO line SELECT {customer}, 1000 + i, \
           (SELECT min(purchase_id) FROM purchase WHERE customer_id = {customer}), i % 4 + 1, i % 7 \
         FROM generate_series(1, {MORE_LINES}) AS i;\n"
    )
}

fn settings(pairs: &[Pair]) -> Config {
    let mut config = config();
    let defaults = Config::default().sharding;
    config.sharding.health_interval = defaults.health_interval;
    config.sharding.breaker_pause = defaults.breaker_pause;
    let mut shards = BTreeMap::new();
    for (shard, pair) in pairs.iter().enumerate() {
        let [primary, replica] = ["primary", "replica"].map(|role| format!("{}-{role}", name(shard)));
        let url = pair.replica.url("postgres");
        let hosts = [&pair.primary.url("postgres"), &url].map(|url| {
            url.trim_start_matches("postgres://onefold@").trim_end_matches("/postgres").to_owned()
        });
        // Whichever of them is the primary.
        let either =
            format!("postgres://onefold@{}/postgres?target_session_attrs=read-write", hosts.join(","));
        for (server, url) in [(&primary, either), (&replica, url)] {
            config.servers.insert(server.clone(), DatabaseServer { url, max_connections: None });
        }
        let slots = (0..SLOTS).filter(|slot| slot % pairs.len() == shard).map(|slot| slot.to_string());
        let placed = Shard { primary, replicas: vec![replica], database: None, slots: slots.collect() };
        shards.insert(name(shard), placed);
    }
    shards.insert("archive".to_owned(), Shard { slots: Vec::new(), ..shards[&name(0)].clone() });
    config.shards = shards;
    config
}

/// Waits until Postgres takes connections at this URL.
pub async fn accepts(url: &str) {
    crate::pool::eventually("it takes connections", async || {
        match tokio_postgres::connect(url, tokio_postgres::NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                client.simple_query("SELECT 1").await.is_ok()
            }
            Err(_) => false,
        }
    })
    .await;
}

/// Has the standby take over; it has done so when this returns.
pub async fn promote(pair: &Pair) {
    let replica = connect(&pair.replica.url("postgres")).await;
    let promoted = replica.query_one("SELECT pg_promote()", &[]).await.expect("it can be asked");
    assert!(promoted.get::<_, bool>(0), "the standby has not taken over");
}
