//! How long a request takes that has been asked before: everything but HTTP, with Postgres on the same machine.

use criterion::{Criterion, criterion_group, criterion_main};
use music::{Music, demo};
use onefold::config::Config;
use onefold::engine::{Engine, Outcome};
use onefold::schema::Schema;
use onefold_benches::WORKLOADS;
use tokio::runtime::Runtime;

fn cached(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime can be made");
    // The store goes on as long as the guard lives.
    let (url, _postgres) = runtime.block_on(demo::start()).expect("a private Postgres can be started");
    let mut config = Config::default();
    config.database.url = Some(url);
    let engine = Engine::new(Music::SCHEMA, config).expect("the schema is right");
    let mut group = criterion.benchmark_group("cached request");
    for workload in &WORKLOADS {
        let request = workload.request();
        let response = runtime.block_on(engine.execute(&request));
        assert_eq!(response.outcome, Outcome::Executed, "{:?}", response.body);
        group.bench_function(workload.name, |bencher| {
            bencher.to_async(&runtime).iter(|| async { engine.execute(&request).await.body.whole().await });
        });
    }
}

criterion_group!(benches, cached);
criterion_main!(benches);
