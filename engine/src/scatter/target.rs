//! Values → the shards that a statement is sent to.

use std::collections::BTreeMap;

use crate::compile::Target;
use crate::route::SlotOf;
use crate::slots::{DATABASE, KeyType, ShardId, Slot, SlotMap};
use crate::value::SqlValue;

use super::Error;

/// The only shard that a statement with these values is sent to. `any` is one, where each is as good.
///
/// # Errors
/// There is no shard of that name.
pub fn single(map: &SlotMap, target: Target, values: &[SqlValue], any: ShardId) -> Result<ShardId, Error> {
    Ok(match target {
        Target::Shard(name) => named(map, name)?,
        // No row has a key that is null or of another type, so it does not matter who says that there is none.
        Target::Key(bind, slot_of) => slot(&values[bind], slot_of).map_or(any, |slot| map.shard(slot)),
        Target::Any | Target::Keys(..) | Target::Related(..) | Target::All => any,
    })
}

/// The shards that are asked one after the other until one answers: where each is as good, all of them, from `first` on.
pub fn candidates(map: &SlotMap, target: Target, first: ShardId) -> impl Iterator<Item = ShardId> {
    let all = map.shards().len();
    let count = if target == Target::Any { all } else { 1 };
    (first.0..first.0 + count).map(move |position| ShardId(position % all))
}

/// A shard by its name. Where there is one database, everything is in it.
pub(super) fn named(map: &SlotMap, name: &'static str) -> Result<ShardId, Error> {
    let only = || (map.shards().len() == 1 && *map.shards()[0] == *DATABASE).then_some(ShardId(0));
    map.find(name).or_else(only).ok_or(Error::UnknownShard(name))
}

/// The values of a list by the shards that have their slots.
pub(super) fn by_shard(
    map: &SlotMap,
    values: &SqlValue,
    slot_of: SlotOf,
) -> BTreeMap<ShardId, Vec<SqlValue>> {
    let mut shards: BTreeMap<ShardId, Vec<SqlValue>> = BTreeMap::new();
    let SqlValue::List(values) = values else { return shards };
    for value in values {
        if let Some(slot) = slot(value, slot_of) {
            shards.entry(map.shard(slot)).or_default().push(value.clone());
        }
    }
    shards
}

/// The slot that a value says; none of null, which no key is.
fn slot(value: &SqlValue, slot_of: SlotOf) -> Option<Slot> {
    match (value, slot_of) {
        (SqlValue::Int8(id), SlotOf::Id) => Some(Slot::carried_by(*id)),
        (_, SlotOf::Id) => None,
        (SqlValue::Int2(key), SlotOf::Key) => Some(Slot::of_int((*key).into())),
        (SqlValue::Int4(key), SlotOf::Key) => Some(Slot::of_int((*key).into())),
        (SqlValue::Int8(key), SlotOf::Key) => Some(Slot::of_int(*key)),
        (SqlValue::Text(key), SlotOf::Key) => Some(Slot::of_text(key)),
        (SqlValue::Uuid(key), SlotOf::Key) => Some(Slot::of_uuid(key)),
        (_, SlotOf::Key) => None,
    }
}

/// The slot that a value in Postgres' binary format says; none of null and of what is no key.
pub(super) fn slot_of_bytes(bytes: &[u8], key_type: KeyType, slot_of: SlotOf) -> Option<Slot> {
    match (key_type, slot_of) {
        (KeyType::Int, _) => {
            // Two, four or eight bytes, with the sign in the first bit.
            let number = match *bytes {
                [a, b] => i64::from(i16::from_be_bytes([a, b])),
                [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
                _ => i64::from_be_bytes(bytes.try_into().ok()?),
            };
            Some(if slot_of == SlotOf::Id { Slot::carried_by(number) } else { Slot::of_int(number) })
        }
        (KeyType::Text, SlotOf::Key) => Some(Slot::of_text(std::str::from_utf8(bytes).ok()?)),
        (KeyType::Uuid, SlotOf::Key) => Some(Slot::of_uuid(bytes.try_into().ok()?)),
        (KeyType::Text | KeyType::Uuid, SlotOf::Id) => None,
    }
}
