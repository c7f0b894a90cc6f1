//! The growing buffer that JSON is written to.
//!
//! Writers ask for room first and say afterwards how much of it they used, so that a value is formatted in its
//! final place. All of the room is initialised memory: that keeps the writers in safe Rust, for machine code and
//! interpreter alike. It is zeroed a little ahead of them, while it is on its way into the cache anyway.

/// The bytes written so far and the room behind them.
#[derive(Debug)]
pub(super) struct Output {
    /// Bytes from `len` on have no meaning, and there is capacity behind them that is not zeroed yet.
    buffer: Vec<u8>,
    /// At most `buffer.len()`.
    len: usize,
}

/// How much is zeroed at once.
const STEP: usize = 8 * 1024;

impl Output {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let mut buffer = Vec::with_capacity(capacity);
        buffer.resize(capacity.min(STEP), 0);
        Output { buffer, len: 0 }
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

    /// Writes one byte.
    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        self.room(1)[0] = byte;
        self.len += 1;
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

    #[cold]
    #[inline(never)]
    fn grow(&mut self, bytes: usize) {
        let needed = self.len + bytes;
        self.buffer.reserve(needed.saturating_sub(self.buffer.len()));
        // In tests there is never more room than was asked for, so that whoever uses more is found out.
        let ahead = if cfg!(test) { needed } else { self.buffer.capacity().min(self.len + STEP) };
        self.buffer.resize(needed.max(ahead), 0);
    }
}
