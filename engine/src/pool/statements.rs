//! The prepared statements of one connection: a bounded cache, the least recently used goes first.

use std::collections::HashMap;

use tokio_postgres::Statement;

use super::StatementId;

/// Prepared statements by their ids.
#[derive(Debug)]
pub(super) struct Statements {
    entries: HashMap<StatementId, Entry>,
    /// Never exceeded by `entries`; more than 0.
    capacity: usize,
    /// Counts uses; orders the entries by their last one.
    clock: u64,
}

#[derive(Debug)]
struct Entry {
    statement: Statement,
    last_used: u64,
}

impl Statements {
    pub(super) fn new(capacity: usize) -> Statements {
        Statements { entries: HashMap::new(), capacity, clock: 0 }
    }

    /// How many there can be.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The statement, if it is there; it is then the most recently used.
    pub(super) fn find(&mut self, id: StatementId) -> Option<Statement> {
        self.clock += 1;
        let entry = self.entries.get_mut(&id)?;
        entry.last_used = self.clock;
        Some(entry.statement.clone())
    }

    /// Keeps a statement. Another may have to go: dropping the last handle closes it in Postgres, after whatever
    /// runs on the connection and without a wait.
    pub(super) fn insert(&mut self, id: StatementId, statement: Statement) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&id) {
            // Looking at all entries costs far less than the round trip that has just prepared the new one.
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_used).map(|(id, _)| *id);
            oldest.and_then(|id| self.entries.remove(&id));
        }
        self.clock += 1;
        self.entries.insert(id, Entry { statement, last_used: self.clock });
    }

    /// Forgets a statement that Postgres does not accept any more; false when it was not there.
    pub(super) fn remove(&mut self, id: StatementId) -> bool {
        self.entries.remove(&id).is_some()
    }
}
