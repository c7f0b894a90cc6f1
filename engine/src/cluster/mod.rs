//! The servers behind the engine: which there are, which shard is on which, and which of them answers a read. What a
//! statement says and which shard it is for are for others to say.
//!
//! Without `[servers]` there is one database, which is a cluster of one shard; for it a request takes no other way than
//! the pool's or the folder's own.

mod breaker;
mod clock;
mod consistency;
mod error;
mod health;
mod instance;
mod limits;
mod metrics;
mod positions;
mod rows;
mod server;
mod shard;
mod topology;

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use futures_util::future::join_all;

use crate::config::Config;
use crate::fold;
use crate::pool::Beforehand;

pub use consistency::{Consistency, ConsistencyError};
pub use error::{Error, SettingsError};
pub use instance::Instance;
pub use metrics::{BREAKER_OPEN, LAG, REQUESTS, UP};
pub use rows::Rows;
pub use server::Server;
pub use shard::Shard;
pub use topology::{Shortage, Topology, shortages};

/// All that the engine reads.
#[derive(Debug)]
pub struct Cluster {
    topology: ArcSwap<Topology>,
    /// What is prepared on each connection.
    beforehand: Beforehand,
    /// Held while a topology takes the place of another.
    replacing: Mutex<()>,
}

impl Cluster {
    /// The cluster that the settings describe. It does not connect before the first request, so servers may be away.
    ///
    /// # Errors
    /// What is wrong with the settings; without `[servers]`, also that there is no `database.url`.
    pub fn new(config: &Config) -> Result<Cluster, SettingsError> {
        Cluster::with_statements(config, Beforehand::default())
    }

    /// The same with statements that are prepared on each connection as soon as it is open.
    ///
    /// # Errors
    /// As [`Cluster::new`].
    pub fn with_statements(config: &Config, beforehand: Beforehand) -> Result<Cluster, SettingsError> {
        let topology = Topology::of(config, &beforehand, None)?;
        topology.begin();
        Ok(Cluster { topology: ArcSwap::from_pointee(topology), beforehand, replacing: Mutex::new(()) })
    }

    /// What there is at the moment. Whoever has begun with a topology goes on with it.
    pub fn topology(&self) -> Arc<Topology> {
        self.topology.load_full()
    }

    /// Has other settings from now on. Instances whose settings are the same keep their connections, and what runs on
    /// others ends by itself.
    ///
    /// # Errors
    /// What is wrong with the settings; then everything stays as it is.
    pub fn replace(&self, config: &Config) -> Result<(), SettingsError> {
        let _replacing = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let topology = Topology::of(config, &self.beforehand, Some(&self.topology.load()))?;
        topology.begin();
        self.topology.store(Arc::new(topology));
        Ok(())
    }

    /// Whether the server with this name may be read; `None` where there is no such server, or just one database.
    pub fn is_readable(&self, server: &str) -> Option<bool> {
        let topology = self.topology();
        let mut instances = topology.shards().iter().flat_map(|shard| shard.instances());
        instances
            .find_map(|instance| instance.server().filter(|found| **found.name() == *server))
            .map(|server| server.is_readable())
    }

    /// Whether some shard answers: the others' requests are told that theirs does not. The first call also connects what
    /// answers requests together.
    ///
    /// # Errors
    /// Why none does, of one of them.
    pub async fn ready(&self) -> Result<(), Error> {
        let topology = self.topology();
        let mut answers = join_all(topology.shards().iter().map(|shard| shard.ready())).await;
        for error in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            tracing::debug!(%error, "not ready");
        }
        let first = answers.iter().position(Result::is_ok).unwrap_or(0);
        answers.swap_remove(first)
    }

    /// What has been folded so far, by what is there at the moment; `None` when folding is off.
    pub fn folding(&self) -> Option<fold::Status> {
        let topology = self.topology();
        let instances = topology.shards().iter().flat_map(|shard| shard.instances());
        instances.filter_map(|instance| Some(instance.folder()?.status())).reduce(fold::Status::and)
    }
}
