//! One shard: where it can be read, and which of these places a request goes to.

use std::sync::Arc;

use bytes::Bytes;
use tokio_postgres::types::ToSql;

use super::instance::Instance;
use super::{Consistency, Error};
use crate::compile::{Compiled, Ready};
use crate::pool::{self, Prepared, Rows};
use crate::serializer;
use crate::value::SqlValue;

/// One shard.
#[derive(Debug)]
pub struct Shard {
    name: Arc<str>,
    primary: Arc<Instance>,
    replicas: Box<[Arc<Instance>]>,
}

impl Shard {
    pub(super) fn new(name: Arc<str>, primary: Arc<Instance>, replicas: Box<[Arc<Instance>]>) -> Shard {
        Shard { name, primary, replicas }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Where it is written to.
    pub fn primary(&self) -> &Instance {
        &self.primary
    }

    /// Primary and replicas.
    pub fn instances(&self) -> impl Iterator<Item = &Arc<Instance>> {
        std::iter::once(&self.primary).chain(&self.replicas)
    }

    /// Runs a statement, as [`Pool::rows`](pool::Pool::rows) does.
    ///
    /// # Errors
    /// Why the shard has not answered. Errors that come with later rows are the pool's.
    pub async fn rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        _consistency: &Consistency,
    ) -> Result<Rows, Error> {
        self.primary.pool().rows(prepared, parameters).await.map_err(|cause| self.error(cause))
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
        _consistency: &Consistency,
    ) -> Option<Result<Bytes, serializer::Error>> {
        let folder = self.primary.folder()?;
        folder.execute(operation, statement, values, conditions).await
    }

    /// Whether the primary answers. The first call also connects what answers requests together.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        self.primary.pool().ping().await.map_err(|cause| self.error(cause))?;
        if let Some(folder) = self.primary.folder() {
            folder.connect().await;
        }
        Ok(())
    }

    fn error(&self, cause: pool::Error) -> Error {
        Error { shard: Arc::clone(&self.name), cause }
    }
}
