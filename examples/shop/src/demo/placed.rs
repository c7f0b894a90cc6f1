//! The rows of all tables, each on the shard that it belongs to.

use made_up::{Rows, Value};
use onefold::slots::{Slot, SlotMap};

use super::{ARCHIVE, customers, goods};

/// The rows of a table that has a shard key, by the shard that they are on.
pub(super) struct Spread<'m> {
    map: &'m SlotMap,
    shards: Vec<Rows>,
}

impl<'m> Spread<'m> {
    /// No rows of a table.
    pub(super) fn new(table: &'static str, map: &'m SlotMap) -> Spread<'m> {
        Spread { map, shards: vec![Rows::new(table); map.shards().len()] }
    }

    /// Adds a row whose key has this slot.
    pub(super) fn push(&mut self, slot: Slot, values: &[&dyn Value]) {
        self.shards[self.map.shard(slot).0].push(values);
    }
}

/// The rows of each shard, in the order of the map's.
pub(super) fn generate(map: &SlotMap, customers: usize) -> Vec<Vec<Rows>> {
    let goods = goods::generate(map);
    let tables = customers::generate(map, customers, &goods.prices).into_iter().chain(goods.spread);
    let mut shards = vec![vec![goods.products]; map.shards().len()];
    for table in tables {
        for (shard, rows) in shards.iter_mut().zip(table.shards) {
            shard.push(rows);
        }
    }
    if let Some(archive) = map.find(ARCHIVE) {
        shards[archive.0].push(goods.price_changes);
    }
    shards
}
