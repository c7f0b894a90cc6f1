//! Reads that must see a write: whatever server answers has it.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::join_all;
use onefold::catalog::ddl;
use onefold::cluster::Consistency;
use onefold::engine::{Engine, Outcome, Request};
use onefold::prelude::*;
use onefold_tests::connect;
use serde_json::json;
use tokio_postgres::Client;

use super::servers::{Pair, caught_up, config_of, reads, start_again};
use crate::pool::eventually;

/// What is counted.
#[derive(Table)]
pub struct Counter {
    #[key]
    pub counter_id: i32,
    pub value: i32,
}

#[derive(Schema)]
#[schema(tables(Counter))]
pub struct Counters;

const WORKERS: i32 = 8;

/// How many writes are each followed by a read. `ONEFOLD_TEST_TOKEN_PAIRS` may say another number.
const PAIRS: i32 = 500;

fn pairs() -> i32 {
    env::var("ONEFOLD_TEST_TOKEN_PAIRS").map_or(PAIRS, |pairs| pairs.parse().expect("a number"))
}

/// Makes a counter for each worker, which both servers have.
pub async fn fill(pair: &Pair) {
    let writer = pair.writer().await;
    writer.batch_execute(&ddl(Counters::SCHEMA)).await.unwrap();
    let rows = format!("INSERT INTO counter SELECT i, 0 FROM generate_series(1, {WORKERS}) AS i");
    writer.batch_execute(&rows).await.unwrap();
    caught_up(pair).await;
}

/// A pair with a counter for each worker, and an engine that reads it.
async fn engine(pair: &Pair, change: impl FnOnce(&mut onefold::config::Config)) -> Arc<Engine> {
    fill(pair).await;
    engine_over(pair, change).await
}

/// An engine that reads the counters of a pair.
async fn engine_over(pair: &Pair, change: impl FnOnce(&mut onefold::config::Config)) -> Arc<Engine> {
    let mut config = config_of(pair);
    change(&mut config);
    let engine = Arc::new(Engine::new(Counters::SCHEMA, config).unwrap());
    engine.ready().await.unwrap();
    engine
}

/// Counts up, and says where the log is then.
pub async fn write(writer: &Client, counter: i32, value: i32) -> String {
    let update = "UPDATE counter SET value = $2 WHERE counter_id = $1";
    writer.execute(update, &[&counter, &value]).await.unwrap();
    writer.query_one("SELECT pg_current_wal_lsn()::text", &[]).await.unwrap().get(0)
}

/// What the engine says that the counter is.
async fn value(engine: &Engine, counter: i32, token: Option<&str>) -> i32 {
    let variables = json!({"id": counter}).as_object().cloned().unwrap_or_default();
    let query = "query ($id: Int!) { counter(counterId: $id) { value } }".to_owned();
    let consistency: Consistency = token.unwrap_or_default().parse().unwrap();
    let request = Request { query, variables: variables.into(), consistency, ..Request::default() };
    let response = engine.execute(&request).await;
    assert_eq!(response.outcome, Outcome::Executed, "{response:?}");
    let body = response.body.whole().await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    body["data"]["counter"]["value"].to_string().parse().unwrap()
}

