//! What clients and those who watch a server see of replicas over HTTP.

use std::time::Duration;

use onefold::config::Config;
use onefold::schema::Schema;
use onefold::server;
use onefold_tests::connect;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::servers::{Pair, config, shard, start_again};
use super::tokens::{Counters, fill, write};
use crate::http::client::{Request, Response, Server, get, post};
use crate::pool::eventually;

const READ: &str = "{ counter(counterId: 1) { value } }";

fn value(server: &Server, request: &Request) -> i64 {
    let response = server.send(request);
    assert_eq!(response.status, 200, "{}", response.text());
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    body["data"]["counter"]["value"].as_i64().unwrap_or_else(|| panic!("{body}"))
}

#[test]
fn a_client_sees_what_it_has_written_by_a_header() {
    let runtime = Runtime::new().unwrap();
    let (pair, replica, token) = runtime.block_on(async {
        let pair = Pair::start();
        fill(&pair).await;
        let replica = connect(&pair.replica.url("postgres")).await;
        replica.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
        let token = write(&pair.writer().await, 1, 7).await;
        (pair, replica, token)
    });
    let server = Server::of(Counters::SCHEMA, super::servers::config_of(&pair));
    assert_eq!(server.send(&get("/health/ready")).status, 200);
    let read = |consistency: &str| post(READ).header("onefold-consistency", consistency);

    // Whoever says nothing is answered by the replica.
    assert_eq!(value(&server, &post(READ)), 0);
    assert_eq!(value(&server, &read("one=0/0")), 0);
    for _ in 0..20 {
        assert_eq!(value(&server, &read(&token)), 7);
        assert_eq!(value(&server, &read(&format!(" one = {token},"))), 7);
    }

    let refused = |consistency: &str, status: u16, code: &str, message: &str| {
        let response: Response = server.send(&read(consistency));
        assert_eq!((response.status, response.code().as_str()), (status, code), "{}", response.text());
        assert!(response.text().contains(message), "{}", response.text());
    };
    refused("now", 400, "BAD_REQUEST", "`now` is no position");
    refused("two=0/1", 200, "BAD_USER_INPUT", "there is no shard `two` to be consistent with");

    runtime.block_on(async {
        replica.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
        eventually("the replica has it too", async || value(&server, &post(READ)) == 7).await;
    });
}

/// The value of a metric with these labels.
fn metric(server: &Server, name: &str, labels: &str) -> Option<f64> {
    let text = server.send(&get("/metrics")).text();
    let line =
        text.lines().find_map(|line| line.strip_prefix(&format!("{name}{{{labels}}} ")).map(str::to_owned));
    line.map(|value| value.parse().expect("it is a number"))
}

/// A server over a pair whose servers have names of their own: metrics are of the whole process.
fn measured(pair: &Pair, name: &str, health_interval: Duration) -> Server {
    server::record_metrics();
    let mut config: Config = config();
    config.sharding.health_interval = health_interval;
    let [primary, replica] = ["primary", "replica"].map(|role| format!("{name}-{role}"));
    super::servers::server(&mut config, &primary, &pair.primary.url("postgres"));
    super::servers::server(&mut config, &replica, &pair.replica.url("postgres"));
    shard(&mut config, "one", &primary, &[&replica]);
    let server = Server::of(Counters::SCHEMA, config);
    assert_eq!(server.send(&get("/health/ready")).status, 200);
    server
}

#[test]
fn metrics_tell_which_servers_answer() {
    let runtime = Runtime::new().unwrap();
    let mut pair = Pair::start();
    runtime.block_on(fill(&pair));
    let server = measured(&pair, "up", Duration::from_millis(50));
    let up =
        |role: &str| metric(&server, "onefold_server_up", &format!("server=\"up-{role}\",role=\"{role}\""));
    assert_eq!((up("primary"), up("replica")), (Some(1.0), Some(1.0)));
    let lag = |role: &str| metric(&server, "onefold_replica_lag_seconds", &format!("server=\"up-{role}\""));
    assert!(lag("replica").is_some_and(|lag| (0.0..60.0).contains(&lag)), "{:?}", lag("replica"));
    assert_eq!(lag("primary"), None);

    let requests = |role: &str| {
        let labels = format!("server=\"up-{role}\",database=\"\",role=\"{role}\"");
        metric(&server, "onefold_instance_requests_total", &labels).unwrap_or_default()
    };
    let before = (requests("primary"), requests("replica"));
    for _ in 0..10 {
        assert_eq!(value(&server, &post(READ)), 0);
    }
    assert_eq!((requests("primary") - before.0, requests("replica") - before.1), (0.0, 10.0));

    pair.replica.kill();
    assert_eq!(value(&server, &post(READ)), 0);
    let eventually_up = |role: &str, value: f64| {
        let what = format!("`{role}` is shown as {value}");
        runtime.block_on(eventually(&what, async || up(role) == Some(value)));
    };
    eventually_up("replica", 0.0);
    assert_eq!(up("primary"), Some(1.0));
    let before = requests("primary");
    assert_eq!(value(&server, &post(READ)), 0);
    assert_eq!(requests("primary") - before, 1.0);
    start_again(&mut pair.replica);
    eventually_up("replica", 1.0);
}

#[test]
fn metrics_tell_which_breakers_are_open() {
    let runtime = Runtime::new().unwrap();
    let mut pair = Pair::start();
    runtime.block_on(fill(&pair));
    // Servers are not asked again in this test, so it is for the breakers to find out.
    let server = measured(&pair, "open", Duration::from_secs(3_600));
    let open = |role: &str| {
        metric(&server, "onefold_breaker_open", &format!("server=\"open-{role}\",database=\"\""))
    };
    assert_ne!(open("replica"), Some(1.0));
    pair.replica.kill();
    runtime.block_on(eventually("the breaker is open", async || {
        assert_eq!(value(&server, &post(READ)), 0);
        open("replica") == Some(1.0)
    }));
    assert_ne!(open("primary"), Some(1.0));
    start_again(&mut pair.replica);
    runtime.block_on(eventually("the breaker is closed", async || {
        assert_eq!(value(&server, &post(READ)), 0);
        open("replica") == Some(0.0)
    }));
}
