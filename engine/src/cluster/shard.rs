//! One shard: where it can be read, and which of these places a request goes to.
//!
//! A read goes to the replica with the fewest requests on their way, of those that answer, are not too far behind and have
//! replayed what the read must see; else to the primary. What a replica does not answer goes to the primary, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use futures_util::future::join_all;
use tokio_postgres::types::{PgLsn, ToSql};

use super::clock::Moment;
use super::instance::Instance;
use super::{Consistency, Error, Rows};
use crate::compile::{Compiled, Ready};
use crate::pool::{self, Prepared};
use crate::serializer;
use crate::value::SqlValue;

/// One shard.
#[derive(Debug)]
pub struct Shard {
    name: Arc<str>,
    primary: Arc<Instance>,
    replicas: Box<[Arc<Instance>]>,
    /// Counts reads, so that replicas that are equally busy take turns.
    turn: AtomicUsize,
}

impl Shard {
    pub(super) fn new(name: Arc<str>, primary: Arc<Instance>, replicas: Box<[Arc<Instance>]>) -> Shard {
        Shard { name, primary, replicas, turn: AtomicUsize::new(0) }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Where it is written to.
    pub fn primary(&self) -> &Arc<Instance> {
        &self.primary
    }

    /// What follows the primary.
    pub fn replicas(&self) -> &[Arc<Instance>] {
        &self.replicas
    }

    /// Primary and replicas.
    pub fn instances(&self) -> impl Iterator<Item = &Arc<Instance>> {
        std::iter::once(&self.primary).chain(&self.replicas)
    }

    /// Runs a statement, as [`Pool::rows`](pool::Pool::rows) does.
    ///
    /// # Errors
    /// Why the shard has not answered. Errors that come with later rows are the pool's: whether those of the primary are of
    /// use then, [`Rows::falls_back`] knows.
    pub async fn rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        consistency: &Consistency,
    ) -> Result<Rows, Error> {
        if self.is_single() {
            return self.rows_of_primary(prepared, parameters).await;
        }
        let position = consistency.of(&self.name);
        if let Some(replica) = self.replica(position) {
            let began = Moment::now();
            match replica.rows(prepared, parameters, position).await {
                Ok(rows) => return Ok(Rows::new(rows, replica, true, began)),
                Err(error) if replica.falls_back(&error, began) => {
                    tracing::debug!(shard = %self.name, %error, "a replica has not answered; the primary is asked");
                }
                Err(cause) => return Err(self.error(cause)),
            }
        }
        self.rows_of_primary(prepared, parameters).await
    }

    /// Runs a statement on the primary, which is what remains when a replica's rows have broken off.
    ///
    /// # Errors
    /// Why the primary has not answered.
    pub async fn rows_of_primary(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Rows, Error> {
        let began = Moment::now();
        self.primary.admit().map_err(|cause| self.error(cause))?;
        let rows = self.primary.rows(prepared, parameters, None).await;
        rows.map(|rows| Rows::new(rows, &self.primary, false, began)).map_err(|cause| self.error(cause))
    }

    /// Answers a request, perhaps together with others, as [`Folder::execute`](crate::fold::Folder::execute) does; `None`
    /// when it has to be answered by [`rows`](Shard::rows).
    ///
    /// # Errors
    /// The rows of the answer are not what the operation reads.
    pub async fn fold(
        &self,
        operation: &Arc<Compiled>,
        statement: &Ready,
        values: &[SqlValue],
        conditions: &[bool],
        consistency: &Consistency,
    ) -> Option<Result<Bytes, serializer::Error>> {
        if self.is_single() {
            return self.primary.fold(operation, statement, values, conditions, None).await;
        }
        let position = consistency.of(&self.name);
        if let Some(replica) = self.replica(position) {
            return replica.fold(operation, statement, values, conditions, position).await;
        }
        self.primary.admit().ok()?;
        self.primary.fold(operation, statement, values, conditions, None).await
    }

    /// Whether it can be read. The first call also asks its servers how they do, and connects what answers requests
    /// together.
    ///
    /// # Errors
    /// Why it cannot: what the primary says.
    pub async fn ready(&self) -> Result<(), Error> {
        for server in self.instances().filter_map(|instance| instance.server()) {
            server.start();
        }
        join_all(self.instances().map(|instance| instance.is_known())).await;
        if let Err(cause) = self.primary.ping().await
            && !self.replicas.iter().any(|replica| replica.is_readable(None))
        {
            return Err(self.error(cause));
        }
        join_all(self.instances().filter_map(|instance| instance.folder()).map(|folder| folder.connect()))
            .await;
        Ok(())
    }

    /// Whether there is nothing to be chosen from, and nothing known of how it does.
    fn is_single(&self) -> bool {
        self.primary.server().is_none()
    }

    /// The replica to be read, if one can be.
    fn replica(&self, position: Option<PgLsn>) -> Option<&Arc<Instance>> {
        let count = self.replicas.len();
        if count == 0 {
            return None;
        }
        let turn = self.turn.fetch_add(1, Relaxed);
        let replicas = (0..count).map(|index| &self.replicas[turn.wrapping_add(index) % count]);
        let readable = replicas.filter(|replica| replica.is_readable(position));
        let replica = readable.min_by_key(|replica| replica.load())?;
        // Another may have been the one that may try it, and then it is the primary's turn.
        replica.admit().is_ok().then_some(replica)
    }

    /// What an error means that has come with rows of this shard.
    pub fn error(&self, cause: pool::Error) -> Error {
        Error { shard: Arc::clone(&self.name), cause }
    }
}
