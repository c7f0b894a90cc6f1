//! What folding saves: so many requests at once with it and without, and the batch form under each `plan_cache_mode`, the
//! measurement behind `engine/src/pool/lane.rs`.

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use music::{Music, demo};
use onefold::config::Config;
use onefold::engine::{Engine, Outcome, Request};
use onefold::schema::Schema;
use onefold_benches::WORKLOADS;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;
use tokio_postgres::types::{ToSql, Type};

/// How many requests come at once.
const REQUESTS: [usize; 4] = [1, 32, 100, 500];

/// An album's tracks: a list in each answer, which is of another plan than a row by key.
const LIST: &str = "query ($id: Int!) { tracks(where: {albumId: {eq: $id}}, limit: 5) { name unitPrice } }";

/// Requests through the engine.
fn requests(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime can be made");
    // The store goes on as long as the guard lives.
    let (url, _postgres) = runtime.block_on(demo::start()).expect("a private Postgres can be started");
    let mut group = criterion.benchmark_group("point reads at once");
    for count in REQUESTS {
        group.throughput(Throughput::Elements(count as u64));
        let requests: Vec<_> = (1..=count).map(|id| point_read(id as i64)).collect();
        for (name, enabled) in [("folded", true), ("alone", false)] {
            let mut config = Config::default();
            config.database.url = Some(url.clone());
            config.folding.enabled = enabled;
            config.folding.max_batch = 500;
            let engine = Arc::new(Engine::new(Music::SCHEMA, config).expect("the schema is right"));
            runtime.block_on(engine.ready()).expect("the database answers");
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.to_async(&runtime).iter(|| async {
                    for answer in join_all(requests.iter().map(|request| engine.execute(request))).await {
                        assert_eq!(answer.outcome, Outcome::Executed);
                    }
                });
            });
        }
    }
}

/// The batch form alone, prepared, on one connection.
fn plans(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime can be made");
    let (url, _postgres) = runtime.block_on(demo::start()).expect("a private Postgres can be started");
    let engine = Engine::new(Music::SCHEMA, Config::default()).expect("the schema is right");
    let batch = |query: &str| {
        let variables = json!({"id": 1}).as_object().cloned().unwrap_or_default();
        let request = Request { query: query.to_owned(), variables: variables.into(), ..Request::default() };
        engine.explain(&request).expect("the document is right").batch
    };
    let statements = [
        ("by key", batch(WORKLOADS[0].document)),
        ("list", batch(LIST)),
        (
            "any",
            "SELECT track_id, name, milliseconds, unit_price FROM track WHERE track_id = ANY ($1::int4[])"
                .into(),
        ),
    ];
    for (name, statement) in statements {
        let mut group = criterion.benchmark_group(format!("plan of a batch, {name}"));
        for mode in ["force_generic_plan", "force_custom_plan", "auto"] {
            let client = runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("it connects");
                tokio::spawn(connection);
                client
                    .batch_execute(&format!("SET plan_cache_mode = {mode}; SET jit = off"))
                    .await
                    .expect("it is set");
                client
            });
            let prepared = runtime.block_on(client.prepare_typed(&statement, &[Type::INT4_ARRAY]));
            let prepared = prepared.expect("Postgres takes the statement");
            for count in REQUESTS {
                group.throughput(Throughput::Elements(count as u64));
                let keys: Vec<i32> = (1..=count as i32).collect();
                group.bench_function(BenchmarkId::new(mode, count), |bencher| {
                    bencher.to_async(&runtime).iter(|| async {
                        let parameters: [&(dyn ToSql + Sync); 1] = [&keys];
                        client.query(&prepared, &parameters).await.expect("it runs").len()
                    });
                });
            }
        }
    }
}

fn point_read(id: i64) -> Request {
    let variables = json!({"id": id}).as_object().cloned().unwrap_or_default();
    Request { query: WORKLOADS[0].document.to_owned(), variables: variables.into(), ..Request::default() }
}

criterion_group!(benches, requests, plans);
criterion_main!(benches);
