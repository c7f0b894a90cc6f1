//! A connection in use: runs one statement at a time on it, and cancels what runs when nobody waits for it any more.

use std::sync::Arc;
use std::time::Duration;

use bb8::PooledConnection;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryFutureExt};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::{Error, Row, Statement};

use super::connection::{Connection, Manager};
use super::parameters::Parameter;
use super::{Prepared, StatementId};

/// A connection taken from the pool. Dropping it gives the connection back when nothing runs; otherwise what runs is
/// cancelled in Postgres, and the connection is closed when it has ended.
pub(super) struct Lease {
    /// Empty only while the lease is dropped.
    connection: Option<PooledConnection<'static, Manager>>,
    /// What Postgres has been asked and has not answered in full.
    running: Option<Running>,
    is_fresh: bool,
}

/// Something that Postgres works on. It borrows nothing, so that it can be followed to its end after whoever asked
/// for it is gone.
enum Running {
    Prepare(BoxFuture<'static, Result<Statement, Error>>),
    Query(BoxStream<'static, Result<Row, Error>>),
}

impl Lease {
    pub(super) fn new(mut connection: PooledConnection<'static, Manager>) -> Lease {
        let is_fresh = std::mem::take(&mut connection.is_fresh);
        Lease { connection: Some(connection), running: None, is_fresh }
    }

    /// Whether the connection was opened for this lease. One that was idle before may have died unnoticed, which
    /// proves nothing about the database.
    pub(super) fn is_fresh(&self) -> bool {
        self.is_fresh
    }

    pub(super) fn connection(&mut self) -> &mut Connection {
        // Only `drop` takes it.
        self.connection.as_mut().expect("a lease has its connection until it is dropped")
    }

    /// Whether statements are prepared; otherwise they are sent unnamed.
    pub(super) fn prepares(&mut self) -> bool {
        self.connection().statements.is_some()
    }

    /// The statement, prepared on this connection now or before.
    pub(super) async fn prepare(&mut self, prepared: &Prepared<'_>) -> Result<Statement, Error> {
        let statements = self.connection().statements.as_mut();
        if let Some(statement) = statements.and_then(|statements| statements.find(prepared.id)) {
            return Ok(statement);
        }
        let client = Arc::clone(&self.connection().client);
        let (text, types) = (prepared.text.to_owned(), prepared.types.to_owned());
        let prepare = async move { client.prepare_typed(&text, &types).await }.boxed();
        let Running::Prepare(prepare) = self.running.insert(Running::Prepare(prepare)) else {
            unreachable!("it has just been set")
        };
        let result = prepare.await;
        self.ended(result.as_ref().err());
        let statement = result?;
        if let Some(statements) = &mut self.connection().statements {
            statements.insert(prepared.id, statement.clone());
        }
        Ok(statement)
    }

    /// Has the statement prepared again when it is used next; false when it was not prepared.
    pub(super) fn forget(&mut self, id: StatementId) -> bool {
        self.connection().statements.as_mut().is_some_and(|statements| statements.remove(id))
    }

    /// Sends the statement to Postgres; the rows come from [`Lease::next`].
    pub(super) fn start(&mut self, statement: Statement, parameters: Arc<[Parameter]>) {
        let client = Arc::clone(&self.connection().client);
        let rows = async move { client.query_raw(&statement, parameters.iter()).await };
        self.running = Some(Running::Query(rows.try_flatten_stream().boxed()));
    }

    /// Sends the statement with its text, in the same round trip as its values; the rows come from [`Lease::next`].
    pub(super) fn start_unnamed(&mut self, prepared: &Prepared<'_>, parameters: Arc<[Parameter]>) {
        let client = Arc::clone(&self.connection().client);
        let (text, types) = (prepared.text.to_owned(), prepared.types.to_owned());
        let rows = async move { client.query_typed_raw(&text, parameters.iter().zip(types)).await };
        self.running = Some(Running::Query(rows.try_flatten_stream().boxed()));
    }

    /// The next row; `None` when the statement has ended.
    pub(super) async fn next(&mut self) -> Result<Option<Row>, Error> {
        let Some(Running::Query(rows)) = &mut self.running else {
            return Ok(None);
        };
        match rows.next().await {
            Some(Ok(row)) => Ok(Some(row)),
            Some(Err(error)) => {
                self.ended(Some(&error));
                Err(error)
            }
            None => {
                self.ended(None);
                Ok(None)
            }
        }
    }

    fn ended(&mut self, error: Option<&Error>) {
        self.running = None;
        // After an error that Postgres has reported it is ready again. All others are the connection's: what comes
        // next on it cannot be relied on.
        if error.is_some_and(|error| error.as_db_error().is_none()) {
            self.connection().abort();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(connection), Some(running)) = (self.connection.take(), self.running.take()) else {
            return;
        };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(end(connection, running))),
            Err(_) => connection.abort(),
        }
    }
}

/// How long to wait for the end of what was cancelled before it is cancelled again, and after the last time before
/// the socket is closed. A cancellation that reaches Postgres before the statement does is lost.
const CANCEL_WAITS: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// Cancels what runs, waits for its end, and closes the connection. Until then the connection counts as open, so
/// Postgres never works on more than the pool allows.
///
/// The connection is not used again, as a cancellation can hit later than it seems to: Postgres signals the process
/// and then its group, so that the second signal may come when the statement has ended by the first, and would end
/// the next one. The driver does not wait for the server to close the socket, the only sign that both are sent.
async fn end(connection: PooledConnection<'static, Manager>, mut running: Running) {
    for wait in CANCEL_WAITS {
        // Postgres does not look at a cancellation while it waits to send rows, so these are read meanwhile.
        let cancel = connection.cancel();
        let (sent, ended) = tokio::join!(timeout(wait, cancel), timeout(wait, running.end()));
        if ended.is_ok() {
            tracing::debug!("query cancelled");
            return connection.retire();
        }
        tracing::warn!(sent = matches!(sent, Ok(Ok(()))), "a cancelled query goes on");
    }
    connection.abort();
}

impl Running {
    /// Waits until Postgres has ended it.
    async fn end(&mut self) {
        match self {
            // Whether it was cancelled, failed or was done does not matter any more.
            Running::Prepare(prepare) => drop(prepare.await),
            Running::Query(rows) => while let Some(Ok(_)) = rows.next().await {},
        }
    }
}
