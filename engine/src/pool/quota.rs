//! The connections that the pools of one server may have together: which of them may open one, and which has to give one
//! back. A connection is to one database, so a server with many databases has a pool for each, and most of them are idle
//! most of the time.
//!
//! Each pool may have as many connections as it wants while there are enough. When there are not, every pool that has or
//! wants some has a *share* of the limit, the same for all: what a pool has beyond its share is closed, if it is idle or
//! as soon as it is, and goes to those that wait and have less than theirs. Where there are more such pools than
//! connections, the share is nothing, and places are given in the order in which they were asked for. A limit divided
//! once and for all would leave a server with a hundred databases without a connection for most of them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Shared;

/// How often whoever waits looks for connections that have become idle meanwhile.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How many connections several pools may have together.
pub struct Quota {
    ledger: Mutex<Ledger>,
    /// How many wait, so that whoever gives a connection back need not take the lock to know that nobody does.
    waiting: AtomicUsize,
}

/// What one pool has of a quota.
pub(super) struct Membership {
    quota: Arc<Quota>,
    id: u64,
}

/// The right to have one connection open.
pub(super) struct Place(Arc<Membership>);

/// Who has what, and who waits.
#[derive(Default)]
struct Ledger {
    limit: usize,
    /// How many places are given, to all members.
    open: usize,
    members: BTreeMap<u64, Member>,
    next: u64,
    queue: VecDeque<Waiter>,
}

#[derive(Default)]
struct Member {
    open: usize,
    waiting: usize,
    pool: Weak<Shared>,
}

struct Waiter {
    member: u64,
    place: oneshot::Sender<Place>,
    membership: Arc<Membership>,
}

/// Somebody who waits; leaves the queue when dropped.
struct Waiting {
    membership: Arc<Membership>,
    place: oneshot::Receiver<Place>,
}

impl Quota {
    /// A quota of so many connections.
    pub fn new(limit: u32) -> Arc<Quota> {
        let ledger = Ledger { limit: limit as usize, ..Ledger::default() };
        Arc::new(Quota { ledger: Mutex::new(ledger), waiting: AtomicUsize::new(0) })
    }

    /// Has another limit from now on. Where more are open than that, those that are given back are closed.
    pub fn resize(&self, limit: u32) {
        self.ledger().limit = limit as usize;
        self.hand_out();
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.ledger().open
    }

    pub(super) fn limit(&self) -> u32 {
        u32::try_from(self.ledger().limit).unwrap_or(u32::MAX)
    }

    /// Makes the pool a member, until it and all of its connections are gone.
    pub(super) fn join(self: &Arc<Quota>, pool: Weak<Shared>) -> Arc<Membership> {
        let mut ledger = self.ledger();
        let id = ledger.next;
        ledger.next += 1;
        ledger.members.insert(id, Member { pool, ..Member::default() });
        Arc::new(Membership { quota: Arc::clone(self), id })
    }