/// Writes and reads so many times; how often a read without a token was of a state before the last write.
async fn write_and_read(pair: &Pair, engine: &Arc<Engine>, pairs: i32) -> i64 {
    let behind = AtomicI64::new(0);
    let workers = (1..=WORKERS).map(|counter| {
        let (engine, behind) = (Arc::clone(engine), &behind);
        async move {
            let writer = pair.writer().await;
            let mut earlier = (0, "one=0/0".to_owned());
            for number in 1..=pairs / WORKERS {
                let token = write(&writer, counter, number).await;
                let named = format!("one={token}");
                // By the shard's name, and as what is true of all.
                let token = if number % 2 == 0 { &token } else { &named };
                let read = value(&engine, counter, Some(token)).await;
                assert_eq!(read, number, "counter {counter}, token {token}");
                if number % 4 != 0 {
                    continue;
                }
                // Any state is right that has the write.
                let read = value(&engine, counter, Some(&earlier.1)).await;
                assert!((earlier.0..=number).contains(&read), "{read}, and {} was written before", earlier.0);
                let read = value(&engine, counter, None).await;
                assert!((0..=number).contains(&read), "{read}, and {number} was written last");
                if read < number {
                    behind.fetch_add(1, Relaxed);
                }
                if number % 16 == 0 {
                    earlier = (number, token.clone());
                }
            }
        }
    });
    join_all(workers).await;
    behind.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_behind_never_answers_a_read_that_must_see_more() {
    let pair = Pair::with_replica_setting("recovery_min_apply_delay", "200ms");
    let engine = engine(&pair, |_| {}).await;
    let pairs = pairs();
    let behind = write_and_read(&pair, &engine, pairs).await;
    // Only the replica can have answered so: reads that want nothing in particular are its own.
    assert!(behind > i64::from(pairs) / 10, "{behind} reads were of an earlier state");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_has_caught_up_answers_reads_with_a_token() {
    let pair = Pair::start();
    let engine = engine(&pair, |config| {
        config.sharding.health_interval = Duration::from_millis(10);
        config.folding.enabled = false;
    })
    .await;
    let writer = pair.writer().await;
    let token = write(&writer, 1, 7).await;
    let url = pair.replica.url("postgres");
    eventually("a replica answers", async || {
        let before = reads(&url).await;
        assert_eq!(value(&engine, 1, Some(&token)).await, 7);
        // Counts come a moment later.
        eventually_more(&url, before).await
    })
    .await;
    drop(writer);
    write_and_read(&pair, &engine, pairs() / 2).await;
}

/// Whether more was read by the time that a new connection has been made some times.
async fn eventually_more(url: &str, before: i64) -> bool {
    for _ in 0..20 {
        if reads(url).await > before {
            return true;
        }
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_killed_forgets_what_it_had_replayed() {
    let mut pair = Pair::start();
    let engine = engine(&pair, |config| config.sharding.health_interval = Duration::from_millis(20)).await;
    let writer = pair.writer().await;
    let client = connect(&pair.replica.url("postgres")).await;
    for round in 1..=5 {
        let token = write(&writer, 1, round).await;
        assert_eq!(value(&engine, 1, Some(&token)).await, round);
        pair.replica.kill();
        let after = write(&writer, 2, round).await;
        for (counter, token) in [(1, &token), (2, &after)] {
            assert_eq!(value(&engine, counter, Some(token)).await, round);
        }
        start_again(&mut pair.replica);
        // From the first moment on in which it takes connections.
        for _ in 0..200 {
            for (counter, token) in [(1, &token), (2, &after)] {
                assert_eq!(value(&engine, counter, Some(token)).await, round);
            }
        }
    }
    drop(client);
}

/// After a crash a standby takes connections at an earlier position than it was at before. This one stays there, and nobody
/// has asked how it does meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_back_before_where_it_was_is_not_believed_to_be_there() {
    let mut pair = Pair::with_replica_setting("wal_retrieve_retry_interval", "100ms");
    fill(&pair).await;
    let (writer, replica) = (pair.writer().await, connect(&pair.replica.url("postgres")).await);
    // From here on it starts again.
    writer.batch_execute("CHECKPOINT").await.unwrap();
    caught_up(&pair).await;
    replica.batch_execute("CHECKPOINT").await.unwrap();
    let token = write(&writer, 1, 7).await;
    caught_up(&pair).await;
    for folded in [true, false] {
        let engine = engine_over(&pair, |config| {
            config.sharding.health_interval = Duration::from_secs(3_600);
            config.folding.enabled = folded;
        })
        .await;
        assert_eq!(value(&engine, 1, Some(&token)).await, 7);
        let replica = connect(&pair.replica.url("postgres")).await;
        replica.batch_execute("ALTER SYSTEM SET recovery_min_apply_delay = '1h'").await.unwrap();
        pair.replica.kill();
        start_again(&mut pair.replica);
        for _ in 0..50 {
            assert_eq!(value(&engine, 1, Some(&token)).await, 7);
        }
        eventually("the replica is read", async || value(&engine, 1, None).await == 0).await;
        for _ in 0..50 {
            assert_eq!(value(&engine, 1, Some(&token)).await, 7);
        }
        let replica = connect(&pair.replica.url("postgres")).await;
        replica.batch_execute("ALTER SYSTEM RESET recovery_min_apply_delay").await.unwrap();
        replica.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        caught_up(&pair).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_told() {
    let pair = Pair::start();
    let engine = engine(&pair, |_| {}).await;
    let consistency = "two=0/1".parse().unwrap();
    let query = "{ counters { value } }".to_owned();
    let response = engine.execute(&Request { query, consistency, ..Request::default() }).await;
    assert_eq!(response.outcome, Outcome::Refused);
    let body = String::from_utf8(response.body.whole().await.unwrap().to_vec()).unwrap();
    assert!(body.contains("there is no shard `two` to be consistent with"), "{body}");
}
