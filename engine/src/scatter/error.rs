//! Why what several shards answer cannot be put together.

use crate::cluster;
use crate::gather::{self, connection, merge};
use crate::pool;
use crate::sql;

/// Why there is no answer of several shards. That a shard is away is no error but a part of the answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Values of variables do not fit where they are used.
    #[error("variables do not fit")]
    Variables(Vec<sql::Error>),
    /// A table is on a shard that the settings do not have.
    #[error("a table is on the shard `{0}`, which is not among those of the settings (setting `shards.{0}`)")]
    UnknownShard(&'static str),
    /// A shard did not answer as it should.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
    /// A shard did not answer to the end.
    #[error(transparent)]
    Rows(#[from] pool::Error),
    /// The rows of shards make no list.
    #[error("the rows of several shards cannot be merged: {0}")]
    Merge(#[from] merge::Error),
    /// What shards have of a connection makes none.
    #[error(transparent)]
    Connection(#[from] connection::Error),
    /// A row is not what was asked for.
    #[error("the rows of a shard are malformed: {0}")]
    Malformed(#[from] gather::Malformed),
    /// A row says that it is related to one that was not asked for.
    #[error("a shard answered for a row that it was not asked about")]
    Number,
    /// The rows take more memory than they may.
    #[error(
        "the rows of several shards take more than {limit} bytes (setting `sharding.max_gathered_bytes`); ask for \
         fewer"
    )]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}
