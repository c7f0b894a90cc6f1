//! Moments as numbers, which fit into atomics.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Microseconds since this process first asked for a moment, and 1: 0 is before all moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) u64);

impl Moment {
    /// Now.
    pub(super) fn now() -> Moment {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let start = *START;
        // No process runs for half a million years.
        Moment(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX - 1) + 1)
    }

    /// How long after the other it is; nothing when it is before.
    pub(super) fn since(self, other: Moment) -> Duration {
        Duration::from_micros(self.0.saturating_sub(other.0))
    }
}