    /// Gives free places to those who wait.
    fn hand_out(&self) {
        loop {
            let mut ledger = self.ledger();
            let Some(waiter) = ledger.next_waiter() else { return };
            self.waiting.fetch_sub(1, Relaxed);
            // Where nobody waits any more the place comes back, which is no business of this lock's.
            let place = ledger.place(waiter.membership);
            drop(ledger);
            let _ = waiter.place.send(place);
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Membership {
    /// A place, as soon as there is one.
    pub(super) async fn place(self: &Arc<Membership>) -> Place {
        let mut waiting = {
            let mut ledger = self.quota.ledger();
            if ledger.open < ledger.limit && ledger.queue.is_empty() {
                return ledger.place(Arc::clone(self));
            }
            let (sender, place) = oneshot::channel();
            ledger.wait(Arc::clone(self), sender);
            self.quota.waiting.fetch_add(1, Relaxed);
            Waiting { membership: Arc::clone(self), place }
        };
        loop {
            self.reclaim();
            if let Ok(place) = timeout(LOOK_AGAIN, &mut waiting.place).await {
                // The sender is in the queue, which this membership keeps, until it has sent.
                return place.expect("nobody leaves the queue without a place");
            }
        }
    }

    fn is_asked_for(&self) -> bool {
        if self.quota.waiting.load(Relaxed) == 0 {
            return false;
        }
        let ledger = self.quota.ledger();
        ledger.open > ledger.limit || (ledger.has_spare(self.id) && ledger.is_short(self.id))
    }

    /// Whether the pool waits for a place.
    pub(super) fn is_waiting(&self) -> bool {
        self.quota.ledger().members.get(&self.id).is_some_and(|member| member.waiting > 0)
    }

    pub(super) fn quota(&self) -> &Quota {
        &self.quota
    }

    /// Has another pool close an idle connection, if it has more than its share and this one less.
    fn reclaim(&self) {
        let pools: Vec<Weak<Shared>> = {
            let ledger = self.quota.ledger();
            let (share, own) = (ledger.share(), ledger.members.get(&self.id).map_or(0, |own| own.open));
            if own >= share.max(1) {
                return;
            }
            let mut others: Vec<&Member> =
                ledger.members.values().filter(|other| other.open > share).collect();
            others.sort_by_key(|other| std::cmp::Reverse(other.open));
            others.into_iter().map(|other| Weak::clone(&other.pool)).collect()
        };
        // Without the lock, which the connection's place takes when it comes back.
        pools.iter().filter_map(Weak::upgrade).any(|pool| pool.close_idle());
    }
}

impl Place {
    /// Whether another pool needs the connection more than the one that it is given back to.
    pub(super) fn is_asked_for(&self) -> bool {
        self.0.is_asked_for()
    }
}

impl Ledger {
    /// How many connections each pool may have, of those that have or want any, when they are short.
    fn share(&self) -> usize {
        let active = self.members.values().filter(|member| member.open + member.waiting > 0).count();
        self.limit / active.max(1)
    }

    /// Whether a pool has more than its share.
    fn has_spare(&self, id: u64) -> bool {
        self.members.get(&id).is_some_and(|member| member.open > self.share())
    }

    /// Whether somebody waits, for another pool than this one, which has less than its share.
    fn is_short(&self, id: u64) -> bool {
        let enough = self.share().max(1);
        self.queue.iter().any(|waiter| waiter.member != id && self.has_less(waiter.member, enough))
    }

    fn has_less(&self, id: u64, enough: usize) -> bool {
        self.members.get(&id).is_some_and(|member| member.open < enough)
    }

    fn place(&mut self, membership: Arc<Membership>) -> Place {
        self.open += 1;
        if let Some(member) = self.members.get_mut(&membership.id) {
            member.open += 1;
        }
        Place(membership)
    }

    fn wait(&mut self, membership: Arc<Membership>, place: oneshot::Sender<Place>) {
        if let Some(member) = self.members.get_mut(&membership.id) {
            member.waiting += 1;
        }
        self.queue.push_back(Waiter { member: membership.id, place, membership });
    }

    /// Takes the one from the queue who gets the next place, if there is one free: the first whose pool has less than its
    /// share, else the first.
    fn next_waiter(&mut self) -> Option<Waiter> {
        if self.open >= self.limit {
            return None;
        }
        let share = self.share();
        let first = self.queue.iter().position(|waiter| self.has_less(waiter.member, share)).unwrap_or(0);
        let waiter = self.queue.remove(first)?;
        if let Some(member) = self.members.get_mut(&waiter.member) {
            member.waiting -= 1;
        }
        Some(waiter)
    }

    /// Forgets those who do not wait any more; how many they are.
    fn purge(&mut self) -> usize {
        let before = self.queue.len();
        let Ledger { queue, members, .. } = self;
        queue.retain(|waiter| {
            let waits = !waiter.place.is_closed();
            if !waits && let Some(member) = members.get_mut(&waiter.member) {
                member.waiting -= 1;
            }
            waits
        });
        before - queue.len()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.place.close();
        let gone = self.membership.quota.ledger().purge();
        self.membership.quota.waiting.fetch_sub(gone, Relaxed);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Membership { quota, id } = &*self.0;
        {
            let mut ledger = quota.ledger();
            ledger.open -= 1;
            if let Some(member) = ledger.members.get_mut(id) {
                member.open -= 1;
            }
        }
        quota.hand_out();
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.quota.ledger().members.remove(&self.id);
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ledger = self.ledger();
        f.debug_struct("Quota")
            .field("limit", &ledger.limit)
            .field("open", &ledger.open)
            .field("waiting", &ledger.queue.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn member(quota: &Arc<Quota>) -> Arc<Membership> {
        quota.join(Weak::new())
    }

    /// What is there at once.
    fn now(membership: &Arc<Membership>) -> Option<Place> {
        membership.place().now_or_never()
    }

    #[tokio::test]
    async fn a_lone_pool_may_have_all() {
        let quota = Quota::new(3);
        let (busy, other) = (member(&quota), member(&quota));
        let places: Vec<_> = (0..3).map(|_| now(&busy).unwrap()).collect();
        assert!(now(&busy).is_none() && now(&other).is_none());
        assert_eq!(quota.open(), 3);
        assert!(!busy.is_asked_for(), "nobody waits any more");
        drop(places);
        assert_eq!(quota.open(), 0);
        assert!(now(&other).is_some());
    }

    #[tokio::test]
    async fn what_is_above_the_share_goes_to_those_below_theirs() {
        let quota = Quota::new(4);
        let (busy, other) = (member(&quota), member(&quota));
        let mut places: Vec<_> = (0..4).map(|_| now(&busy).unwrap()).collect();
        // The busy pool has asked first, but has more than its half.
        let (mut more, mut first, mut second) =
            (Box::pin(busy.place()), Box::pin(other.place()), Box::pin(other.place()));
        let mut third = Box::pin(other.place());
        assert!((&mut more).now_or_never().is_none());
        for waiting in [&mut first, &mut second, &mut third] {
            assert!(waiting.now_or_never().is_none());
        }
        assert!(busy.is_asked_for());
        places.pop();
        let first = first.now_or_never().expect("it is the other's turn");
        assert!(busy.is_asked_for());
        places.pop();
        let second = second.now_or_never().expect("it is the other's turn");
        // Now both have two, and neither has to give up any.
        assert!(!busy.is_asked_for() && !other.is_asked_for());
        places.pop();
        assert!((&mut third).now_or_never().is_none(), "the other has its share");
        assert!(more.now_or_never().is_some());
        drop((first, second, third));
    }

    #[tokio::test]
    async fn with_more_pools_than_places_they_take_turns() {
        let quota = Quota::new(1);
        let members: Vec<_> = (0..3).map(|_| member(&quota)).collect();
        let mut held = now(&members[0]);
        let mut waiting: Vec<_> = members.iter().map(|member| Box::pin(member.place())).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        for mut one in waiting {
            assert!(held.is_some());
            drop(held.take());
            held = (&mut one).now_or_never();
        }
        assert!(held.is_some());
    }

    #[tokio::test]
    async fn whoever_goes_away_is_not_waited_for() {
        let quota = Quota::new(1);
        let (first, second) = (member(&quota), member(&quota));
        let held = now(&first).unwrap();
        let mut gone = Box::pin(second.place());
        assert!((&mut gone).now_or_never().is_none());
        assert!(second.is_waiting());
        // The place is on its way to it when it goes.
        drop(held);
        drop(gone);
        assert!(!second.is_waiting());
        assert_eq!(quota.open(), 0);
        let held = now(&first).unwrap();
        quota.resize(2);
        assert!(now(&second).is_some());
        drop(held);
    }
}
