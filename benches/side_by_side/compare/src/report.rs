//! Numbers → Markdown.

use std::fmt::Write;

use crate::measure::{Cell, Effort, Paced, Round, Row, Waits, median};
use crate::servers::Kind;

const HEAD: &str = "\
# Onefold beside its peers

Written by `make bench`. Three servers answer the same operations over the same data in one run, and take turns in each
round: Onefold; a server in axum and tokio-postgres that is *written by hand*, with one SQL statement for each operation,
whose JSON Postgres makes; and *async-graphql* with a data loader for each relation. Their answers have been compared
before anything was measured. The servers, Postgres and the clients share the machine, so the requests per second rank
whole stacks, and the processor time says where it goes.
";

const RATIOS: &str = "\
How many times that of a peer: of the requests per second more is better, of the others less. Processor time is that of
the server and of Postgres together, for each request. Ratios are taken in each round, and are the median of them.
";

const CELLS: &str = "\
Latencies in milliseconds, with clients that each send their next request when the last one is answered; processor time
for each request in microseconds; *memory* is the most that the server has had, in MiB.
";

const COALESCING: &str = "\
The same with the setting on by which identical reads that come at once are answered by one statement. In all but C3
every client asks the same here, so it is the best case for it, and no comparison of how a request is answered.
";

const PACED: &str = "\
Requests come at random moments, half as many as the server written by hand answers at most, whether or not earlier ones
are answered. A latency counts from the planned moment of the request. In milliseconds.
";

/// The report of a run.
pub fn markdown(rows: &[Row], facts: &[(&str, String)], effort: Effort) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("\n| | |\n|---|---|\n");
    for (name, value) in facts {
        line(&mut text, &[(*name).to_owned(), value.clone()]);
    }
    let rounds = format!(
        "{} of {} s each after {} s of warm-up; medians",
        effort.rounds,
        effort.measure.as_secs_f64(),
        effort.warm_up.as_secs_f64()
    );
    line(&mut text, &["Rounds".to_owned(), rounds]);
    line(&mut text, &["Other programs".to_owned(), others(rows)]);

    section(&mut text, "Operations", "");
    header(&mut text, &["", "operation", "clients"], 2);
    for row in rows {
        let workload = row.workload;
        line(&mut text, &[workload.name.into(), workload.about.into(), workload.connections.to_string()]);
    }

    if rows.iter().any(|row| row.cell(Kind::Onefold).is_some()) {
        section(&mut text, "Ratios", RATIOS);
        ratios(&mut text, rows, Kind::Onefold);
    }
    section(&mut text, "Numbers", CELLS);
    cells(&mut text, rows, |kind| kind != Kind::OnefoldCoalescing);
    if rows.iter().any(|row| row.cell(Kind::OnefoldCoalescing).is_some()) {
        section(&mut text, "With coalescing of identical reads", COALESCING);
        ratios(&mut text, rows, Kind::OnefoldCoalescing);
        text.push('\n');
        cells(&mut text, rows, |kind| kind == Kind::OnefoldCoalescing);
    }
    if rows.iter().any(|row| row.paced.is_some()) {
        section(&mut text, "At the same offered load", PACED);
        paced(&mut text, rows);
    }
    text
}

/// How many times the numbers of each peer those of a server are.
fn ratios(text: &mut String, rows: &[Row], kind: Kind) {
    type Number = fn(&Round) -> f64;
    const NUMBERS: [(&str, Number); 4] = [
        ("req/s", |round| round.per_second),
        ("p99", |round| round.p99),
        ("processor", Round::cost),
        ("memory", |round| round.memory),
    ];
    let peers = [Kind::Hand, Kind::AsyncGraphql];
    let mut titles = vec![String::new()];
    for peer in peers {
        titles.extend(NUMBERS.map(|(title, _)| format!("{title} ÷ {}", peer.title())));
    }
    header(text, &titles, 1);
    for row in rows {
        let Some(own) = row.cell(kind) else { continue };
        let mut line = vec![row.workload.name.to_owned()];
        for peer in peers {
            let times = |number: Number| row.cell(peer).map(|peer| format!("{:.2}", own.times(peer, number)));
            line.extend(NUMBERS.map(|(_, number)| times(number).unwrap_or_default()));
        }
        self::line(text, &line);
    }
}

