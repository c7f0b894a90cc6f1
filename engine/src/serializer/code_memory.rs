//! How much memory machine code takes, and may take: a count that all serializers of an engine share.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// The memory of machine code. What is generated takes a part of it, and gives it back when it is dropped.
#[derive(Debug)]
pub struct CodeMemory {
    /// In bytes.
    limit: usize,
    used: AtomicUsize,
    /// Whether someone was told that there is not enough.
    warned: AtomicBool,
}

/// A part of the memory, taken until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    memory: Arc<CodeMemory>,
    bytes: usize,
}

impl CodeMemory {
    /// Memory of at most so many bytes.
    pub fn new(limit: usize) -> Arc<CodeMemory> {
        Arc::new(CodeMemory { limit, used: AtomicUsize::new(0), warned: AtomicBool::new(false) })
    }

    /// Memory without a limit.
    pub fn unlimited() -> Arc<CodeMemory> {
        CodeMemory::new(usize::MAX)
    }

    /// How many bytes all machine code has that is alive.
    pub fn used(&self) -> usize {
        self.used.load(Relaxed)
    }

    /// Whether no code at all fits any more.
    pub(super) fn is_full(&self) -> bool {
        self.used() >= self.limit
    }

    /// Takes a part, if there is as much left.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Option<Share> {
        let more = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.limit);
        self.used.fetch_update(Relaxed, Relaxed, more).ok()?;
        Some(Share { memory: Arc::clone(self), bytes })
    }

    /// Says once that new operations are interpreted.
    pub(super) fn warn(&self) {
        if !self.warned.swap(true, Relaxed) {
            tracing::warn!(
                limit = self.limit,
                "machine code takes as much memory as it may (setting `limits.machine_code_bytes`); the responses \
                 of further operations are interpreted, which is slower"
            );
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.memory.used.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        let memory = CodeMemory::new(100);
        let share = memory.take(60);
        assert!(memory.take(41).is_none() && !memory.is_full());
        let rest = memory.take(40);
        assert!(rest.is_some() && memory.is_full());
        drop(share);
        assert_eq!(memory.used(), 40);
        drop(rest);
        assert_eq!(memory.used(), 0);
        assert!(CodeMemory::new(0).is_full());
    }
}
