//! What was asked and answered when, and when shards were away.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

use crate::cluster::servers::PATIENCE;

/// How soon a shard must be read again after one of its servers has come back.
pub const RECOVERY: Duration = Duration::from_secs(2);

/// All that has happened.
pub struct Log {
    shards: Vec<Mutex<Shard>>,
    wrong: Mutex<Vec<String>>,
    /// How many answers there are.
    answers: watch::Sender<u64>,
}

/// What has happened to a shard.
#[derive(Debug, Clone, Default)]
struct Shard {
    /// When all of its servers were away.
    away: Vec<Away>,
    counts: Counts,
    /// The last moment at which it was missing from an answer.
    failed: Option<Instant>,
    /// The longest that anybody has waited for an answer that it has a part of.
    longest: Duration,
}

#[derive(Debug, Clone)]
struct Away {
    from: Instant,
    back: Option<Instant>,
}

/// Answers that a shard has a part of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// With that part.
    pub right: u64,
    /// Without it.
    pub missing: u64,
}

impl Log {
    pub fn new(shards: usize) -> Log {
        Log {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            wrong: Mutex::default(),
            answers: watch::Sender::new(0),
        }
    }

    /// Adds an answer to what was asked at a moment: what it is about, and what of that is missing.
    pub fn answered(&self, began: Instant, shards: &BTreeSet<usize>, missing: &BTreeSet<usize>) {
        let now = Instant::now();
        for number in shards {
            let mut shard = self.shard(*number);
            shard.longest = shard.longest.max(now.duration_since(began));
            if !missing.contains(number) {
                shard.counts.right += 1;
                continue;
            }
            shard.counts.missing += 1;
            shard.failed = Some(now);
            let may_fail = shard.away.iter().any(|away| {
                away.from <= now && away.back.is_none_or(|back| now.duration_since(back) < RECOVERY)
            });
            if !may_fail {
                let since = shard.away.last().and_then(|away| away.back).map(|back| now.duration_since(back));
                drop(shard);
                self.is_wrong(format!("s{number} is missing, and is not away; back for {since:?}"));
            }
        }
        self.answers.send_modify(|answers| *answers += 1);
    }

    /// Adds that something is wrong.
    pub fn is_wrong(&self, what: String) {
        lock(&self.wrong).push(what);
        self.answers.send_modify(|answers| *answers += 1);
    }

    /// Makes sure that nothing was wrong.
    pub fn check(&self, phase: &str) {
        let wrong = lock(&self.wrong);
        let first: Vec<_> = wrong.iter().take(5).collect();
        assert!(wrong.is_empty(), "{phase}: {} wrong answers: {first:#?}", wrong.len());
    }

    /// All servers of a shard are away from now on.
    pub fn goes_away(&self, shard: usize) {
        self.shard(shard).away.push(Away { from: Instant::now(), back: None });
    }

    /// One of its servers takes connections since this moment.
    pub fn is_back(&self, shard: usize, back: Instant) {
        let mut shard = self.shard(shard);
        shard.away.last_mut().expect("it was away").back = Some(back);
    }

    /// What was answered of each shard so far.
    pub fn counts(&self) -> Vec<Counts> {
        (0..self.shards.len()).map(|shard| self.shard(shard).counts).collect()
    }

    /// How long after a moment a shard was last missing.
    pub fn missing_after(&self, shard: usize, moment: Instant) -> Duration {
        self.shard(shard).failed.map_or(Duration::ZERO, |failed| failed.saturating_duration_since(moment))
    }

    /// The longest that anybody has waited for an answer with this shard since this was last asked.
    pub fn take_longest(&self, shard: usize) -> Duration {
        std::mem::take(&mut self.shard(shard).longest)
    }

    /// Waits until so many more answers with a part of this shard are there, or without it.
    pub async fn more(&self, shard: usize, what: impl Fn(Counts) -> u64, answers: u64) {
        let counts = || self.shard(shard).counts;
        let wanted = what(counts()) + answers;
        let enough = async {
            let mut subscribed = self.answers.subscribe();
            let enough = subscribed.wait_for(|_| what(counts()) >= wanted || !lock(&self.wrong).is_empty());
            // The sender is here.
            enough.await.map(drop)
        };
        let in_time = timeout(PATIENCE, enough).await;
        assert!(in_time.is_ok(), "s{shard}: there are {:?}, and {wanted} are waited for", counts());
    }

    fn shard(&self, shard: usize) -> MutexGuard<'_, Shard> {
        lock(&self.shards[shard])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
