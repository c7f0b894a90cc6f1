//! Why a shard has not answered, and what is wrong with the settings of servers.

use std::sync::Arc;

use crate::pool;
use crate::slots;

/// Why a shard has not answered. The message says everything, the cause too.
#[derive(Debug, Clone, thiserror::Error)]
#[error("shard `{shard}`: {cause}")]
pub struct Error {
    /// The shard's name.
    pub shard: Arc<str>,
    /// What happened on the server that was asked last.
    pub cause: pool::Error,
}

impl Error {
    /// Whether the shard is away, too busy or too slow: the request is right, and may be answered another time.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.cause,
            pool::Error::Unavailable { .. } | pool::Error::Busy { .. } | pool::Error::TimedOut { .. }
        )
    }
}

/// What is wrong with the settings of servers and shards.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The settings of the only database.
    #[error(transparent)]
    Database(#[from] pool::Error),
    /// The settings of one of several servers.
    #[error("server `{server}`: {cause}")]
    Server {
        /// The server's name.
        server: String,
        /// What is wrong.
        cause: pool::Error,
    },
    /// The slots of shards.
    #[error(transparent)]
    Slots(#[from] slots::Error),
    /// A shard is on a server that there is not.
    #[error("`shards.{shard}` names the server `{server}`, which is not in `[servers]`")]
    UnknownServer {
        /// The shard's name.
        shard: String,
        /// The name that is no server's.
        server: String,
    },
    /// A server is a primary here and a replica there, or follows two primaries. Postgres replicates whole servers.
    #[error("the server `{server}` {first} and {second}; a server is either a primary or follows one")]
    Roles {
        /// The server's name.
        server: String,
        /// What it is by one shard: `is the primary of …`.
        first: String,
        /// What it is by another.
        second: String,
    },
    /// There are not connections enough for what each server needs at least.
    #[error("`{setting}` is {limit}, and must be at least {least}")]
    Connections {
        /// The setting that is too low.
        setting: String,
        /// What it is.
        limit: u32,
        /// What it must be.
        least: u32,
    },
}
