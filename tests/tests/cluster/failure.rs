//! A server goes away, hangs, comes back, or gives its place to another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use onefold_tests::connect;

use super::servers::{
    Pair, Paused, cluster, config, config_of, eventually_answers, primary, read, server, shard, shard_of,
    small, start_again, text, who_answers,
};
use crate::pool::{Sql, eventually};

/// How soon a shard must be read again after its server has come back.
const RECOVERY: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn while_a_server_is_away_its_requests_are_told_at_once() {
    let mut gone = primary();
    let other = primary();
    let mut config = config();
    config.sharding.breaker_pause = Duration::from_secs(3_600);
    config.sharding.health_interval = Duration::from_millis(250);
    server(&mut config, "gone", &gone.url("postgres"));
    server(&mut config, "other", &other.url("postgres"));
    shard(&mut config, "one", "gone", &[]);
    shard(&mut config, "two", "other", &[]);
    let cluster = cluster(&config).await;
    let (one, two) = (shard_of(&cluster, "one"), shard_of(&cluster, "two"));
    assert_eq!(text(&one, "SELECT 'here'").await.unwrap(), "here");
    gone.kill();
    let mut messages = Vec::new();
    for _ in 0..20 {
        let error = text(&one, "SELECT 'here'").await.unwrap_err();
        assert_eq!(&*error.shard, "one");
        assert!(error.is_unavailable(), "{error}");
        messages.push(error.to_string());
        assert_eq!(text(&two, "SELECT 'here'").await.unwrap(), "here");
    }
    assert!(messages[0].starts_with("shard `one`: the database is not available: "), "{messages:?}");
    assert!(messages[19].contains("server `gone`: "), "{messages:?}");
    start_again(&mut gone);
    let back = Instant::now();
    eventually("the shard is read again", async || text(&one, "SELECT 'here'").await.is_ok()).await;
    assert!(back.elapsed() < RECOVERY, "after {:?}", back.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_holds_up_its_own_requests_only_and_not_for_long() {
    let (stopped, other) = (primary(), primary());
    let mut config = config();
    config.sharding.shard_timeout = Duration::from_secs(1);
    server(&mut config, "stopped", &stopped.url("postgres"));
    server(&mut config, "other", &other.url("postgres"));
    shard(&mut config, "one", "stopped", &[]);
    shard(&mut config, "two", "other", &[]);
    let cluster = cluster(&config).await;
    let (one, two) = (shard_of(&cluster, "one"), shard_of(&cluster, "two"));
    assert_eq!(text(&one, "SELECT 'here'").await.unwrap(), "here");

    let paused = Paused::new(&stopped);
    let asked = Instant::now();
    // More than there are connections: some wait on one, some for one, and some open one.
    let waiting: Vec<_> = (0..40)
        .map(|_| {
            let one = Arc::clone(&one);
            tokio::spawn(async move { text(&one, "SELECT 'here'").await })
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(text(&two, "SELECT 'here'").await.unwrap(), "here");
    }
    for answer in waiting {
        let error = answer.await.unwrap().unwrap_err();
        assert!(error.is_unavailable() && &*error.shard == "one", "{error}");
    }
    // Twice the limit, because this machine has other things to do as well.
    assert!(asked.elapsed() < 2 * config.sharding.shard_timeout, "after {:?}", asked.elapsed());
    eventually("it is known to be away", async || {
        let error = text(&one, "SELECT 'here'").await.unwrap_err();
        error.to_string().contains("it does not answer")
    })
    .await;
    let asked = Instant::now();
    for _ in 0..100 {
        text(&one, "SELECT 'here'").await.unwrap_err();
    }
    assert!(asked.elapsed() < Duration::from_secs(1), "they were not told at once: {:?}", asked.elapsed());

    drop(paused);
    let back = Instant::now();
    eventually("the shard is read again", async || text(&one, "SELECT 'here'").await.is_ok()).await;
    assert!(back.elapsed() < RECOVERY, "after {:?}", back.elapsed());
    for _ in 0..50 {
        assert_eq!(text(&one, "SELECT 'here'").await.unwrap(), "here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_is_slow_on_its_own_opens_no_breaker_for_others() {
    let postgres = primary();
    let mut config = config();
    config.sharding.shard_timeout = Duration::from_millis(300);
    config.sharding.breaker_failures = 2;
    config.sharding.breaker_pause = Duration::from_secs(3_600);
    server(&mut config, "server", &postgres.url("postgres"));
    shard(&mut config, "one", "server", &[]);
    let cluster = cluster(&config).await;
    let one = shard_of(&cluster, "one");
    for _ in 0..3 {
        let error = text(&one, "SELECT pg_sleep(3600)::text").await.unwrap_err().to_string();
        assert!(error.contains("took longer than 300ms"), "{error}");
        // In a row means in a row.
        assert_eq!(text(&one, "SELECT 'here'").await.unwrap(), "here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_takes_over_is_followed() {
    let mut pair = Pair::start();
    let mut config = config();
    let (host, standby) = (pair.primary.url("shop"), pair.replica.url("shop"));
    let hosts = [&host, &standby]
        .map(|url| url.trim_start_matches("postgres://onefold@").trim_end_matches("/shop").to_owned());
    pair.primary.create_database("shop").await.unwrap();
    super::servers::caught_up(&pair).await;
    let url = format!("postgres://onefold@{}/shop?target_session_attrs=read-write", hosts.join(","));
    server(&mut config, "primary", &url);
    server(&mut config, "replica", &standby);
    shard(&mut config, "one", "primary", &["replica"]);
    let cluster = cluster(&config).await;
    let one = shard_of(&cluster, "one");
    eventually_answers(&one, "replica").await;

    pair.primary.kill();
    // Without a primary the replica is read on.
    for _ in 0..50 {
        assert_eq!(who_answers(&one).await.unwrap(), "replica");
    }
    let replica = connect(&pair.replica.url("postgres")).await;
    replica.batch_execute("SELECT pg_promote()").await.unwrap();
    let back = Instant::now();
    // No replica can have replayed that, so what answers is read as the primary.
    let beyond = "FFFFFFFF/FFFFFFFF".parse().unwrap();
    let here = Sql::new("SELECT 'here'", &[]);
    let answers = async || read(&one, &here, &[], &beyond).await.is_ok();
    eventually("the new primary is read", answers).await;
    assert!(back.elapsed() < RECOVERY, "after {:?}", back.elapsed());
    for _ in 0..50 {
        assert_eq!(who_answers(&one).await.unwrap(), "primary");
    }
    let client = connect(&standby).await;
    client.batch_execute("CREATE TABLE item AS SELECT 'new' AS state").await.unwrap();
    assert_eq!(text(&one, "SELECT state FROM item").await.unwrap(), "new");

    // The one of before comes back, and does not know what has been written meanwhile: as the standby of the new one.
    drop(std::mem::replace(&mut pair.primary, small().follows(&pair.replica).start().unwrap()));
    for _ in 0..50 {
        assert_eq!(text(&one, "SELECT state FROM item").await.unwrap(), "new");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_has_become_a_standby_is_not_read_as_one() {
    let mut pair = Pair::start();
    let mut config = config_of(&pair);
    // The addresses have changed their servers, and the settings have not.
    config.servers.get_mut("primary").unwrap().url = pair.replica.url("postgres");
    config.shards.get_mut("one").unwrap().replicas.clear();
    let cluster = onefold::cluster::Cluster::new(&config).unwrap();
    let error = cluster.ready().await.unwrap_err().to_string();
    assert!(error.contains("it is a standby and not the primary"), "{error}");
    let one = shard_of(&cluster, "one");
    for _ in 0..20 {
        let error = who_answers(&one).await.unwrap_err();
        assert!(error.is_unavailable(), "{error}");
    }
    pair.primary.stop();
    let replica = connect(&pair.replica.url("postgres")).await;
    replica.batch_execute("SELECT pg_promote()").await.unwrap();
    eventually_answers(&one, "primary").await;
}
