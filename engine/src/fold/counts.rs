//! What has been folded, for whoever asks and for metrics.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The histogram of how many requests the statements answer that run on lanes, the same ones counting once.
pub const BATCH_MEMBERS: &str = "onefold_fold_batch_members";

/// The counter of the requests that are sent on lanes, each counting.
pub const REQUESTS: &str = "onefold_fold_requests_total";

/// What has been folded so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Requests that were sent on lanes; one that fails there is answered elsewhere, and counts all the same.
    pub requests: u64,
    /// Requests as Postgres was asked: those that waited and asked the same are one.
    pub members: u64,
    /// Statements that were executed for them.
    pub executions: u64,
    /// The most members that a statement has had.
    pub largest_batch: usize,
}

impl Status {
    /// What two folders have folded.
    pub fn and(self, other: Status) -> Status {
        Status {
            requests: self.requests + other.requests,
            members: self.members + other.members,
            executions: self.executions + other.executions,
            largest_batch: self.largest_batch.max(other.largest_batch),
        }
    }
}

pub(super) struct Counts {
    requests: AtomicU64,
    members: AtomicU64,
    executions: AtomicU64,
    largest_batch: AtomicUsize,
    batch_members_metric: metrics::Histogram,
    requests_metric: metrics::Counter,
}

impl Counts {
    pub(super) fn new() -> Counts {
        metrics::describe_histogram!(BATCH_MEMBERS, "How many requests a statement on a lane answers");
        metrics::describe_counter!(REQUESTS, "Requests that were sent on lanes");
        Counts {
            requests: AtomicU64::new(0),
            members: AtomicU64::new(0),
            executions: AtomicU64::new(0),
            largest_batch: AtomicUsize::new(0),
            batch_members_metric: metrics::histogram!(BATCH_MEMBERS),
            requests_metric: metrics::counter!(REQUESTS),
        }
    }

    /// Counts a statement.
    pub(super) fn count(&self, requests: usize, members: usize) {
        self.requests.fetch_add(requests as u64, Relaxed);
        self.members.fetch_add(members as u64, Relaxed);
        self.executions.fetch_add(1, Relaxed);
        self.largest_batch.fetch_max(members, Relaxed);
        self.batch_members_metric.record(members as f64);
        self.requests_metric.increment(requests as u64);
    }

    pub(super) fn status(&self) -> Status {
        Status {
            requests: self.requests.load(Relaxed),
            members: self.members.load(Relaxed),
            executions: self.executions.load(Relaxed),
            largest_batch: self.largest_batch.load(Relaxed),
        }
    }
}
