//! The settings of several servers: which there are, which shards are on them, and which slots each shard has.

mod mistakes;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{duration, list};

pub(super) use mistakes::mistakes;

/// One Postgres server, `[servers.north]`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseServer {
    /// Where it is, as in `database.url`. Several hosts are tried in turn; with `target_session_attrs=read-write` the one
    /// that is the primary at the moment is taken.
    pub url: String,
    /// The most connections to it that are open at once, for all its shards; `database.max_connections`.
    pub max_connections: Option<u32>,
}

// By hand, because the URL may hold a password and what is printed ends up in logs.
impl fmt::Debug for DatabaseServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseServer")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// One shard, `[shards.one]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shard {
    /// The name of the server that it is written to.
    pub primary: String,
    /// The names of the servers that follow the primary.
    #[serde(deserialize_with = "list::deserialize")]
    pub replicas: Vec<String>,
    /// The database on each of them; that of the server's URL.
    pub database: Option<String>,
    /// The slots that it has: `["0-2047", "5000"]`; none where a table says it, [`Sharding::slot_table`].
    #[serde(deserialize_with = "list::deserialize")]
    pub slots: Vec<String>,
}

/// How several servers are used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sharding {
    /// The number of the slot map, to be counted up with each change of it; 1.
    pub epoch: u64,
    /// The table that says which shard has which slots, `onefold.slots`; none, then [`Shard::slots`] do.
    pub slot_table: Option<String>,
    /// The name of the server with that table, in the database of its URL.
    pub slot_table_server: Option<String>,
    /// The most connections to all servers together; 200.
    pub max_connections: u32,
    /// The most shards that a request asks at once; 8.
    pub max_concurrency: usize,
    /// The most bytes of rows of several shards that a request holds until they are merged; 64 MiB.
    pub max_gathered_bytes: usize,
    /// How long a shard may take for a statement; 10 s. It must be below `limits.request_timeout`.
    #[serde(with = "duration")]
    pub shard_timeout: Duration,
    /// How far a replica may be behind its primary to be read; 1 s.
    #[serde(with = "duration")]
    pub max_replica_lag: Duration,
    /// How often servers are asked how they do; 500 ms.
    #[serde(with = "duration")]
    pub health_interval: Duration,
    /// How many failures in a row make that a server is not asked any more; 3.
    pub breaker_failures: u32,
    /// How long it is not, until it is tried again; 500 ms.
    #[serde(with = "duration")]
    pub breaker_pause: Duration,
}

impl Default for Sharding {
    fn default() -> Self {
        Sharding {
            epoch: 1,
            slot_table: None,
            slot_table_server: None,
            max_connections: 200,
            max_concurrency: 8,
            max_gathered_bytes: 64 * 1024 * 1024,
            shard_timeout: Duration::from_secs(10),
            max_replica_lag: Duration::from_secs(1),
            health_interval: Duration::from_millis(500),
            breaker_failures: 3,
            breaker_pause: Duration::from_millis(500),
        }
    }
}
