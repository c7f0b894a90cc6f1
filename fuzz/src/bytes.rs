//! Bytes → what a target tries.

/// The bytes that are left.
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next byte; zero when there is none.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// As many of the next bytes as there are, at most these.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// The value of a cell: null, of the length that its type mostly has, or of any length.
    pub fn cell(&mut self) -> Option<&'a [u8]> {
        match self.byte() {
            0..32 => None,
            kind @ 32..128 => Some(self.take([0, 1, 2, 4, 8, 16][usize::from(kind) % 6])),
            128..224 => {
                let length = usize::from(self.byte());
                Some(self.take(length))
            }
            224.. => {
                let length = usize::from(self.byte()) << 8 | usize::from(self.byte());
                Some(self.take(length))
            }
        }
    }
}
