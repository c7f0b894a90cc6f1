//! The growing buffer that JSON is written to.
//!
//! Writers ask for room first and say afterwards how much of it they used, so that a value is formatted in its
//! final place. All of the buffer is initialised memory, also what is not yet used: that keeps the writers in
//! safe Rust, for machine code and interpreter alike.

/// The bytes written so far and the room behind them.
#[derive(Debug)]
pub(super) struct Output {
    /// Zeroed when it is allocated; bytes from `len` on have no meaning.
    buffer: Vec<u8>,
    /// At most `buffer.len()`.
    len: usize,
}

impl Output {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Output { buffer: vec![0; capacity], len: 0 }
    }

    /// How many bytes are written.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The room behind what is written: at least `bytes`, often more.
    #[inline]
    pub(super) fn room(&mut self, bytes: usize) -> &mut [u8] {
        if self.buffer.len() - self.len < bytes {
            self.grow(bytes);
        }
        &mut self.buffer[self.len..]
    }

    /// Counts the first bytes of the room as written.
    ///
    /// # Panics
    /// When there is less room.
    #[inline]
    pub(super) fn advance(&mut self, bytes: usize) {
        assert!(bytes <= self.buffer.len() - self.len, "more bytes written than there was room");
        self.len += bytes;
    }

    /// Forgets what was written from `len` on.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Writes some bytes.
    #[inline]
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// What is written.
    pub(super) fn written(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// The written bytes as a vector, without a copy.
    pub(super) fn into_vec(mut self) -> Vec<u8> {
        self.buffer.truncate(self.len);
        self.buffer
    }

    // A fresh zeroed allocation: the allocator often has zero pages at hand, and only what is written is copied.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, bytes: usize) {
        let needed = self.len + bytes;
        // In tests there is never more room than was asked for, so that whoever uses more is found out.
        let size = if cfg!(test) { needed } else { (self.buffer.len() * 2).max(needed.next_power_of_two()) };
        let mut buffer = vec![0; size];
        buffer[..self.len].copy_from_slice(&self.buffer[..self.len]);
        self.buffer = buffer;
    }
}
