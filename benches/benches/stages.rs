//! How long an operation takes to compile: for the first time, and when it is known.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use music::Music;
use onefold::compile::Compiler;
use onefold::config::Config;
use onefold::engine::Given;
use onefold::schema::Schema;
use onefold_benches::WORKLOADS;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

fn compiler(cached_operations: u64) -> Compiler {
    let mut config = Config::default();
    config.limits.cached_operations = cached_operations;
    Compiler::new(Music::SCHEMA, config).expect("the schema is right")
}

/// Parse, validate, plan, lower to SQL and to the serializer's program: what the first request of an operation waits for.
fn cold(criterion: &mut Criterion) {
    let compiler = compiler(0);
    let mut group = criterion.benchmark_group("cold compile");
    for workload in &WORKLOADS {
        let request = workload.request();
        group.bench_function(workload.name, |bencher| {
            bencher.iter(|| {
                black_box(compiler.prepare(&request.query, None, &request.variables)).expect("it compiles")
            });
        });
    }
}

/// The same of an operation with 100 fields on six levels.
fn wide(criterion: &mut Criterion) {
    let columns = |prefix: &str, names: &[&str]| {
        (0..20).map(|i| format!("{prefix}{i}: {} ", names[i % names.len()])).collect::<String>()
    };
    let [a, b, c, d, e] = [
        columns("a", &["artistId", "name"]),
        columns("b", &["albumId", "title"]),
        columns("c", &["trackId", "name", "milliseconds", "unitPrice"]),
        columns("d", &["quantity", "unitPrice"]),
        columns("e", &["invoiceDate", "total", "billingCity"]),
    ];
    let document = format!(
        "{{ artists {{ {a} albums {{ {b} tracks {{ {c} invoiceLines {{ {d} invoice {{ {e} }} }} }} }} }} }}"
    );
    let compiler = compiler(0);
    criterion.bench_function("cold compile/100 fields on six levels", |bencher| {
        bencher
            .iter(|| black_box(compiler.prepare(&document, None, &Given::default())).expect("it compiles"));
    });
}

/// Compile all that a program knows, as it does when it starts.
fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.bench_function("three documents with four operations", |bencher| {
        bencher.iter_batched_ref(
            || compiler(0),
            |compiler| compiler.learn(music::OPERATIONS).expect("they are right"),
            BatchSize::PerIteration,
        );
    });
}

/// Find what is known by its id and coerce the variables.
fn known(criterion: &mut Criterion) {
    let mut compiler = compiler(0);
    compiler.learn(music::OPERATIONS).expect("they are right");
    let album = music::OPERATIONS.iter().find(|it| it.name == "album").expect("there is one");
    let variables = Given::from(Map::from_iter([("id".to_owned(), Value::from(1))]));
    criterion.bench_function("known operation by id", |bencher| {
        bencher.iter(|| black_box(compiler.prepare_known(album.id, None, &variables)).expect("it is known"));
    });
}

/// The same with machine code, which is generated beside that request.
fn machine_code(criterion: &mut Criterion) {
    let compiler = compiler(0);
    let mut group = criterion.benchmark_group("cold compile with machine code");
    for workload in &WORKLOADS {
        let request = workload.request();
        group.bench_function(workload.name, |bencher| {
            bencher.iter(|| {
                let prepared =
                    compiler.prepare(&request.query, None, &request.variables).expect("it compiles");
                prepared.operation.generate();
                prepared
            });
        });
    }
}

/// The same without the serializer: what `music sql` does.
fn statement(criterion: &mut Criterion) {
    let compiler = compiler(0);
    let mut group = criterion.benchmark_group("document to SQL");
    for workload in &WORKLOADS {
        let request = workload.request();
        group.bench_function(workload.name, |bencher| {
            bencher.iter(|| {
                black_box(compiler.statements(&request.query, None, &request.variables.values()))
                    .expect("it compiles")
            });
        });
    }
}

/// Find the compiled operation and coerce the variables.
fn cached(criterion: &mut Criterion) {
    let compiler = compiler(1_000);
    let mut group = criterion.benchmark_group("cached operation");
    for workload in &WORKLOADS {
        let request = workload.request();
        group.bench_function(workload.name, |bencher| {
            bencher.iter(|| {
                black_box(compiler.prepare(&request.query, None, &request.variables)).expect("it compiles")
            });
        });
    }
}

/// From the JSON of variables to the values that are bound: by a tree of it, and straight.
fn variables(criterion: &mut Criterion) {
    let compiler = compiler(1_000);
    let mut group = criterion.benchmark_group("variables to binds");
    for workload in WORKLOADS.iter().filter(|workload| workload.variables != "{}") {
        let query = workload.document;
        let bind = |variables: Given| {
            let mut found = compiler.prepare(query, None, &variables).expect("it compiles");
            let operation = Arc::clone(&found.operation);
            let statement = operation.statement.as_ref().expect("it reads something");
            let conditions = found.conditions().expect("no condition is null");
            found.bind(&statement.binds, &conditions).expect("they fit")
        };
        group.bench_function(format!("{}, by a tree", workload.name), |bencher| {
            bencher.iter(|| bind(Given::Values(workload.values())));
        });
        group.bench_function(format!("{}, from text", workload.name), |bencher| {
            bencher.iter(|| {
                let text: &RawValue = serde_json::from_str(workload.variables).expect("it is JSON");
                bind(Given::json(text).expect("it is plain"))
            });
        });
    }
}

criterion_group!(benches, cold, wide, start, known, machine_code, statement, cached, variables);
criterion_main!(benches);
