//! Shard keys → slots, and slots → shards. A slot is the hash of a key as Postgres itself computes it for a table that is
//! partitioned by hash, so a statement finds the same slot as a router does: [`sql`]. Knows nothing of servers.

mod hash;
mod map;
mod sql;

use std::fmt;

use onefold_schema::ScalarType;

pub use crate::config::SLOTS;
pub use map::{DATABASE, Error, ShardId, SlotMap};
pub use sql::{carried_sql, sql};

/// One of the [`SLOTS`] parts that all rows with a shard key are divided into, once and for all. Shards have slots, and a
/// slot can move from one to another.
///
/// It is the partition of the key's row in a table of `PARTITION BY HASH` with as many partitions:
/// `((hash & 8191) + 2275) & 8191`, where the hash is `hashint8extended`, `hashtextextended` or `uuid_hash_extended` with the
/// seed 8816678312871386365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u16);

/// What kind of values a shard key has. Equal values of one kind have one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// `smallint`, `integer` or `bigint`.
    Int,
    /// `text`, `varchar` or `char`, under a deterministic collation: under any other, texts of other bytes can be equal.
    Text,
    /// `uuid`.
    Uuid,
}

impl KeyType {
    /// The kind of a column's values; `None` when such a column cannot be a shard key.
    pub fn of(scalar: ScalarType) -> Option<KeyType> {
        match scalar.compared() {
            ScalarType::Int2 | ScalarType::Int4 | ScalarType::Int8 => Some(KeyType::Int),
            ScalarType::Text => Some(KeyType::Text),
            ScalarType::Uuid => Some(KeyType::Uuid),
            _ => None,
        }
    }
}

/// How many bits of an id lie below those of its slot.
const SEQUENCE_BITS: u32 = 10;

/// How many bits an id has for its slot.
const SLOT_BITS: u32 = SLOTS.ilog2();

impl Slot {
    /// The slot with this number; `None` when there is none.
    pub const fn new(number: u16) -> Option<Slot> {
        if (number as usize) < SLOTS { Some(Slot(number)) } else { None }
    }

    /// The slot of an integer key, of whatever width its column is.
    pub fn of_int(key: i64) -> Slot {
        Slot(hash::slot(hash::int(key)))
    }

    /// The slot of a text key.
    pub fn of_text(key: &str) -> Slot {
        Slot(hash::slot(hash::bytes(key.as_bytes())))
    }

    /// The slot of a key that is a UUID.
    pub fn of_uuid(key: &[u8; 16]) -> Slot {
        Slot(hash::slot(hash::bytes(key)))
    }

    /// The slot that an id carries in its bits 10 to 22, as [`id`] has put it there.
    pub const fn carried_by(id: i64) -> Slot {
        // What is left has no more bits than a slot.
        Slot((id >> SEQUENCE_BITS) as u16 & (SLOTS - 1) as u16)
    }

    /// All slots, from 0 on.
    pub fn all() -> impl ExactSizeIterator<Item = Slot> {
        // There are fewer than `u16` has numbers.
        (0..SLOTS as u16).map(Slot)
    }

    /// Its number, from 0 to 8,191.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Makes an id that carries its row's slot, so that the row is found by its id alone: 41 bits of milliseconds, 13 of slot
/// and 10 of sequence, from the highest to the lowest. Ids made later are greater.
///
/// `milliseconds` count from whatever moment you choose and keep; in the second half of their 70 years ids are negative.
/// `sequence` tells apart the ids of one millisecond and slot. In SQL it is, of three values of `bigint`,
/// `(milliseconds << 23) | (slot << 10) | sequence`.
///
/// ```
/// use onefold::slots::{self, Slot};
///
/// let customer = 4711;
/// let order = slots::id(1_234, Slot::of_int(customer), 5);
/// assert_eq!(Slot::carried_by(order), Slot::of_int(customer));
/// ```
///
/// # Panics
/// `milliseconds` have more than 41 bits, or `sequence` more than 10.
pub const fn id(milliseconds: u64, slot: Slot, sequence: u16) -> i64 {
    assert!(
        milliseconds >> (u64::BITS - SLOT_BITS - SEQUENCE_BITS) == 0,
        "milliseconds of more than 41 bits"
    );
    assert!(sequence >> SEQUENCE_BITS == 0, "a sequence of more than 10 bits");
    let bits =
        milliseconds << (SLOT_BITS + SEQUENCE_BITS) | (slot.0 as u64) << SEQUENCE_BITS | sequence as u64;
    bits.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_carries_its_slot_and_grows_with_time() {
        let last = Slot::new(8_191).unwrap();
        for slot in Slot::all() {
            assert_eq!(Slot::carried_by(id(0, slot, 0)), slot);
            assert_eq!(Slot::carried_by(id((1 << 41) - 1, slot, 1_023)), slot);
            assert!(id(7, last, 1_023) < id(8, slot, 0));
        }
        assert_eq!(id(1, Slot(2), 3), 1 << 23 | 2 << 10 | 3);
        assert_eq!(id((1 << 41) - 1, last, 1_023), -1);
        assert_eq!(Slot::new(8_192), None);
    }

    #[test]
    #[should_panic(expected = "milliseconds of more than 41 bits")]
    fn an_id_has_no_room_for_more_milliseconds() {
        id(1 << 41, Slot(0), 0);
    }

    #[test]
    #[should_panic(expected = "a sequence of more than 10 bits")]
    fn an_id_has_no_room_for_a_longer_sequence() {
        id(0, Slot(0), 1_024);
    }
}
