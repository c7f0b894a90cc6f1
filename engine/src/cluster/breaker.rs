//! Whether an instance is asked at all: after some failures in a row it is not, for a while, so that requests are told at
//! once what they would have waited for. Then one request at a time tries it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use super::clock::Moment;

/// A circuit breaker. While it is closed, requests pass.
#[derive(Debug)]
pub(super) struct Breaker {
    /// How many failures in a row open it.
    limit: u32,
    pause: Duration,
    /// Failures since the last success.
    failures: AtomicU32,
    /// When it was opened, or last let a request pass to try; 0 while it is closed.
    opened: AtomicU64,
}

impl Breaker {
    pub(super) fn new(limit: u32, pause: Duration) -> Breaker {
        Breaker { limit: limit.max(1), pause, failures: AtomicU32::new(0), opened: AtomicU64::new(0) }
    }

    /// Whether a request may pass. `returned` is when the server was last found to be back after it was away: what was
    /// before that says nothing any more.
    pub(super) fn admits(&self, returned: Moment) -> bool {
        let opened = self.opened.load(Relaxed);
        if opened == 0 {
            return true;
        }
        if returned.0 > opened {
            self.succeeded();
            return true;
        }
        let now = Moment::now();
        // Whoever is first tries, and for as long again nobody else.
        now.since(Moment(opened)) >= self.pause
            && self.opened.compare_exchange(opened, now.0, Relaxed, Relaxed).is_ok()
    }

    /// Whether a request would pass now, without passing itself.
    pub(super) fn would_admit(&self, returned: Moment) -> bool {
        let opened = self.opened.load(Relaxed);
        opened == 0 || returned.0 > opened || Moment::now().since(Moment(opened)) >= self.pause
    }

    /// Counts that the instance has answered.
    pub(super) fn succeeded(&self) {
        // Most often there is nothing to be written that other processors read.
        if self.failures.load(Relaxed) != 0 {
            self.failures.store(0, Relaxed);
        }
        if self.opened.load(Relaxed) != 0 {
            self.opened.store(0, Relaxed);
        }
    }

    /// Counts that the instance could not be connected to, or has not answered in time; whether that has opened it.
    pub(super) fn failed(&self) -> bool {
        let failures = self.failures.fetch_add(1, Relaxed) + 1;
        if failures < self.limit {
            return false;
        }
        self.opened.swap(Moment::now().0, Relaxed) == 0
    }

    /// Whether the last failures have opened it, and nothing has closed it since.
    pub(super) fn is_open(&self) -> bool {
        self.opened.load(Relaxed) != 0
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Moment = Moment(0);

    #[test]
    fn failures_in_a_row_open_it() {
        let breaker = Breaker::new(3, Duration::from_secs(3_600));
        assert!(!breaker.failed() && !breaker.failed());
        breaker.succeeded();
        assert!(!breaker.failed() && !breaker.failed());
        assert!(breaker.admits(NEVER));
        assert!(breaker.failed(), "the third in a row");
        assert!(!breaker.failed(), "it is open already");
        assert!(breaker.is_open() && !breaker.admits(NEVER) && !breaker.would_admit(NEVER));
        breaker.succeeded();
        assert!(!breaker.is_open() && breaker.admits(NEVER));
    }

    #[test]
    fn after_the_pause_one_tries() {
        let breaker = Breaker::new(1, Duration::ZERO);
        breaker.failed();
        assert!(breaker.would_admit(NEVER) && breaker.admits(NEVER));
        let slow = Breaker::new(1, Duration::from_secs(3_600));
        slow.failed();
        let long_ago = Moment(slow.opened.load(Relaxed).wrapping_sub(1));
        assert!(!slow.admits(long_ago));
        // The pause is over: the first passes, the second has to wait for as long again.
        slow.opened.store(1, Relaxed);
        let slow = Breaker { pause: Duration::from_nanos(1), ..slow };
        let opened = slow.opened.load(Relaxed);
        assert!(slow.admits(NEVER));
        assert!(slow.opened.load(Relaxed) > opened);
    }

    #[test]
    fn a_server_that_is_back_closes_it() {
        let breaker = Breaker::new(1, Duration::from_secs(3_600));
        breaker.failed();
        let before = Moment(1);
        assert!(!breaker.admits(before));
        assert!(breaker.admits(Moment(u64::MAX)));
        assert!(!breaker.is_open());
    }
}