/// The numbers of servers, a line for each.
fn cells(text: &mut String, rows: &[Row], which: impl Fn(Kind) -> bool) {
    let titles =
        ["", "server", "req/s", "p50", "p99", "server µs", "Postgres µs", "sum µs", "client µs", "memory"];
    header(text, &titles, 2);
    for row in rows {
        for cell in row.cells.iter().filter(|cell| which(cell.kind)) {
            line(text, &numbers(row, cell));
        }
    }
}

fn numbers(row: &Row, cell: &Cell) -> [String; 10] {
    let micros = |number: fn(&Round) -> f64| thousands(cell.median(number));
    [
        row.workload.name.to_owned(),
        cell.kind.title().to_owned(),
        thousands(cell.median(|round| round.per_second)),
        format!("{:.2}", cell.median(|round| round.p50)),
        format!("{:.2}", cell.median(|round| round.p99)),
        micros(|round| round.server),
        micros(|round| round.postgres),
        micros(Round::cost),
        micros(|round| round.client),
        format!("{:.1}", cell.rounds.iter().map(|round| round.memory).fold(0.0, f64::max)),
    ]
}

fn paced(text: &mut String, rows: &[Row]) {
    header(
        text,
        &["", "req/s offered", "Onefold p50", "by hand p50", "Onefold p99", "by hand p99", "p99 ÷ by hand"],
        1,
    );
    for row in rows {
        let Some(paced) = &row.paced else { continue };
        let mut line = vec![row.workload.name.to_owned(), thousands(paced.per_second)];
        for number in [|waits: &Waits| waits.p50, |waits: &Waits| waits.p99] {
            for kind in [Kind::Onefold, Kind::Hand] {
                line.push(format!("{:.2}", median(waits(paced, kind).iter().map(number))));
            }
        }
        let pairs = waits(paced, Kind::Onefold).iter().zip(waits(paced, Kind::Hand));
        line.push(format!("{:.2}", median(pairs.map(|(own, hand)| own.p99 / hand.p99))));
        self::line(text, &line);
    }
}

fn waits(paced: &Paced, kind: Kind) -> &[Waits] {
    paced.cells.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, waits)| waits)
}

/// Whether the machine was quiet.
fn others(rows: &[Row]) -> String {
    let shares: Vec<f64> = rows
        .iter()
        .flat_map(|row| &row.cells)
        .flat_map(|cell| &cell.rounds)
        .map(|round| round.others * 100.0)
        .collect();
    let most = shares.iter().copied().fold(0.0, f64::max);
    format!("used {:.0} % of the processors meanwhile, {most:.0} % at most", median(shares.into_iter()))
}

fn section(text: &mut String, title: &str, about: &str) {
    let gap = if about.is_empty() { "" } else { "\n" };
    write!(text, "\n## {title}\n{gap}{about}\n").expect("a string takes all");
}

/// The titles of a table whose first columns are texts, and the others numbers.
fn header<S: AsRef<str>>(text: &mut String, titles: &[S], texts: usize) {
    let titles: Vec<String> = titles.iter().map(|title| title.as_ref().to_owned()).collect();
    line(text, &titles);
    let rules: Vec<String> =
        (0..titles.len()).map(|at| if at < texts { "---" } else { "---:" }.to_owned()).collect();
    text.push_str(&format!("|{}|\n", rules.join("|")));
}

fn line(text: &mut String, cells: &[String]) {
    text.push_str(&format!("| {} |\n", cells.join(" | ")));
}

/// A whole number with commas, as in 12,345; small ones with a digit behind the point.
fn thousands(number: f64) -> String {
    if number < 99.95 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[test]
fn numbers_are_grouped() {
    let grouped = [0.04, 99.9, 123.4, 12_345.0, 1_234_567.0].map(thousands);
    assert_eq!(grouped, ["0.0", "99.9", "123", "12,345", "1,234,567"]);
}
