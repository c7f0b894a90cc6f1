//! What is done to the servers of a shard, and what has become of requests meanwhile.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use onefold::cluster::{Consistency, Shard};
use onefold::engine::Engine;
use onefold::private_postgres::PrivatePostgres;
use onefold::schema::Schema;
use onefold_tests::shop::Shop;

use super::Load;
use super::log::{Counts, Log, RECOVERY};
use super::pairs::{Pairs, accepts, name, promote};
use crate::cluster::servers::{Pair, Paused, read, shard_of, start_again, who_answers};
use crate::pool::{Sql, eventually};

/// One of the servers of a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Primary,
    Replica,
}

/// What is done to a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// One of its servers is killed and started again.
    Killed(Part),
    /// Both are killed, and started again one after the other.
    BothKilled { first: Part },
    /// One of its servers stops where it is, and goes on.
    Paused(Part),
    /// Both do.
    BothPaused,
    /// The primary is stopped for good, and the replica takes its place.
    Promoted,
}

/// Servers, and how long things are done to them.
pub struct Drill {
    pub pairs: Pairs,
    /// How many answers with a part of a shard are waited for in each state of its servers.
    pub answers: u64,
}

/// What has become of requests in a phase.
struct Outcome {
    phase: Phase,
    shard: usize,
    counts: Vec<Counts>,
    /// How long the shard was missing from answers after a server was back.
    missing_for: Duration,
    /// How long it took until what was away is read again.
    read_after: Duration,
    /// The longest answer with the shard, and that of the others.
    longest: (Duration, Duration),
}

impl Drill {
    /// Does all of it, one after the other, and prints what has become of requests.
    pub async fn run(mut self, phases: impl IntoIterator<Item = (Phase, usize)>) {
        let engine = Arc::new(Engine::new(Shop::SCHEMA, self.pairs.config.clone()).expect("it can be made"));
        engine.ready().await.expect("the servers answer");
        let log = Arc::new(Log::new(self.pairs.pairs.len()));
        let load = Load::start(&self.pairs, &engine, &log).await;
        let mut outcomes = Vec::new();
        for (phase, shard) in phases {
            let of_engine = shard_of(engine.cluster().expect("there are servers"), &name(shard));
            let outcome = self.phase(phase, shard, &of_engine, &log).await;
            log.check(&format!("{outcome}"));
            outcome.check();
            println!("{outcome}");
            outcomes.push(outcome);
        }
        drop(load);
        println!("\n{HEAD}");
        outcomes.iter().for_each(|outcome| println!("{outcome}"));
    }

    async fn phase(&mut self, phase: Phase, shard: usize, of_engine: &Arc<Shard>, log: &Log) -> Outcome {
        let before = log.counts();
        for shard in 0..before.len() {
            log.take_longest(shard);
        }
        let answers = self.answers;
        let goes_on = async || {
            for shard in 0..before.len() {
                log.more(shard, |counts| counts.right, answers).await;
            }
        };
        let is_missing = async || {
            log.more(shard, |counts| counts.missing, answers).await;
            for other in (0..before.len()).filter(|other| *other != shard) {
                log.more(other, |counts| counts.right, answers).await;
            }
        };
        let pair = &mut self.pairs.pairs[shard];
        let (back, read_after);
        match phase {
            Phase::Killed(part) => {
                pair.server(part).kill();
                goes_on().await;
                back = pair.starts_again(part).await;
                read_after = is_read(of_engine, part, back).await;
            }
            Phase::BothKilled { first } => {
                log.goes_away(shard);
                for part in Part::BOTH {
                    pair.server(part).kill();
                }
                is_missing().await;
                back = pair.starts_again(first).await;
                log.is_back(shard, back);
                read_after = is_read(of_engine, first, back).await;
                let second = if first == Part::Primary { Part::Replica } else { Part::Primary };
                let back = pair.starts_again(second).await;
                is_read(of_engine, second, back).await;
            }
            Phase::Paused(part) => {
                let paused = Paused::new(pair.server(part));
                goes_on().await;
                drop(paused);
                back = Instant::now();
                read_after = is_read(of_engine, part, back).await;
            }
            Phase::BothPaused => {
                log.goes_away(shard);
                let paused = Part::BOTH.map(|part| Paused::new(pair.server(part)));
                is_missing().await;
                drop(paused);
                back = Instant::now();
                log.is_back(shard, back);
                read_after = is_read(of_engine, Part::Replica, back).await;
            }
            Phase::Promoted => {
                pair.primary.stop();
                goes_on().await;
                log.goes_away(shard);
                promote(pair).await;
                back = Instant::now();
                log.is_back(shard, back);
                read_after = is_read(of_engine, Part::Primary, back).await;
            }
        }
        goes_on().await;
        if phase != Phase::Promoted {
            for part in Part::BOTH {
                is_read(of_engine, part, Instant::now()).await;
            }
        }
        let counts = log.counts().into_iter().zip(before);
        let others = (0..counts.len()).filter(|other| *other != shard);
        Outcome {
            phase,
            shard,
            longest: (
                log.take_longest(shard),
                others.map(|other| log.take_longest(other)).max().unwrap_or_default(),
            ),
            counts: counts.map(|(after, before)| after.since(before)).collect(),
            missing_for: log.missing_after(shard, back),
            read_after,
        }
    }
}

