//! The rows of a statement, with who sends them: whoever waits for them is told when the server goes away, and knows
//! whether another one can be asked for what is missing.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::clock::Moment;
use super::instance::Instance;
use crate::pool;

/// The rows of a statement that runs on a server of a shard. Dropped before the last one, it cancels the statement.
pub struct Rows {
    rows: pool::Rows,
    instance: Arc<Instance>,
    is_of_replica: bool,
    began: Moment,
}

impl Rows {
    pub(super) fn new(
        rows: pool::Rows,
        instance: &Arc<Instance>,
        is_of_replica: bool,
        began: Moment,
    ) -> Rows {
        Rows { rows, instance: Arc::clone(instance), is_of_replica, began }
    }

    /// Hands on the rows as they arrive, as [`pool::Rows::each`] does.
    ///
    /// # Errors
    /// Those of `on_row` and of [`pool::Rows::each`], and that the server does not answer any more. There is nothing to be
    /// had from the rows then.
    pub async fn each<B, E: From<pool::Error>>(
        &mut self,
        on_row: impl FnMut(&[Option<&[u8]>]) -> Result<ControlFlow<B>, E> + Send,
    ) -> Result<Option<B>, E> {
        let Some(server) = self.instance.server() else { return self.rows.each(on_row).await };
        let leaves = server.health().leaves();
        tokio::select! {
            biased;
            result = self.rows.each(on_row) => result,
            () = leaves => Err(server.health().refusal().into()),
        }
    }

    /// Gives the statement its time from now on, as [`pool::Rows::renew`] does.
    pub fn renew(&mut self) {
        self.rows.renew();
    }

    /// Whether the primary can be asked for all of the rows, which have broken off with this error. Whoever has handed out
    /// some of them cannot use those of another server.
    pub fn falls_back(&self, error: &pool::Error) -> bool {
        self.is_of_replica && self.instance.falls_back(error, self.began)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("is_of_replica", &self.is_of_replica).finish_non_exhaustive()
    }
}
