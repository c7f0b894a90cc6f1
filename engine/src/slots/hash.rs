//! Postgres' extended hash functions of the types that shard keys have, and the slot that a hash gives.
//!
//! A port of `hash_bytes_extended` and `hash_bytes_uint32_extended` (`src/common/hashfn.c` of Postgres, Bob Jenkins' lookup3
//! with a seed). They are what partitioning by hash uses, so Postgres keeps them as they are, and any SQL statement can
//! compute the same.

use super::SLOTS;

/// `HASH_PARTITION_SEED` of `src/backend/partitioning/partbounds.c`.
pub(super) const SEED: u64 = 0x7A5B_2236_7996_DCFD;

/// What `hash_combine64(0, hash)` adds to a hash when Postgres computes the partition of a key of one column.
const COMBINED: u64 = 0x49A0_F4DD_15E5_A8E3;

/// What is left of [`COMBINED`] in the number of a slot.
pub(super) const SHIFT: u64 = COMBINED % SLOTS as u64;

/// The partition of a key with this hash among as many as there are slots.
pub(super) fn slot(hash: u64) -> u16 {
    // No more bits than a slot has.
    (hash.wrapping_add(SHIFT) % SLOTS as u64) as u16
}

/// `hashint8extended`, which for equal numbers is `hashint4extended` and `hashint2extended`.
pub(super) fn int(value: i64) -> u64 {
    let (low, high) = (value as u32, (value >> 32) as u32);
    // The upper half of a number that has room in 32 bits is nothing but its sign, and changes nothing here.
    let folded = low ^ if value >= 0 { high } else { !high };
    let mut state = State::new(size_of::<u32>() as u32);
    state.a = state.a.wrapping_add(folded);
    state.finish()
}

/// `hash_any_extended`: `hashtextextended` of a text under a deterministic collation, `uuid_hash_extended` of the 16 bytes.
pub(super) fn bytes(key: &[u8]) -> u64 {
    // Postgres has no values of 4 GiB.
    let mut state = State::new(key.len() as u32);
    let (chunks, rest) = key.as_chunks::<12>();
    for chunk in chunks {
        state.add(chunk);
        state.mix();
    }
    let mut last = [0; 12];
    // The lowest byte of the last word is left to the length, so what is in it comes one byte higher.
    let (words, tail) = rest.split_at(rest.len().min(8));
    last[..words.len()].copy_from_slice(words);
    last[9..9 + tail.len()].copy_from_slice(tail);
    state.add(&last);
    state.finish()
}

/// The three words that lookup3 mixes.
struct State {
    a: u32,
    b: u32,
    c: u32,
}

impl State {
    /// For a key of so many bytes, with [`SEED`] as if it stood before it.
    fn new(length: u32) -> State {
        let start = 0x9E37_79B9_u32.wrapping_add(length).wrapping_add(3_923_095);
        let mut state = State {
            a: start.wrapping_add((SEED >> 32) as u32),
            b: start.wrapping_add(SEED as u32),
            c: start,
        };
        state.mix();
        state
    }

    fn add(&mut self, chunk: &[u8; 12]) {
        // As on a machine with little-endian words, which are all that Postgres is commonly run on.
        let word = |at: usize| u32::from_le_bytes([chunk[at], chunk[at + 1], chunk[at + 2], chunk[at + 3]]);
        self.a = self.a.wrapping_add(word(0));
        self.b = self.b.wrapping_add(word(4));
        self.c = self.c.wrapping_add(word(8));
    }

    /// `mix` of `hashfn.c`.
    fn mix(&mut self) {
        let State { a, b, c } = self;
        step(a, b, c, 4);
        step(b, c, a, 6);
        step(c, a, b, 8);
        step(a, b, c, 16);
        step(b, c, a, 19);
        step(c, a, b, 4);
    }

    /// `final` of `hashfn.c`.
    fn finish(mut self) -> u64 {
        let State { a, b, c } = &mut self;
        settle(c, *b, 14);
        settle(a, *c, 11);
        settle(b, *a, 25);
        settle(c, *b, 16);
        settle(a, *c, 4);
        settle(b, *a, 14);
        settle(c, *b, 24);
        u64::from(self.b) << 32 | u64::from(self.c)
    }
}

/// `x -= z; x ^= rot(z, bits); z += y;`
fn step(x: &mut u32, y: &u32, z: &mut u32, bits: u32) {
    *x = x.wrapping_sub(*z) ^ z.rotate_left(bits);
    *z = z.wrapping_add(*y);
}

/// `x ^= y; x -= rot(y, bits);`
fn settle(x: &mut u32, y: u32, bits: u32) {
    *x = (*x ^ y).wrapping_sub(y.rotate_left(bits));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_those_of_the_sql() {
        assert_eq!(SEED, 8_816_678_312_871_386_365);
        assert_eq!(SHIFT, 2_275);
    }
}