impl Part {
    const BOTH: [Part; 2] = [Part::Primary, Part::Replica];
}

impl Pair {
    fn server(&mut self, part: Part) -> &mut PrivatePostgres {
        match part {
            Part::Primary => &mut self.primary,
            Part::Replica => &mut self.replica,
        }
    }

    /// Starts one of the servers; since when it takes connections.
    async fn starts_again(&mut self, part: Part) -> Instant {
        let server = self.server(part);
        start_again(server);
        accepts(&server.url("postgres")).await;
        Instant::now()
    }
}

/// Waits until a server of the shard is read; how long after a moment.
async fn is_read(shard: &Shard, part: Part, since: Instant) -> Duration {
    let statement = Sql::new("SELECT 'here'", &[]);
    // No replica can have replayed that, so who answers is the primary.
    let beyond: Consistency = "FFFFFFFF/FFFFFFFF".parse().expect("it is a position");
    eventually("the server is read", async || match part {
        Part::Primary => read(shard, &statement, &[], &beyond).await.is_ok(),
        Part::Replica => who_answers(shard).await.is_ok_and(|who| who == "replica"),
    })
    .await;
    since.elapsed()
}

impl Counts {
    fn since(self, before: Counts) -> Counts {
        Counts { right: self.right - before.right, missing: self.missing - before.missing }
    }
}

impl Outcome {
    /// Makes sure that the phase was as it should be, but for single answers.
    fn check(&self) {
        for (number, counts) in self.counts.iter().enumerate() {
            assert!(number == self.shard || counts.missing == 0, "{self}");
        }
        let is_away = matches!(self.phase, Phase::BothKilled { .. } | Phase::BothPaused);
        assert!(!is_away || self.counts[self.shard].missing > 0, "{self}");
        assert!(self.missing_for < RECOVERY, "{self}");
        assert!(self.read_after < RECOVERY, "{self}");
    }
}

const HEAD: &str = "\
| phase                       | shard | right answers, by shard     | without the shard | in all answers after | read again after | longest answer with it, without |
|-----------------------------|-------|-----------------------------|-------------------|----------------------|------------------|---------------------------------|";

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Killed(Part::Primary) => "primary killed",
            Phase::Killed(Part::Replica) => "replica killed",
            Phase::BothKilled { first: Part::Primary } => "both killed, primary first",
            Phase::BothKilled { first: Part::Replica } => "both killed, replica first",
            Phase::Paused(Part::Primary) => "primary paused",
            Phase::Paused(Part::Replica) => "replica paused",
            Phase::BothPaused => "both paused",
            Phase::Promoted => "replica promoted",
        };
        let right: Vec<_> = self.counts.iter().map(|counts| format!("{:>6}", counts.right)).collect();
        let [missing_for, read_after, longest, of_others] =
            [self.missing_for, self.read_after, self.longest.0, self.longest.1]
                .map(|duration| format!("{} ms", duration.as_millis()));
        write!(
            f,
            "| {phase:<27} | {:<5} | {:<27} | {:>17} | {missing_for:>20} | {read_after:>16} | {:>31} |",
            name(self.shard),
            right.join(" "),
            self.counts[self.shard].missing,
            format!("{longest}, {of_others}"),
        )
    }
}
