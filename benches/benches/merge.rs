//! How fast rows of eight shards are merged: each is pushed when it is wanted and handed out in its turn.

use std::hint::black_box;
use std::ops::{ControlFlow, Range};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use onefold::gather::merge::{Error, Merge, Pause};
use onefold::gather::order::{Comparison, Order, Term};
use onefold::operation::Direction;

const SHARDS: usize = 8;
const ROWS: usize = 10_000;

/// The rows of a shard, in order. They stand one behind the other, as they do in what is read from a socket.
#[derive(Default)]
struct Shard {
    bytes: Vec<u8>,
    /// Where the cells of each row are: what the rows are ordered by, and their key.
    rows: Vec<[Range<usize>; 2]>,
}

/// A sequence that looks random (splitmix64).
fn random(number: usize) -> u64 {
    let mut bits = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

/// A text as names and titles are, of which many begin alike.
fn text(random: u64) -> Vec<u8> {
    const WORDS: [&str; 8] =
        ["The Return of", "Symphony", "A Night at", "Live in", "Best of", "Greatest", "Songs from", "The"];
    format!("{} No. {}", WORDS[(random % 8) as usize], random >> 8 & 0xffff).into_bytes()
}

/// A price: up to 99,999.99, in two digits to the base of 10,000 before the point and one behind it.
fn numeric(random: u64) -> Vec<u8> {
    let digits = [1 + random % 9, random >> 8 & 0xfff, (random >> 24) % 100 * 100];
    let parts = [3, 1, 0, 2].into_iter().chain(digits);
    parts.flat_map(|part| (part as u16).to_be_bytes()).collect()
}

fn merging(criterion: &mut Criterion) {
    let int8 = |random: u64| random.to_be_bytes().to_vec();
    // Every other pair of rows has the same value.
    let ties = |random: u64| (random % (ROWS as u64 * 2)).to_be_bytes().to_vec();
    measure(criterion, "int8", Comparison::Int8, int8);
    measure(criterion, "int8 with ties", Comparison::Int8, ties);
    measure(criterion, "text", Comparison::Text, text);
    measure(criterion, "numeric", Comparison::Numeric, numeric);
}

fn measure(criterion: &mut Criterion, name: &str, comparison: Comparison, value: fn(u64) -> Vec<u8>) {
    let order = Order::new([
        Term { cell: 0, comparison, direction: Direction::Desc },
        Term { cell: 1, comparison: Comparison::Int8, direction: Direction::Asc },
    ]);
    let shards: Vec<Shard> = (0..SHARDS).map(|number| shard(&order, value, number)).collect();
    let mut merge = Merge::new(order, SHARDS, 0..u64::MAX);
    assert_eq!(run(&mut merge, &shards), SHARDS * ROWS);

    let mut group = criterion.benchmark_group("merge");
    group
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .throughput(Throughput::Elements((SHARDS * ROWS) as u64));
    group.bench_function(name, |bencher| bencher.iter(|| run(&mut merge, black_box(&shards))));
    group.finish();
}

/// The shard with a number: each value and key is on one of them.
fn shard(order: &Order, value: fn(u64) -> Vec<u8>, number: usize) -> Shard {
    let numbers = (0..ROWS).map(|row| row * SHARDS + number);
    let mut rows: Vec<[Vec<u8>; 2]> =
        numbers.map(|number| [value(random(number)), (number as u64).to_be_bytes().to_vec()]).collect();
    rows.sort_by_cached_key(|row| {
        let mut key = Vec::new();
        order.key(&row.each_ref().map(|cell| Some(&cell[..])), &mut key).expect("the cells are right");
        key
    });
    let mut shard = Shard::default();
    for row in rows {
        let cells = row.map(|cell| {
            let start = shard.bytes.len();
            shard.bytes.extend(cell);
            start..shard.bytes.len()
        });
        shard.rows.push(cells);
    }
    shard
}

/// Merges all rows; returns how many there are.
fn run(merge: &mut Merge, shards: &[Shard]) -> usize {
    merge.restart();
    let mut left: Vec<_> = shards.iter().map(|shard| shard.rows.iter()).collect();
    let mut merged = 0;
    loop {
        let pause = merge.each(|cells| {
            merged += 1;
            black_box(cells);
            Ok::<_, Error>(ControlFlow::<()>::Continue(()))
        });
        match pause.expect("nothing is wrong with the rows") {
            Pause::Wants(source) => match left[source].next() {
                Some(row) => {
                    let cells = row.each_ref().map(|cell| Some(&shards[source].bytes[cell.clone()]));
                    merge.push(source, &cells).expect("the rows are in order");
                }
                None => merge.end(source),
            },
            Pause::Broken(()) | Pause::Ended => return merged,
        }
    }
}

criterion_group!(benches, merging);
criterion_main!(benches);
