//! Tells connections that others are to take their place: those that are idle are closed, those in use as soon as they are
//! not, and those that are being opened are given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::sync::Notify;

/// What all connections of a pool have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Renewal(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    number: AtomicU64,
    begun: Notify,
}

/// Whether a connection is of those that are to be used.
#[derive(Debug)]
pub(super) struct Generation {
    renewal: Renewal,
    number: u64,
}

impl Renewal {
    /// Has every connection that there is replaced.
    pub(super) fn begin(&self) {
        self.0.number.fetch_add(1, Relaxed);
        self.0.begun.notify_waiters();
    }

    /// For a connection that is opened now.
    pub(super) fn generation(&self) -> Generation {
        Generation { renewal: self.clone(), number: self.0.number.load(Relaxed) }
    }
}

impl Generation {
    /// Whether another connection is to be used.
    pub(super) fn is_over(&self) -> bool {
        self.renewal.0.number.load(Relaxed) != self.number
    }

    /// Waits until it is over.
    pub(super) async fn over(&self) {
        loop {
            let begun = self.renewal.0.begun.notified();
            if self.is_over() {
                return;
            }
            begun.await;
        }
    }
}
