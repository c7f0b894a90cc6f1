//! Where the log of a primary was at which moment → how far behind a standby is that has replayed so much of it.
//!
//! A standby itself can only tell when the last transaction was committed that it has replayed. That is long ago where
//! nothing is written, and it does not know what it has not received. The positions of the primary say both: it is behind
//! for at least as long as there is something that it has not replayed, and for at most as long as the primary has had
//! more than it.

use std::collections::VecDeque;
use std::time::Duration;

use tokio_postgres::types::PgLsn;

use super::clock::Moment;

/// How many positions are kept: at two a second those of half a minute.
const KEPT: usize = 64;

/// The positions of a primary, the last ones.
#[derive(Debug, Default)]
pub(super) struct Positions(VecDeque<Position>);

/// Where the log was for some time.
#[derive(Debug, Clone, Copy)]
struct Position {
    log: PgLsn,
    /// When it was first seen there.
    first: Moment,
    /// When it was last seen there.
    last: Moment,
}

impl Positions {
    /// Adds where the log is now.
    pub(super) fn add(&mut self, now: Moment, log: PgLsn) {
        match self.0.back_mut() {
            Some(position) if position.log == log => position.last = now,
            Some(position) if position.log > log => {
                // It has another history since a standby has taken over that was behind.
                self.0.clear();
                self.0.push_back(Position { log, first: now, last: now });
            }
            _ => self.0.push_back(Position { log, first: now, last: now }),
        }
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    /// How far behind a standby was at a moment that had replayed so much then. `own` is what it says itself.
    pub(super) fn lag(&self, at: Moment, replayed: PgLsn, own: Duration) -> Duration {
        let next = self.0.partition_point(|position| position.log <= replayed);
        let seen = next.checked_sub(1).map(|seen| self.0[seen]);
        let missing = self.0.get(next).map(|missing| at.since(missing.first));
        let most = seen.map_or(Duration::MAX, |seen| at.since(seen.last));
        own.min(most).max(missing.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn second(second: u64) -> Moment {
        Moment(second * 1_000_000)
    }

    fn lag(positions: &Positions, at: u64, replayed: u64, own: u64) -> u64 {
        positions.lag(second(at), PgLsn::from(replayed), Duration::from_secs(own)).as_secs()
    }

    fn positions(all: &[(u64, u64)]) -> Positions {
        let mut positions = Positions::default();
        for (at, log) in all {
            positions.add(second(*at), PgLsn::from(*log));
        }
        positions
    }

    #[test]
    fn a_standby_of_an_idle_primary_is_not_behind() {
        let positions = positions(&[(1, 10), (2, 10), (3, 10)]);
        assert_eq!(lag(&positions, 3, 10, 0), 0);
        // The last transaction is long ago, and the next one comes in at this moment.
        assert_eq!(lag(&positions, 3, 10, 3_600), 0);
        assert_eq!(lag(&positions, 4, 10, 3_600), 1);
    }

    #[test]
    fn a_standby_that_receives_nothing_is_behind() {
        let positions = positions(&[(1, 10), (2, 20), (3, 30), (4, 40)]);
        // It knows of nothing that it has not replayed.
        assert_eq!(lag(&positions, 9, 10, 0), 7);
        assert_eq!(lag(&positions, 9, 35, 0), 5);
        assert_eq!(lag(&positions, 4, 40, 0), 0);
        // Further back than what is kept.
        assert_eq!(lag(&positions, 9, 5, 0), 8);
        assert_eq!(lag(&positions, 9, 5, 60), 60);
    }

    #[test]
    fn without_a_primary_the_standby_is_believed() {
        assert_eq!(lag(&positions(&[]), 9, 10, 0), 0);
        assert_eq!(lag(&positions(&[]), 9, 10, 5), 5);
        // What was there until the primary went away has come.
        assert_eq!(lag(&positions(&[(1, 10)]), 3_600, 10, 0), 0);
    }

    #[test]
    fn another_history_takes_the_place_of_the_first() {
        let mut positions = positions(&[(1, 10), (2, 20)]);
        positions.add(second(3), PgLsn::from(15));
        assert_eq!(lag(&positions, 9, 15, 0), 0);
        for at in 0..1_000 {
            positions.add(second(at + 4), PgLsn::from(at + 20));
        }
        assert_eq!(positions.0.len(), KEPT);
    }
}
