//! Servers that follow each other, what is done to them, and the settings of a cluster of them.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onefold::cluster::{Cluster, Consistency, Error, Shard};
use onefold::config::{self, Config, DatabaseServer};
use onefold::pool;
use onefold::private_postgres::PrivatePostgres;
use onefold::slots::ShardId;
use onefold_tests::connect;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

use crate::pool::Sql;

/// How long anything may take that is waited for, however slow the machine is.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A primary, and a standby that follows it.
pub struct Pair {
    pub primary: PrivatePostgres,
    pub replica: PrivatePostgres,
}

impl Pair {
    /// Starts both.
    pub fn start() -> Pair {
        Pair::with_replica_setting("recovery_min_apply_delay", "0")
    }

    /// Starts both, the standby with a setting of its own.
    pub fn with_replica_setting(name: &str, value: &str) -> Pair {
        let primary = primary();
        let replica = small().follows(&primary).setting(name, value).start().expect("a standby can be made");
        Pair { primary, replica }
    }

    /// A connection to write with.
    pub async fn writer(&self) -> Client {
        connect(&self.primary.url("postgres")).await
    }
}

/// Starts a server that standbys can follow.
pub fn primary() -> PrivatePostgres {
    small().replicated().start().expect("Postgres is installed")
}

/// Several run side by side, and none has much to do.
pub fn small() -> onefold::private_postgres::Builder {
    PrivatePostgres::builder().setting("shared_buffers", "16MB").setting("max_connections", "60")
}

/// Starts a server again that was killed, as soon as the processes of before are gone.
pub fn start_again(postgres: &mut PrivatePostgres) {
    let deadline = Instant::now() + PATIENCE;
    while let Err(error) = postgres.start_again() {
        assert!(Instant::now() < deadline, "{error}");
    }
}

/// A server that has stopped where it was, with all of its processes. It goes on when this is dropped.
pub struct Paused(Vec<String>);

impl Paused {
    pub fn new(postgres: &PrivatePostgres) -> Paused {
        let server = postgres.process_id().expect("it runs").to_string();
        // First the one that would start others.
        signal("STOP", std::slice::from_ref(&server));
        let children = Command::new("pgrep").args(["-P", &server]).output().expect("`pgrep` is installed");
        let children = String::from_utf8(children.stdout).expect("numbers are ASCII");
        let children: Vec<String> = children.lines().map(ToOwned::to_owned).collect();
        signal("STOP", &children);
        Paused(children.into_iter().chain([server]).collect())
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        signal("CONT", &self.0);
    }
}

fn signal(name: &str, processes: &[String]) {
    // One of them may have ended meanwhile.
    let _ = Command::new("kill").arg(format!("-{name}")).args(processes).output();
}

/// Settings that let a test be quick: a second is long, and servers are asked often.
pub fn config() -> Config {
    let mut config = Config::default();
    config.database.max_connections = 10;
    config.sharding.shard_timeout = Duration::from_secs(5);
    config.sharding.health_interval = Duration::from_millis(100);
    config.sharding.breaker_pause = Duration::from_millis(100);
    // Reads are of replicas unless a test is about their lag: machines that are busy are no reason for others.
    config.sharding.max_replica_lag = Duration::from_secs(3_600);
    config
}

/// Adds a server.
pub fn server(config: &mut Config, name: &str, url: &str) {
    config.servers.insert(name.to_owned(), DatabaseServer { url: url.to_owned(), max_connections: None });
}

/// Adds a shard; only the first that is added has slots.
pub fn shard(config: &mut Config, name: &str, primary: &str, replicas: &[&str]) {
    let slots = if config.shards.is_empty() { vec!["0-8191".to_owned()] } else { Vec::new() };
    let replicas = replicas.iter().map(|name| (*name).to_owned()).collect();
    let shard = config::Shard { primary: primary.to_owned(), replicas, database: None, slots };
    config.shards.insert(name.to_owned(), shard);
}

/// One shard on a pair, `one`, whose servers are `primary` and `replica`.
pub fn config_of(pair: &Pair) -> Config {
    let mut config = config();
    server(&mut config, "primary", &pair.primary.url("postgres"));
    server(&mut config, "replica", &pair.replica.url("postgres"));
    shard(&mut config, "one", "primary", &["replica"]);
    config
}

/// A cluster whose servers were asked how they do.
pub async fn cluster(config: &Config) -> Arc<Cluster> {
    let cluster = Arc::new(Cluster::new(config).expect("the settings are right"));
    cluster.ready().await.expect("a server answers");
    cluster
}

/// A shard of a cluster by its name.
pub fn shard_of(cluster: &Cluster, name: &str) -> Arc<Shard> {
    let topology = cluster.topology();
    let id: ShardId = topology.map().find(name).expect("there is such a shard");
    Arc::clone(topology.shard(id))
}

/// The first column of all rows, as text.
pub async fn read(
    shard: &Shard,
    sql: &Sql,
    parameters: &[&(dyn ToSql + Sync)],
    consistency: &Consistency,
) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    let mut rows = shard.rows(&sql.prepared(), parameters, consistency).await?;
    let all = rows.each(|cells| {
        texts.push(String::from_utf8_lossy(cells[0].unwrap_or_default()).into_owned());
        Ok::<_, pool::Error>(std::ops::ControlFlow::<()>::Continue(()))
    });
    all.await.map_err(|cause| Error { shard: Arc::clone(shard.name()), cause })?;
    Ok(texts)
}

/// What a shard answers to a statement without values.
pub async fn text(shard: &Shard, sql: &str) -> Result<String, Error> {
    read(shard, &Sql::new(sql, &[]), &[], &Consistency::default()).await.map(|texts| texts.join("\n"))
}

/// Which server answers: `replica` or `primary`.
pub async fn who_answers(shard: &Shard) -> Result<String, Error> {
    text(shard, "SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END").await
}

/// Waits until an answer is this one; errors on the way are none of this matter.
pub async fn eventually_answers(shard: &Shard, expected: &str) {
    let what = format!("`{expected}` answers");
    crate::pool::eventually(&what, async || who_answers(shard).await.is_ok_and(|who| who == expected)).await;
}

/// Waits until the standby has all that the primary has.
pub async fn caught_up(pair: &Pair) {
    let primary = pair.writer().await;
    let replica = connect(&pair.replica.url("postgres")).await;
    let now = "SELECT pg_current_wal_lsn()::text";
    let now: String = primary.query_one(now, &[]).await.expect("it can be asked").get(0);
    let done = format!("SELECT pg_last_wal_replay_lsn() >= '{now}'");
    crate::pool::eventually("the standby has caught up", async || {
        replica.query_one(&done, &[]).await.expect("it can be asked").get(0)
    })
    .await;
}

/// How many statements the tables of a database were read by so far, as its server counts them.
pub async fn reads(url: &str) -> i64 {
    let client = connect(url).await;
    let count = "SELECT coalesce(sum(idx_scan + seq_scan), 0)::int8 FROM pg_stat_user_tables";
    client.query_one(count, &[]).await.expect("it can be asked").get(0)
}
