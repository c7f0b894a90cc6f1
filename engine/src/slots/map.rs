//! The slot map: on which shard each slot is.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::config::{Config, Owners, Ranges, SlotMistake};

use super::{SLOTS, Slot};

/// The position of a shard among those of its map, [`SlotMap::shards`]. It means nothing in another map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub usize);

/// On which shard each slot is. Every slot is on exactly one. A map never changes: another one takes its place, with a
/// higher [`epoch`](SlotMap::epoch).
#[derive(Clone)]
pub struct SlotMap {
    epoch: u64,
    shards: Box<[Arc<str>]>,
    /// By the number of the slot: positions in `shards`.
    owners: Box<[ShardId; SLOTS]>,
    /// Those that have a slot.
    owning: Box<[ShardId]>,
}

/// The name of the shard of those who have only one database, `database.url`.
pub const DATABASE: &str = "database";

/// Why there is no map of the settings: every mistake, one a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Error(pub Vec<SlotMistake>);

impl SlotMap {
    /// The map that puts each slot on the shard that `owner` gives, one of `shards` by its position.
    ///
    /// # Panics
    /// `owner` gives a shard that there is not.
    pub fn new<N: Into<Arc<str>>>(
        epoch: u64,
        shards: impl IntoIterator<Item = N>,
        owner: impl FnMut(Slot) -> ShardId,
    ) -> SlotMap {
        let shards: Box<[Arc<str>]> = shards.into_iter().map(Into::into).collect();
        let owners: Vec<ShardId> = Slot::all().map(owner).collect();
        assert!(owners.iter().all(|owner| owner.0 < shards.len()), "a slot is on a shard that there is not");
        let Ok(owners): Result<Box<[ShardId; SLOTS]>, _> = owners.into_boxed_slice().try_into() else {
            unreachable!("there are as many owners as slots")
        };
        let mut owning = owners.to_vec();
        owning.sort();
        owning.dedup();
        SlotMap { epoch, shards, owners, owning: owning.into() }
    }

    /// The map with a single shard, that has every slot.
    pub fn single(name: impl Into<Arc<str>>) -> SlotMap {
        SlotMap::new(1, [name], |_| ShardId(0))
    }

    /// The map that the settings describe: `sharding.epoch`, and the `slots` of each of `[shards]`, which are in the order
    /// of their names. Where there are no shards, all slots are on one that is named [`DATABASE`].
    ///
    /// # Errors
    /// Slots that are not understood, that are on no shard or on several.
    pub fn of(config: &Config) -> Result<SlotMap, Error> {
        if config.shards.is_empty() {
            return Ok(SlotMap::single(DATABASE));
        }
        let owners = Owners::of(&config.shards).map_err(Error)?;
        let names = config.shards.keys().map(String::as_str);
        Ok(SlotMap::new(config.sharding.epoch, names, |slot| ShardId(owners.position(slot.number()))))
    }

    /// The number of the map: a higher one takes the place of a lower one.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The shard that a slot is on.
    pub fn shard(&self, slot: Slot) -> ShardId {
        self.owners[usize::from(slot.number())]
    }

    /// The names of the shards; a [`ShardId`] is a position in them. Some may have no slot.
    pub fn shards(&self) -> &[Arc<str>] {
        &self.shards
    }

    /// The shards that have a slot: only they have rows of sharded tables.
    pub fn owning(&self) -> &[ShardId] {
        &self.owning
    }

    /// The name of a shard of this map.
    pub fn name(&self, shard: ShardId) -> &Arc<str> {
        &self.shards[shard.0]
    }

    /// The shard with this name.
    pub fn find(&self, name: &str) -> Option<ShardId> {
        self.shards.iter().position(|shard| **shard == *name).map(ShardId)
    }

    /// The slots that a shard has, in their order.
    pub fn slots(&self, shard: ShardId) -> impl Iterator<Item = Slot> {
        Slot::all().filter(move |slot| self.shard(*slot) == shard)
    }

    /// Whether every slot is on the shard of the same name in both maps, whatever other shards there are.
    pub fn agrees_with(&self, other: &SlotMap) -> bool {
        Slot::all().all(|slot| self.name(self.shard(slot)) == other.name(other.shard(slot)))
    }
}

/// The shards with their slots as they are set.
impl fmt::Debug for SlotMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shards: BTreeMap<&str, Vec<String>> = (0..self.shards.len())
            .map(|position| (&*self.shards[position], ShardId(position)))
            .map(|(name, shard)| (name, Ranges::of(self.slots(shard).map(Slot::number)).entries()))
            .collect();
        f.debug_struct("SlotMap").field("epoch", &self.epoch).field("shards", &shards).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Shard;

    fn config(shards: &[(&str, &[&str])]) -> Config {
        let shards = shards.iter().map(|(name, slots)| {
            let slots = slots.iter().map(|slots| (*slots).to_owned()).collect();
            ((*name).to_owned(), Shard { slots, ..Shard::default() })
        });
        let mut config = Config { shards: shards.collect(), ..Config::default() };
        config.sharding.epoch = 7;
        config
    }

    fn slot(number: u16) -> Slot {
        Slot::new(number).unwrap()
    }

    #[test]
    fn a_map_is_made_of_the_settings() {
        let settings = [("two", &["0", "4096 - 8191"][..]), ("one", &["1-4095"]), ("empty", &[])];
        let map = SlotMap::of(&config(&settings)).unwrap();
        assert_eq!(map.epoch(), 7);
        assert_eq!(map.shards().iter().map(|name| &**name).collect::<Vec<_>>(), ["empty", "one", "two"]);
        let owner = |number| &**map.name(map.shard(slot(number)));
        assert_eq!([0, 1, 4_095, 4_096, 8_191].map(owner), ["two", "one", "one", "two", "two"]);
        assert_eq!(map.find("two"), Some(ShardId(2)));
        assert_eq!(map.find("three"), None);
        assert_eq!(map.slots(ShardId(0)).count(), 0);
        assert_eq!(
            format!("{map:?}"),
            r#"SlotMap { epoch: 7, shards: {"empty": [], "one": ["1-4095"], "two": ["0", "4096-8191"]} }"#
        );
    }

    #[test]
    fn one_database_has_every_slot() {
        let map = SlotMap::of(&Config::default()).unwrap();
        assert_eq!(map.shards(), [Arc::from(DATABASE)]);
        assert!(Slot::all().all(|slot| map.shard(slot) == ShardId(0)));
    }

    #[test]
    fn maps_agree_when_each_slot_is_on_the_same_shard_by_name() {
        let map = |settings: &[(&str, &[&str])]| SlotMap::of(&config(settings)).unwrap();
        let old = map(&[("b", &["0-99"]), ("c", &["100-8191"])]);
        assert!(old.agrees_with(&map(&[("a", &[]), ("b", &["0-50", "51-99"]), ("c", &["100-8191"])])));
        assert!(!old.agrees_with(&map(&[("b", &["0-98"]), ("c", &["99-8191"])])));
        assert!(!old.agrees_with(&map(&[("b", &["0-99"]), ("d", &["100-8191"])])));
    }

    #[test]
    #[should_panic(expected = "a slot is on a shard that there is not")]
    fn a_map_has_no_shards_but_its_own() {
        SlotMap::new(1, ["one"], |_| ShardId(1));
    }
}
