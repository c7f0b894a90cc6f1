//! How fast responses are written from rows in Postgres' binary format, in bytes of JSON: by machine code, by the
//! interpreter, and by `serde_json` from structs that borrow from the same cells.

mod by_serde;
mod data;

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use data::{Workload, flat, mixed, nested};
use onefold::serializer::{Inputs, Serializer};

/// The cells of a row.
type Row<'a> = Vec<Option<&'a [u8]>>;

fn respond(serializer: &Serializer, rows: &[Row<'_>]) -> Bytes {
    let mut writer = serializer.writer(Inputs::default());
    for row in rows {
        writer.row(row).expect("the rows are right");
    }
    writer.finish().expect("the rows are enough")
}

fn measure(criterion: &mut Criterion, workload: &Workload, by_serde: impl Fn(&[Row<'_>], &mut Vec<u8>)) {
    let rows: Vec<Row<'_>> =
        workload.rows.iter().map(|row| row.iter().map(Option::as_deref).collect()).collect();
    let interpreted = Serializer::interpreted(&workload.shape);
    let compiled = Serializer::compile(&workload.shape);

    let response = respond(&compiled, &rows);
    assert_eq!(response, respond(&interpreted, &rows), "the interpreter writes something else");
    let mut reused = Vec::new();
    by_serde(&rows, &mut reused);
    let text = |json: &[u8]| String::from_utf8_lossy(json).into_owned();
    assert_eq!(text(&response), text(&reused), "serde_json writes something else");

    let mut group = criterion.benchmark_group(format!("serializer, {}", workload.name));
    group
        .sample_size(40)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .throughput(Throughput::Bytes(response.len() as u64));
    group.bench_function("machine code", |bencher| bencher.iter(|| respond(&compiled, black_box(&rows))));
    group.bench_function("interpreter", |bencher| bencher.iter(|| respond(&interpreted, black_box(&rows))));
    group.bench_function("serde_json", |bencher| {
        bencher.iter(|| {
            reused.clear();
            by_serde(black_box(&rows), &mut reused);
            black_box(reused.len())
        });
    });
    group.finish();
}

fn serializers(criterion: &mut Criterion) {
    measure(criterion, &flat(), by_serde::flat);
    measure(criterion, &nested(), by_serde::nested);
    measure(criterion, &mixed(), by_serde::mixed);
}

criterion_group!(benches, serializers);
criterion_main!(benches);
