//! How long an operation takes to compile: for the first time, and when it is known.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use music::Music;
use onefold::compile::Compiler;
use onefold::config::Config;
use onefold::schema::Schema;
use onefold_benches::WORKLOADS;

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
                black_box(compiler.statements(&request.query, None, &request.variables)).expect("it compiles")
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

criterion_group!(benches, cold, machine_code, statement, cached);
criterion_main!(benches);
