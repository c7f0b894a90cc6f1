//! Several shards for one test: databases of the cluster that is used, and settings that name them.

use onefold::config::{Config, DatabaseServer, Shard};
use onefold::slots::{SLOTS, Slot, SlotMap};

use crate::{TestDatabase, database};

/// Some databases that are shards, each with as many slots as the others; dropped with this value.
#[derive(Debug)]
pub struct Shards {
    /// In the order of their names, `s0`, `s1`, ….
    pub databases: Vec<TestDatabase>,
    /// Where each slot is.
    pub map: SlotMap,
    slots: Vec<Vec<String>>,
}

impl Shards {
    /// So many databases, in each of which `script` is run. Slots are dealt out in turn, so that any two keys are likely
    /// to be on different ones.
    ///
    /// # Panics
    /// There is no Postgres, or the script fails.
    pub async fn new(count: usize, script: &str) -> Shards {
        Shards::with_slots(count, script, |slot| slot % count).await
    }

    /// So many databases with slots as `owner` says.
    ///
    /// # Panics
    /// There is no Postgres, or the script fails.
    pub async fn with_slots(count: usize, script: &str, owner: impl Fn(usize) -> usize) -> Shards {
        let mut databases = Vec::new();
        for _ in 0..count {
            let database = database().await;
            database.execute(script).await;
            databases.push(database);
        }
        let mut slots = vec![Vec::new(); count];
        for slot in 0..SLOTS {
            slots[owner(slot)].push(slot.to_string());
        }
        let mut shards = Shards { databases, map: SlotMap::single("s0"), slots };
        shards.map = SlotMap::of(&shards.config()).expect("every slot is on one shard");
        shards
    }

    /// Settings with these shards.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        let url = self.databases[0].url.clone();
        config.servers.insert("test".into(), DatabaseServer { url, max_connections: Some(40) });
        for (number, (database, slots)) in self.databases.iter().zip(&self.slots).enumerate() {
            let shard = Shard {
                primary: "test".into(),
                database: Some(database.name.clone()),
                slots: slots.clone(),
                ..Shard::default()
            };
            config.shards.insert(format!("s{number}"), shard);
        }
        config
    }

    /// The position of the shard that a slot is on.
    pub fn position(&self, slot: Slot) -> usize {
        self.map.shard(slot).0
    }
}
