//! Rows break off in their middle: as long as nothing was handed out, the primary begins from the first one.

use std::sync::Arc;

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;
use onefold_tests::connect;
use onefold_tests::shop::{Shop, rows};
use serde_json::{Value, json};

use super::servers::{Pair, Paused, caught_up, config, server, shard};
use crate::pool::eventually;

/// How many lines the customer has that are read.
const LINES: usize = 900;

/// The last lines of a customer take their time on a standby, after some thousands of bytes of others.
const SLOW: &str = "\
    INSERT INTO line SELECT 1, 1000 + i, (SELECT min(purchase_id) FROM purchase WHERE customer_id = 1), 1, i % 7 \
      FROM generate_series(1, 894) AS i; \
    ALTER TABLE line RENAME TO slow_line; \
    CREATE VIEW line AS SELECT * FROM slow_line WHERE CASE \
      WHEN line_id > 1800 AND pg_is_in_recovery() THEN pg_sleep(3600)::text = '' ELSE true END; \
    ALTER DATABASE postgres SET enable_sort = off; ALTER DATABASE postgres SET enable_seqscan = off; \
    ALTER DATABASE postgres SET enable_bitmapscan = off";

/// Operations of which lines are all, a part, or what follows other rows; and where in the data they are.
const OPERATIONS: [(&str, &str); 4] = [
    ("{ lines(where: {customerId: {eq: 1}}, limit: 1000) { lineId quantity } }", "/lines"),
    ("{ lines(limit: 1000) { lineId quantity } }", "/lines"),
    (
        "{ lines(where: {customerId: {eq: 1}}, limit: 1000) { lineId quantity } \
           products(limit: 1) { supplier { name } } }",
        "/lines",
    ),
    ("{ products(limit: 1) { lines(limit: 1000) { lineId quantity } } }", "/products/0/lines"),
];

async fn engine(pair: &Pair) -> Arc<Engine> {
    let writer = pair.writer().await;
    let script = rows(1, 1, |_| 0).concat();
    for script in [ddl(Shop::SCHEMA).as_str(), &script, SLOW] {
        writer.batch_execute(script).await.unwrap();
    }
    caught_up(pair).await;
    let engine = Engine::new(Shop::SCHEMA, settings(pair)).unwrap();
    engine.ready().await.unwrap();
    Arc::new(engine)
}

fn settings(pair: &Pair) -> Config {
    let mut config = config();
    server(&mut config, "primary", &pair.primary.url("postgres"));
    server(&mut config, "replica", &pair.replica.url("postgres"));
    shard(&mut config, "one", "primary", &["replica"]);
    shard(&mut config, "archive", "primary", &["replica"]);
    config
}

/// An operation that is on its way, and waits for rows of the replica.
struct Waiting(tokio::task::JoinHandle<Value>);

impl Waiting {
    async fn new(engine: &Arc<Engine>, pair: &Pair, query: &str) -> Waiting {
        let request = Request { query: query.to_owned(), ..Request::default() };
        let engine = Arc::clone(engine);
        let running = tokio::spawn(async move {
            let body = engine.execute(&request).await.body.whole().await.unwrap();
            serde_json::from_slice(&body).unwrap()
        });
        let observer = connect(&pair.replica.url("postgres")).await;
        let asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        eventually("the replica has begun to answer", async || {
            observer.query_one(asleep, &[]).await.unwrap().get::<_, i64>(0) > 0
        })
        .await;
        Waiting(running)
    }

    async fn answer(self) -> Value {
        self.0.await.unwrap()
    }
}

/// Breaks off what sleeps.
async fn break_off(pair: &Pair) {
    let observer = connect(&pair.replica.url("postgres")).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    observer.execute(end, &[]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_break_off_begin_again_on_the_primary() {
    let pair = Pair::start();
    let engine = engine(&pair).await;
    for (query, place) in OPERATIONS {
        let waiting = Waiting::new(&engine, &pair, query).await;
        // Before its first row a statement may be sent to the replica once more.
        eventually("it is answered", async || {
            break_off(&pair).await;
            waiting.0.is_finished()
        })
        .await;
        let answer = waiting.answer().await;
        assert_eq!(answer.get("errors"), None, "{query}: {answer}");
        let lines = answer["data"].pointer(place).and_then(Value::as_array).map(Vec::len);
        let expected = if place == "/lines" { LINES } else { 894 };
        assert_eq!(lines, Some(expected), "{query}");
    }
    // One that is not broken off, and never goes on.
    let waiting = Waiting::new(&engine, &pair, OPERATIONS[0].0).await;
    let paused = Paused::new(&pair.replica);
    let answer = waiting.answer().await;
    assert_eq!(answer["data"]["lines"].as_array().map(Vec::len), Some(LINES));
    drop(paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_break_off_without_a_primary_are_those_of_a_shard_that_is_away() {
    let mut pair = Pair::start();
    let engine = engine(&pair).await;
    pair.primary.stop();
    for (query, place) in &OPERATIONS[..3] {
        let waiting = Waiting::new(&engine, &pair, query).await;
        break_off(&pair).await;
        let answer = waiting.answer().await;
        assert_eq!(answer["data"].pointer(place), Some(&Value::Null), "{query}: {answer}");
        let error = json!({"code": "SHARD_UNAVAILABLE", "shards": ["one"]});
        assert_eq!(answer["errors"][0]["extensions"], error, "{query}");
    }
}
