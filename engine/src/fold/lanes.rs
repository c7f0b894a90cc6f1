//! The lanes of a folder: which are connected, which are free, and which has the least to do.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};

use crate::pool;

/// How long to wait before a lane that could not be connected is tried again.
const RECONNECT_AFTER: Duration = Duration::from_millis(250);

/// All lanes of a folder.
#[derive(Debug)]
pub(super) struct Lanes {
    places: Box<[Place]>,
    /// A permit for each entry of `free`.
    turns: Semaphore,
    /// The lanes that are connected and on which nobody has a turn.
    free: Mutex<Vec<usize>>,
    /// Wakes whoever connects lanes.
    demand: Notify,
    /// Tells that connecting lanes was tried.
    attempted: Notify,
}

/// The place of one lane.
#[derive(Debug, Default)]
struct Place {
    lane: RwLock<Option<Arc<pool::Lane>>>,
    /// How many statements are on their way.
    running: AtomicUsize,
}

/// The right to be the only one on a lane who runs what can be folded.
pub(super) struct Turn {
    lanes: Arc<Lanes>,
    place: usize,
    lane: Arc<pool::Lane>,
}

/// A statement that is on its way.
pub(super) struct Running<'a> {
    place: &'a Place,
    lane: Arc<pool::Lane>,
    /// How many are on their way on the lane, this one among them.
    pub(super) with: usize,
}

impl Lanes {
    pub(super) fn new(count: u32) -> Lanes {
        Lanes {
            places: (0..count).map(|_| Place::default()).collect(),
            turns: Semaphore::new(0),
            free: Mutex::default(),
            demand: Notify::new(),
            attempted: Notify::new(),
        }
    }

    /// Whether some lane is connected. If one is not, it is going to be.
    pub(super) fn are_open(&self) -> bool {
        let open = self.places.iter().filter(|place| place.lane().is_some()).count();
        if open < self.places.len() {
            self.demand.notify_one();
        }
        open > 0
    }

    /// Has lanes connected, and waits until that was tried.
    pub(super) async fn connected(&self) {
        let attempted = self.attempted.notified();
        if !self.are_open() {
            attempted.await;
        }
    }

    /// A turn on a lane, if one is free and nobody waits for it.
    pub(super) fn try_turn(self: &Arc<Self>) -> Option<Turn> {
        self.turns.try_acquire().ok()?.forget();
        self.taken()
    }

    /// A turn on a lane, as soon as one is free; `None` when none is any more.
    pub(super) async fn turn(self: &Arc<Self>) -> Option<Turn> {
        loop {
            // A lane may have been lost while nobody looked, so whoever waits looks now and then.
            match tokio::time::timeout(RECONNECT_AFTER, self.turns.acquire()).await {
                Ok(Ok(permit)) => permit.forget(),
                Ok(Err(_)) => return None,
                Err(_) if self.are_open() => continue,
                Err(_) => return None,
            }
            if let Some(turn) = self.taken() {
                return Some(turn);
            }
        }
    }

    /// The turn whose permit was taken; `None` when its lane is lost.
    fn taken(self: &Arc<Self>) -> Option<Turn> {
        let place = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
        match self.places[place].lane() {
            Some(lane) => Some(Turn { lanes: Arc::clone(self), place, lane }),
            None => {
                self.demand.notify_one();
                None
            }
        }
    }

    /// The lane with the least to do, unless all have as much as `most` on their way.
    pub(super) fn least_busy(&self, most: usize) -> Option<Running<'_>> {
        let open =
            self.places.iter().filter_map(|place| Some((place.running.load(Relaxed), place, place.lane()?)));
        let (running, place, lane) = open.min_by_key(|(running, ..)| *running)?;
        (running < most).then(|| Running::new(place, lane))
    }

    /// Connects lanes for as long as it is polled.
    pub(super) async fn connect(&self, to: &pool::Lanes) {
        loop {
            self.demand.notified().await;
            for (index, place) in self.places.iter().enumerate().filter(|(_, place)| place.lane().is_none()) {
                match to.open().await {
                    Ok(lane) => {
                        *place.lane.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(lane));
                        self.give_back(index);
                        self.attempted.notify_waiters();
                    }
                    // The pool has the same difficulty, and tells those who ask.
                    Err(error) => {
                        tracing::debug!(%error, "no lane");
                        self.attempted.notify_waiters();
                        tokio::time::sleep(RECONNECT_AFTER).await;
                        break;
                    }
                }
            }
        }
    }

    fn give_back(&self, place: usize) {
        {
            let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
            // A lane that was lost while it was free is still there when it is connected again.
            if free.contains(&place) {
                return;
            }
            free.push(place);
        }
        self.turns.add_permits(1);
    }
}

impl Place {
    /// The lane, if it is connected.
    fn lane(&self) -> Option<Arc<pool::Lane>> {
        let lane = self.lane.read().unwrap_or_else(PoisonError::into_inner);
        lane.as_ref().filter(|lane| !lane.is_closed()).map(Arc::clone)
    }
}

impl Turn {
    /// Begins a statement on the lane.
    pub(super) fn run(&self) -> Running<'_> {
        Running::new(&self.lanes.places[self.place], Arc::clone(&self.lane))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.lane.is_closed() {
            self.lanes.demand.notify_one();
        } else {
            self.lanes.give_back(self.place);
        }
    }
}

impl<'a> Running<'a> {
    fn new(place: &'a Place, lane: Arc<pool::Lane>) -> Running<'a> {
        let with = place.running.fetch_add(1, Relaxed) + 1;
        Running { place, lane, with }
    }

    pub(super) fn lane(&self) -> &Arc<pool::Lane> {
        &self.lane
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.place.running.fetch_sub(1, Relaxed);
    }
}
