//! Which replica is read, and when none is.

use std::sync::Arc;
use std::time::Duration;

use onefold::cluster::{Cluster, Consistency};
use onefold_tests::connect;

use super::servers::{
    Pair, Paused, caught_up, cluster, config, config_of, eventually_answers, primary, read, server, shard,
    shard_of, start_again, text, who_answers,
};
use crate::pool::{Sql, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_read_goes_to_the_replica_and_falls_back_to_the_primary() {
    let mut pair = Pair::start();
    let cluster = cluster(&config_of(&pair)).await;
    let one = shard_of(&cluster, "one");
    for _ in 0..20 {
        assert_eq!(who_answers(&one).await.unwrap(), "replica");
    }
    pair.replica.kill();
    for _ in 0..50 {
        assert_eq!(who_answers(&one).await.unwrap(), "primary");
    }
    start_again(&mut pair.replica);
    eventually_answers(&one, "replica").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_hangs_costs_no_answer() {
    let pair = Pair::start();
    let cluster = cluster(&config_of(&pair)).await;
    let one = shard_of(&cluster, "one");
    assert_eq!(who_answers(&one).await.unwrap(), "replica");
    let paused = Paused::new(&pair.replica);
    // They are on their way to it, on connections that are open or that are going to be.
    let readers: Vec<_> = (0..30)
        .map(|_| {
            let one = Arc::clone(&one);
            tokio::spawn(async move { who_answers(&one).await })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap().unwrap(), "primary");
    }
    drop(paused);
    eventually_answers(&one, "replica").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_replica_with_the_least_to_do_is_read() {
    let pair = Pair::start();
    let mut config = config();
    server(&mut config, "primary", &pair.primary.url("postgres"));
    for name in ["first", "second"] {
        // One standby by two names, as what it is does not matter here.
        let url = format!("{}?application_name={name}", pair.replica.url("postgres"));
        server(&mut config, name, &url);
    }
    shard(&mut config, "one", "primary", &["first", "second"]);
    let cluster = cluster(&config).await;
    let one = shard_of(&cluster, "one");
    let name = "SELECT current_setting('application_name')";

    let mut turns = [0, 0];
    for _ in 0..20 {
        turns[usize::from(text(&one, name).await.unwrap() == "second")] += 1;
    }
    assert_eq!(turns, [10, 10], "replicas that are equally busy take turns");

    // Rows that nobody takes keep a server busy.
    let many = Sql::new("SELECT current_setting('application_name') FROM generate_series(1, 1000000)", &[]);
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(one.rows(&many.prepared(), &[], &Consistency::default()).await.unwrap());
    }
    let loads: Vec<_> = one.replicas().iter().map(|replica| replica.pool().load()).collect();
    let idle = if loads == [1, 2] { "first" } else { "second" };
    assert_eq!(loads.iter().sum::<usize>(), 3, "{loads:?}");
    for _ in 0..10 {
        assert_eq!(text(&one, name).await.unwrap(), idle);
    }
    drop(held);
    assert_eq!(one.replicas().iter().map(|replica| replica.pool().load()).sum::<usize>(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_too_far_behind_is_not_read() {
    let pair = Pair::start();
    let mut config = config_of(&pair);
    config.sharding.max_replica_lag = Duration::from_millis(500);
    let cluster = cluster(&config).await;
    let one = shard_of(&cluster, "one");
    let writer = pair.writer().await;
    writer.batch_execute("CREATE TABLE item (id int)").await.unwrap();
    caught_up(&pair).await;
    eventually_answers(&one, "replica").await;

    let replica = connect(&pair.replica.url("postgres")).await;
    replica.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
    writer.batch_execute("INSERT INTO item VALUES (1)").await.unwrap();
    eventually_answers(&one, "primary").await;
    // It stays so, also for reads that want nothing in particular.
    for _ in 0..20 {
        assert_eq!(text(&one, "SELECT count(*)::text FROM item").await.unwrap(), "1");
    }
    replica.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
    eventually_answers(&one, "replica").await;

    // While nothing is written a standby is not behind, however long ago the last transaction was.
    let old = "SELECT now() - pg_last_xact_replay_timestamp() > interval '1 s'";
    eventually("the last transaction is long ago", async || {
        replica.query_one(old, &[]).await.unwrap().get(0)
    })
    .await;
    for _ in 0..20 {
        assert_eq!(who_answers(&one).await.unwrap(), "replica");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_standby_is_not_read_as_a_replica() {
    let (real, other) = (primary(), primary());
    let mut config = config();
    server(&mut config, "primary", &format!("{}?application_name=primary", real.url("postgres")));
    server(&mut config, "replica", &format!("{}?application_name=replica", other.url("postgres")));
    shard(&mut config, "one", "primary", &["replica"]);
    let cluster = cluster(&config).await;
    let one = shard_of(&cluster, "one");
    for _ in 0..20 {
        assert_eq!(text(&one, "SELECT current_setting('application_name')").await.unwrap(), "primary");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_standby_replays_may_end_a_read_but_not_its_answer() {
    let pair = Pair::with_replica_setting("max_standby_streaming_delay", "0");
    let writer = pair.writer().await;
    writer.batch_execute("CREATE TABLE item AS SELECT i FROM generate_series(1, 1000) AS i").await.unwrap();
    caught_up(&pair).await;
    let cluster = cluster(&config_of(&pair)).await;
    let one = shard_of(&cluster, "one");
    eventually_answers(&one, "replica").await;
    // It has seen the table before it is truncated, and reads it afterwards.
    let slow = Sql::new(
        "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END \
         FROM (SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 3600 ELSE 0 END)) AS wait, item LIMIT 1",
        &[],
    );
    let reader = tokio::spawn({
        let one = Arc::clone(&one);
        async move { read(&one, &slow, &[], &Consistency::default()).await }
    });
    let observer = connect(&pair.replica.url("postgres")).await;
    eventually("the replica reads", async || crate::pool::running(&observer, "pg_sleep(CASE").await == 1)
        .await;
    writer.batch_execute("ALTER TABLE item ADD COLUMN more int").await.unwrap();
    assert_eq!(reader.await.unwrap().unwrap(), ["primary"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_are_the_same_keep_their_connections() {
    let pair = Pair::start();
    let before = config_of(&pair);
    let cluster: Arc<Cluster> = cluster(&before).await;
    let old = shard_of(&cluster, "one");
    assert_eq!(who_answers(&old).await.unwrap(), "replica");

    // Another shard on the same servers leaves less for folding, and all else as it was.
    let mut after = before.clone();
    after.sharding.epoch = 2;
    server(&mut after, "other", &pair.replica.url("postgres"));
    shard(&mut after, "two", "primary", &["other"]);
    cluster.replace(&after).unwrap();
    let new = shard_of(&cluster, "one");
    assert_eq!(cluster.topology().map().epoch(), 2);
    for (new, old) in new.instances().zip(old.instances()) {
        assert_eq!(new.pool().status().connections, old.pool().status().connections);
    }
    assert_eq!(new.replicas()[0].pool().status().connections, 1);
    cluster.replace(&after).unwrap();
    assert!(Arc::ptr_eq(&shard_of(&cluster, "one").replicas()[0], &new.replicas()[0]));

    // Another address of the replica, and the primary is as it was.
    after.servers.get_mut("replica").unwrap().url.push_str("?application_name=shop");
    cluster.replace(&after).unwrap();
    let newest = shard_of(&cluster, "one");
    assert!(Arc::ptr_eq(newest.primary(), new.primary()));
    assert!(!Arc::ptr_eq(&newest.replicas()[0], &new.replicas()[0]));
    cluster.ready().await.unwrap();
    assert_eq!(text(&newest, "SELECT current_setting('application_name')").await.unwrap(), "shop");
    // Whoever has begun with the first goes on with it.
    assert_eq!(who_answers(&old).await.unwrap(), "replica");

    after.shards.get_mut("two").unwrap().primary = "nowhere".to_owned();
    let error = cluster.replace(&after).unwrap_err().to_string();
    assert_eq!(error, "`shards.two` names the server `nowhere`, which is not in `[servers]`");
    assert!(Arc::ptr_eq(&shard_of(&cluster, "one"), &newest));
}
