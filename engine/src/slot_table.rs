//! The slot map in a table of Postgres → settings, in which each shard has its slots and the map its epoch. Knows
//! nothing of how shards are used.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::{Config, Owners, Ranges, SlotMistake};
use crate::pool::{self, Pool, Prepared, Settings, StatementId};
use crate::sql::qualified;

/// Creates an empty slot table, `onefold.slots`, and what belongs to it.
pub const DDL: &str = include_str!("slot_table.sql");

/// What follows the name of a slot table in that of the table of its epoch.
const EPOCH_SUFFIX: &str = "_epoch";

/// The content of a slot table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SlotTable {
    /// The number of the map.
    pub epoch: u64,
    /// The slots of each shard that has some, by its name, in ascending order.
    pub slots: BTreeMap<String, Vec<u16>>,
}

/// Why a slot table gives no slot map.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings of the server that it is on are wrong.
    #[error("cannot read the slot table `{table}`: `servers.{server}`: {source}")]
    Server {
        /// The setting `sharding.slot_table`.
        table: String,
        /// The setting `sharding.slot_table_server`.
        server: String,
        /// What is wrong.
        source: pool::Error,
    },
    /// It could not be read.
    #[error("cannot read the slot table `{table}`: {source}")]
    Read {
        /// The setting `sharding.slot_table`.
        table: String,
        /// Why not.
        source: pool::Error,
    },
    /// It has no epoch, or what is in it is of other types.
    #[error("the slot table `{table}` is not as it must be: {reason}")]
    Content {
        /// The setting `sharding.slot_table`.
        table: String,
        /// What is wrong.
        reason: String,
    },
    /// Not every slot is on one of the shards of the settings.
    #[error("the slot table `{table}` is no map: {}", .mistakes.join("; "))]
    Slots {
        /// The setting `sharding.slot_table`.
        table: String,
        /// What is wrong, all of it.
        mistakes: Vec<String>,
    },
}

/// Puts what the slot table says in the settings, if they have one: the `slots` of the shards and `sharding.epoch`.
///
/// # Errors
/// The table cannot be read, or does not put each slot on one of the shards.
pub async fn fill(config: &mut Config) -> Result<(), Error> {
    let Some(table) = config.sharding.slot_table.clone() else { return Ok(()) };
    let server = config.sharding.slot_table_server.clone().unwrap_or_default();
    let url = config.servers.get(&server).map(|server| server.url.clone()).unwrap_or_default();
    let settings = Settings { url, max_connections: 1, ..Settings::from(&config.database) };
    let pool =
        Pool::new(&settings).map_err(|source| Error::Server { table: table.clone(), server, source })?;
    let content = read(&pool, &table).await?;
    content.fill(config).map_err(|mistakes| Error::Slots { table, mistakes })
}

/// Reads a slot table, `onefold.slots`, and the table of its epoch, in one snapshot.
///
/// # Errors
/// It cannot be read.
pub async fn read(pool: &Pool, table: &str) -> Result<SlotTable, Error> {
    let text = statement(table);
    let query = Prepared { id: StatementId::unique(), text: &text, types: &[], columns: None };
    let mut rows = Vec::new();
    let read = pool.query(&query, &[], |cells| {
        rows.push(serde_json::from_slice(cells.first().copied().flatten().unwrap_or_default()));
        Ok::<_, pool::Error>(())
    });
    read.await.map_err(|source| Error::Read { table: table.to_owned(), source })?;
    let count = rows.len();
    let reason = match rows.pop() {
        Some(Ok(content)) if count == 1 => return Ok(content),
        Some(Err(error)) if count == 1 => error.to_string(),
        _ => format!("`{table}{EPOCH_SUFFIX}` has {count} rows, not one"),
    };
    Err(Error::Content { table: table.to_owned(), reason })
}

/// A row of JSON for each epoch, of which there is one.
fn statement(table: &str) -> String {
    let (schema, name) = match table.split_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, table),
    };
    let (slots, epoch) = (qualified(schema, name), qualified(schema, &format!("{name}{EPOCH_SUFFIX}")));
    format!(
        "SELECT json_build_object(
    'epoch', epoch,
    'slots', (
        SELECT coalesce(json_object_agg(shard, slots), '{{}}')
        FROM (SELECT shard, json_agg(slot ORDER BY slot) AS slots FROM {slots} GROUP BY shard) AS shards
    )
)::text
FROM {epoch}"
    )
}

impl SlotTable {
    /// Puts the slots and the epoch in the settings, or says why these have no such map.
    fn fill(self, config: &mut Config) -> Result<(), Vec<String>> {
        let mut mistakes = Vec::new();
        for shard in config.shards.values_mut() {
            shard.slots.clear();
        }
        for (name, slots) in self.slots {
            let ranges = Ranges::of(slots);
            match config.shards.get_mut(&name) {
                Some(shard) => shard.slots = ranges.entries(),
                None => mistakes
                    .push(format!("it has the shard `{name}` ({ranges}), which is none of `[shards]`")),
            }
        }
        if mistakes.is_empty() {
            let wrong = Owners::of(&config.shards).err().unwrap_or_default();
            mistakes.extend(wrong.iter().map(SlotMistake::to_string));
        }
        if self.epoch == 0 {
            mistakes.push("its epoch is 0".to_owned());
        }
        config.sharding.epoch = self.epoch;
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Shard;

    fn fill(epoch: u64, table: &[(&str, &[u16])]) -> Result<Config, Vec<String>> {
        let shards = ["one", "two"].map(|name| (name.to_owned(), Shard::default()));
        let mut config = Config { shards: shards.into(), ..Config::default() };
        let slots = table.iter().map(|(name, slots)| ((*name).to_owned(), slots.to_vec())).collect();
        SlotTable { epoch, slots }.fill(&mut config)?;
        Ok(config)
    }

    #[test]
    fn the_settings_take_what_the_table_says() {
        let all: Vec<u16> = (0..8192).collect();
        let config = fill(7, &[("one", &all[1..]), ("two", &[0])]).unwrap();
        assert_eq!(config.sharding.epoch, 7);
        assert_eq!(config.shards["one"].slots, ["1-8191"]);
        assert_eq!(config.shards["two"].slots, ["0"]);
    }

    #[test]
    fn what_is_wrong_with_a_table_is_told() {
        let all: Vec<u16> = (0..8192).collect();
        assert_eq!(
            fill(0, &[("one", &all[5..]), ("three", &[0, 1])]).unwrap_err(),
            ["it has the shard `three` (slots 0-1), which is none of `[shards]`", "its epoch is 0"]
        );
        assert_eq!(
            fill(1, &[("one", &all[5..]), ("two", &[0, 5, 5])]).unwrap_err(),
            ["slot 5 is on the shard `one` and on the shard `two`", "slots 1-4 are on no shard"]
        );
    }

    #[test]
    fn the_table_is_documented() {
        let document = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md"));
        assert!(document.contains(&format!("```sql\n{DDL}```")));
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let statement = statement("Shop.slots");
        assert!(statement.contains("FROM \"Shop\".slots GROUP BY"), "{statement}");
        assert!(statement.ends_with("FROM \"Shop\".slots_epoch"), "{statement}");
    }
}
