//! Running servers and workloads → numbers. The servers take turns within each round, so that what disturbs the machine
//! for a while disturbs them alike.

use std::time::Duration;

use crate::database::Database;
use crate::kernel;
use crate::load::{self, Closed, Pace, Requests, paced};
use crate::servers::{Kind, Server};
use crate::workloads::Workload;

/// Whose latencies are measured at the same offered load.
const PACED: [Kind; 2] = [Kind::Onefold, Kind::Hand];

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Measures of each cell.
    pub rounds: u32,
    /// How long a measure is.
    pub measure: Duration,
    /// For how long the same load goes before.
    pub warm_up: Duration,
}

/// Why a measure is void.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{workload} of {server} could not be measured", server = kind.title())]
    Load { workload: &'static str, kind: Kind, source: load::Error },
    #[error("what the processes use is not known")]
    Kernel(#[from] kernel::Error),
}

/// The numbers of a workload.
pub struct Row {
    pub workload: &'static Workload,
    pub cells: Vec<Cell>,
    /// Where the servers that it is about are measured.
    pub paced: Option<Paced>,
}

/// The numbers of a server.
pub struct Cell {
    pub kind: Kind,
    pub rounds: Vec<Round>,
}

/// A measure of clients that keep the server busy.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    pub per_second: f64,
    /// In milliseconds, as all latencies.
    pub p50: f64,
    pub p99: f64,
    /// Processor time for each request in microseconds, as the next two.
    pub server: f64,
    pub postgres: f64,
    pub client: f64,
    /// The most memory in MiB.
    pub memory: f64,
    /// What part of the machine's processor time has been used by something else.
    pub others: f64,
}

impl Round {
    /// Processor time of the server and Postgres for each request in microseconds.
    pub fn cost(&self) -> f64 {
        self.server + self.postgres
    }
}

/// Latencies at a load that is given.
pub struct Paced {
    pub per_second: f64,
    pub cells: Vec<(Kind, Vec<Waits>)>,
}

/// A measure of requests that come at a pace.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    pub p50: f64,
    pub p99: f64,
}

impl Row {
    pub fn cell(&self, kind: Kind) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.kind == kind)
    }
}

impl Cell {
    pub fn median(&self, number: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(number))
    }

    /// How many times that of another server a number is: the median of the rounds, in each of which both took turns.
    pub fn times(&self, other: &Cell, number: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(own, others)| number(own) / number(others)))
    }
}

/// The middle one; of an even number, the mean of the two in the middle.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 0 => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// Measures all workloads one after the other.
pub fn all(
    servers: &[Server],
    workloads: &[&'static Workload],
    database: &Database,
    effort: Effort,
) -> Result<Vec<Row>, Error> {
    workloads.iter().map(|workload| row(servers, workload, database, effort)).collect()
}

fn row(
    servers: &[Server],
    workload: &'static Workload,
    database: &Database,
    effort: Effort,
) -> Result<Row, Error> {
    let mut cells: Vec<Cell> =
        servers.iter().map(|server| Cell { kind: server.kind, rounds: Vec::new() }).collect();
    for number in 0..effort.rounds as usize {
        for turn in 0..servers.len() {
            // Another one begins each round, as the first may have it better or worse.
            let at = (turn + number) % servers.len();
            let round = round(&servers[at], workload, database, effort)?;
            eprintln!(
                "{:4} {:20} {:8.0} req/s, p99 {:7.2} ms, others {:3.0} %",
                workload.name,
                servers[at].kind.title(),
                round.per_second,
                round.p99,
                round.others * 100.0
            );
            cells[at].rounds.push(round);
        }
    }
    let mut row = Row { workload, cells, paced: None };
    if let Some(hand) = row.cell(Kind::Hand) {
        let per_second = hand.median(|round| round.per_second) / 2.0;
        row.paced = at_a_pace(servers, workload, database, effort, per_second)?;
    }
    Ok(row)
}

fn round(
    server: &Server,
    workload: &'static Workload,
    database: &Database,
    effort: Effort,
) -> Result<Round, Error> {
    let failed = |source| Error::Load { workload: workload.name, kind: server.kind, source };
    let requests = requests(server, workload, database);
    let mut clients = Closed::start(server.address, requests, workload.connections).map_err(failed)?;
    clients.go_on(effort.warm_up).map_err(failed)?;
    kernel::forget_peak_memory(server.pid())?;
    let before = Used::by(server, database)?;
    let sample = clients.go_on(effort.measure).map_err(failed)?;
    let used = Used::by(server, database)?.since(before);
    let memory = kernel::peak_memory(server.pid())?;
    clients.finish().map_err(failed)?;

    let answered = sample.answered.max(1) as f64;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / answered;
    let known = used.server + used.postgres + sample.client;
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    Ok(Round {
        per_second: sample.answered as f64 / sample.elapsed.as_secs_f64(),
        p50: sample.quantile(0.5),
        p99: sample.quantile(0.99),
        server: each(used.server),
        postgres: each(used.postgres),
        client: each(sample.client),
        memory: memory as f64 / f64::from(1 << 20),
        others: used.machine.saturating_sub(known).as_secs_f64() / (sample.elapsed.as_secs_f64() * cores),
    })
}

fn at_a_pace(
    servers: &[Server],
    workload: &'static Workload,
    database: &Database,
    effort: Effort,
    per_second: f64,
) -> Result<Option<Paced>, Error> {
    let servers: Vec<&Server> = servers.iter().filter(|server| PACED.contains(&server.kind)).collect();
    if servers.len() < PACED.len() {
        return Ok(None);
    }
    let pace = Pace { per_second, warm_up: effort.warm_up, measure: effort.measure };
    let mut cells: Vec<(Kind, Vec<Waits>)> = servers.iter().map(|server| (server.kind, Vec::new())).collect();
    for number in 0..effort.rounds as usize {
        for turn in 0..servers.len() {
            let at = (turn + number) % servers.len();
            let server = servers[at];
            let requests = requests(server, workload, database);
            let sample = paced(server.address, requests, workload.connections, pace)
                .map_err(|source| Error::Load { workload: workload.name, kind: server.kind, source })?;
            let waits = Waits { p50: sample.quantile(0.5), p99: sample.quantile(0.99) };
            eprintln!(
                "{:4} {:20} {:8.0} req/s offered, p99 {:7.2} ms",
                workload.name,
                server.kind.title(),
                per_second,
                waits.p99
            );
            cells[at].1.push(waits);
        }
    }
    Ok(Some(Paced { per_second, cells }))
}

fn requests(server: &Server, workload: &Workload, database: &Database) -> Requests {
    Requests::new(server.address, &workload.bodies(server.kind, database.users()))
}

/// Processor time that has been used up to a moment.
#[derive(Debug, Clone, Copy)]
struct Used {
    server: Duration,
    postgres: Duration,
    machine: Duration,
}

impl Used {
    fn by(server: &Server, database: &Database) -> Result<Used, kernel::Error> {
        Ok(Used {
            server: kernel::process_cpu(server.pid())?,
            postgres: kernel::family_cpu(database.postmaster())?,
            machine: kernel::machine_cpu()?,
        })
    }

    /// What has ended meanwhile may be missing, so less can be known later than before.
    fn since(self, before: Used) -> Used {
        Used {
            server: self.server.saturating_sub(before.server),
            postgres: self.postgres.saturating_sub(before.postgres),
            machine: self.machine.saturating_sub(before.machine),
        }
    }
}

#[test]
fn medians_are_in_the_middle() {
    assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
    assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
}
