//! How many connections there are, counted by Postgres itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

use futures_util::future::join_all;
use onefold::cluster::Cluster;
use onefold::config::Config;
use onefold_tests::{connect, database, with_database};
use tokio_postgres::Client;

use super::servers::{PATIENCE, cluster, config, server, shard, text};

/// The connections of the engines of this test.
async fn connections(observer: &Client, name: &str) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    observer.query_one(count, &[&name]).await.unwrap().get(0)
}

/// Counts the most connections while something runs.
async fn most<T>(url: &str, names: &[String], work: impl Future<Output = T>) -> (T, Vec<i64>) {
    let observer = connect(url).await;
    let done = AtomicBool::new(false);
    let most: Vec<AtomicI64> = names.iter().map(|_| AtomicI64::new(0)).collect();
    let watch = async {
        while !done.load(Relaxed) {
            for (name, most) in names.iter().zip(&most) {
                most.fetch_max(connections(&observer, name).await, Relaxed);
            }
        }
    };
    let work = async {
        let result = work.await;
        done.store(true, Relaxed);
        result
    };
    let (result, ()) = futures_util::future::join(work, watch).await;
    (result, most.into_iter().map(AtomicI64::into_inner).collect())
}

/// Asks every shard at once, again and again.
async fn ask_all(cluster: &Arc<Cluster>, rounds: usize) {
    let topology = cluster.topology();
    let askers = (0..4).flat_map(|_| topology.shards()).map(|shard| async move {
        for _ in 0..rounds {
            let name = text(shard, "SELECT current_database()").await.unwrap();
            assert_eq!(name, format!("{}", shard.name()));
        }
    });
    join_all(askers).await;
}

fn sharded(url: &str, names: &[String]) -> Config {
    let mut config = config();
    for name in names {
        shard(&mut config, name, "server", &[]);
        config.shards.get_mut(name).unwrap().database = Some(name.clone());
    }
    server(&mut config, "server", url);
    config
}

#[tokio::test(flavor = "multi_thread")]
async fn many_databases_on_one_server_share_a_few_connections() {
    let database = database().await;
    let client = database.connect().await;
    let names: Vec<String> = (0..16).map(|number| format!("{}_{number:03}", database.name)).collect();
    for name in &names {
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    }
    let application = format!("{}_engine", database.name);
    // Postgres refuses this user a ninth connection.
    let create = format!("CREATE ROLE {application} LOGIN PASSWORD 'of the test' CONNECTION LIMIT 8");
    client.batch_execute(&create).await.unwrap();
    let url = with_user(
        &format!("{}?application_name={application}", plain(&database.url)),
        &application,
        "of%20the%20test",
    );
    let mut config = sharded(&url, &names);
    config.database.max_connections = 8;
    // What waits for one of eight connections for sixteen databases waits for many others.
    config.sharding.shard_timeout = PATIENCE;
    config.database.acquire_timeout = PATIENCE;
    let cluster = Arc::new(Cluster::new(&config).unwrap());
    let (_, most) = most(&database.url, std::slice::from_ref(&application), ask_all(&cluster, 3)).await;
    assert!((4..=8).contains(&most[0]), "{most:?} connections");
    drop(cluster);
    for name in &names {
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    }
    client.batch_execute(&format!("DROP ROLE {application}")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_kept_for_each_server_and_for_all() {
    let database = database().await;
    // One server by two names.
    let applications = ["first", "second"].map(|name| format!("{}_{name}", database.name));
    let url = |name: &str| format!("{}?application_name={name}", plain(&database.url));
    let mut config = config();
    server(&mut config, "first", &url(&applications[0]));
    server(&mut config, "second", &url(&applications[1]));
    for (name, on) in [("one", "first"), ("two", "second")] {
        shard(&mut config, name, on, &[]);
    }
    config.sharding.shard_timeout = PATIENCE;
    config.database.acquire_timeout = PATIENCE;
    config.servers.get_mut("second").unwrap().max_connections = Some(4);
    let busy = async |cluster: &Arc<Cluster>| {
        let topology = cluster.topology();
        let askers = (0..20).flat_map(|_| topology.shards()).map(|shard| async move {
            for _ in 0..5 {
                text(shard, "SELECT pg_sleep(0.001)::text").await.unwrap();
            }
        });
        join_all(askers).await;
    };
    let both = cluster(&config).await;
    let ((), counted) = most(&database.url, &applications, async {
        busy(&both).await;
    })
    .await;
    assert!((6..=10).contains(&counted[0]) && (3..=4).contains(&counted[1]), "{counted:?} of 10 and 4");

    // What is open beyond a limit that is lowered is closed as it is given back.
    config.sharding.max_connections = 8;
    both.replace(&config).unwrap();
    busy(&both).await;
    let ((), counted) = most(&database.url, &applications, async {
        busy(&both).await;
    })
    .await;
    assert!(counted.iter().sum::<i64>() <= 8, "{counted:?} of 8");

    config.sharding.max_connections = 3;
    let error = both.replace(&config).unwrap_err().to_string();
    assert_eq!(error, "`sharding.max_connections` is 3, and must be at least 4");
}

/// The URL with another user.
fn with_user(url: &str, user: &str, password: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("it has a scheme");
    let (authority, path) = rest.split_once('/').expect("it has a database");
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{user}:{password}@{host}/{path}")
}

/// The URL of the database without parameters.
fn plain(url: &str) -> String {
    let (url, _) = url.split_once('?').unwrap_or((url, ""));
    let (_, name) = url.rsplit_once('/').expect("it has a database");
    with_database(url, name)
}
