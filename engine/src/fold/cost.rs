//! How long a request of an operation takes, as measured: a moving average that follows what is quick more than what is
//! slow. All are slow when the machine is busy, which says nothing of an operation; the quick ones say what it takes.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::compile::Fold;

/// How much of a measurement below the average enters it: one of 4.
const WEIGHT_BELOW: u32 = 4;

/// How much of a measurement above the average enters it: one of 32.
const WEIGHT_ABOVE: u32 = 32;

/// How fast an operation that is not folded any more is forgiven: by one of 256 with each request, so that it is tried
/// again after some hundred of them.
const FORGIVENESS: u32 = 256;

/// Whether a request takes longer than the limit.
pub(super) fn is_above(fold: &Fold, limit: Duration) -> bool {
    let average = fold.microseconds.load(Relaxed);
    let above = average > microseconds(limit);
    if above {
        fold.microseconds.store(average - average / FORGIVENESS - 1, Relaxed);
    }
    above
}

/// How many requests take no longer than the limit together.
pub(super) fn fitting(fold: &Fold, limit: Duration) -> usize {
    (microseconds(limit) / fold.microseconds.load(Relaxed).max(1)) as usize
}

/// Counts that so many requests took this long together. Measurements at the same moment may get lost.
pub(super) fn measured(fold: &Fold, took: Duration, requests: usize) {
    let requests = u32::try_from(requests).unwrap_or(u32::MAX).max(1);
    let each = microseconds(took / requests).max(1);
    let new = match fold.microseconds.load(Relaxed) {
        0 => each,
        old if each < old => old - (old - each) / WEIGHT_BELOW,
        old => old + (each - old).div_ceil(WEIGHT_ABOVE),
    };
    fold.microseconds.store(new, Relaxed);
}

/// Counts that a request has taken this long and was not done.
pub(super) fn stalled(fold: &Fold, took: Duration) {
    fold.microseconds.fetch_max(microseconds(took), Relaxed);
}

fn microseconds(duration: Duration) -> u32 {
    // An hour is as good as any longer time.
    u32::try_from(duration.as_micros()).unwrap_or(u32::MAX).min(3_600_000_000)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn what_is_slow_is_tried_again() {
        let fold = Fold { batch: None, same: None, rows: 1, microseconds: AtomicU32::new(0) };
        let limit = Duration::from_millis(5);
        measured(&fold, Duration::from_millis(2), 20);
        assert_eq!(fitting(&fold, limit), 50);
        for _ in 0..100 {
            measured(&fold, Duration::from_millis(20), 1);
        }
        assert!(is_above(&fold, limit));
        let refused = (0..10_000).take_while(|_| is_above(&fold, limit)).count();
        assert!((100..2_000).contains(&refused), "{refused}");
    }
}
