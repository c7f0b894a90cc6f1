//! Statements → rows of raw cells, over a bounded pool of Postgres connections. It knows nothing of GraphQL, of
//! what a statement says or what its cells mean.
//!
//! Everything that runs here is a read, so what was lost before its first row arrived may be run again.

mod beforehand;
mod cancel;
mod cell;
mod connection;
mod error;
mod lane;
mod lease;
mod parameters;
mod pooler;
mod quota;
mod raw;
mod renewal;
mod replay;
mod rows;
mod settings;
mod statements;
mod tls;
mod types;

use std::fmt;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::Column;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use crate::wire::CellType;

pub use beforehand::{Beforehand, Known};
pub use error::Error;
pub use lane::{Lane, Lanes};
pub use quota::Quota;
pub use raw::{Raw, array};
pub use rows::Rows;
pub use settings::{Role, Settings};

use connection::{Failures, Manager};
use lease::Lease;

/// Tells statements apart in the caches of the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatementId(u64);

impl StatementId {
    /// An id that no other statement of this process has. It is taken once for a statement and kept beside its text.
    pub fn unique() -> StatementId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Only that the numbers differ matters.
        StatementId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A statement to be prepared once on each connection that it is used on, or to be sent
/// [unnamed](crate::config::StatementMode::Unnamed).
#[derive(Debug, Clone, Copy)]
pub struct Prepared<'a> {
    /// Identifies the statement: whatever else is run under this id has the same text and types.
    pub id: StatementId,
    /// The SQL, with `$1`, `$2`, … where values are bound.
    pub text: &'a str,
    /// The types of the values to bind.
    pub types: &'a [Type],
    /// What the columns of the result must be, if that matters.
    pub columns: Option<&'a [CellType]>,
}

/// A pool of connections to one database. Clones share their connections.
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    settings: Settings,
    manager: Manager,
    failures: Failures,
    /// Made for the first query, as bb8 wants a runtime.
    connections: OnceLock<bb8::Pool<Manager>>,
    /// How many statements are on their way.
    load: AtomicUsize,
}

/// A statement that is on its way, from when somebody wants it to run until its rows are gone.
struct Load(Pool);

/// How a pool does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Open connections.
    pub connections: u32,
    /// Open connections that are not in use.
    pub idle: u32,
    /// The most connections that there can be.
    pub max_connections: u32,
    /// Queries that wait for a connection.
    pub waiting: u64,
}

impl Pool {
    /// Makes a pool. It does not connect before the first query, so the database may be away.
    ///
    /// # Errors
    /// [`Error::Settings`]: the URL or another setting is wrong, or `ca_file` cannot be read.
    pub fn new(settings: &Settings) -> Result<Pool, Error> {
        Ok(Pool(Arc::new(Shared::new(settings, Manager::new(settings, "", &settings.beforehand.pools)?))))
    }

    /// Makes a pool whose connections are also limited by a quota that it has together with others.
    ///
    /// # Errors
    /// As [`Pool::new`].
    pub fn within(settings: &Settings, quota: &Arc<Quota>) -> Result<Pool, Error> {
        let manager = Manager::new(settings, "", &settings.beforehand.pools)?;
        Ok(Pool(Arc::new_cyclic(|pool| Shared::new(settings, manager.within(quota.join(Weak::clone(pool)))))))
    }

    /// Runs a statement and hands the cells of each row, in Postgres' binary format, to `on_row`; returns how many
    /// rows there were. Rows are handed on as they arrive.
    ///
    /// When the future is dropped, when `on_row` fails or the time is up, the statement is cancelled in Postgres.
    ///
    /// # Errors
    /// Those of [`Error`], of which some can come after rows have been handed on, and those of `on_row`.
    pub async fn query<E: From<Error>>(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), E> + Send,
    ) -> Result<u64, E> {
        let mut count = 0;
        let mut rows = self.rows(prepared, parameters).await?;
        rows.each(|cells| {
            count += 1;
            on_row(cells).map(ControlFlow::<()>::Continue)
        })
        .await?;
        Ok(count)
    }

    /// Has a statement prepared, and nothing more: whether Postgres takes it and its result is what it should be.
    ///
    /// # Errors
    /// [`Error::Statement`] or [`Error::Column`], when it is not; others when the database cannot be asked.
    pub async fn prepare(&self, prepared: &Prepared<'_>) -> Result<(), Error> {
        let mut lease = self.lease().await?;
        let limit = self.0.settings.statement_timeout;
        let statement =
            timeout(limit, lease.prepare(prepared)).await.map_err(|_| Error::TimedOut { limit })?;
        let statement = statement.map_err(Error::running)?;
        prepared.columns.map_or(Ok(()), |expected| check_columns(statement.columns(), expected))
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// Why there is none: mostly [`Error::Unavailable`], or [`Error::Busy`] when no connection is free.
    pub async fn ping(&self) -> Result<(), Error> {
        let limit = self.0.settings.acquire_timeout;
        loop {
            let mut lease = self.lease().await?;
            match timeout(limit, lease.connection().client.check_connection()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if lease.is_fresh() => return Err(Error::unavailable(error)),
                Ok(Err(_)) => lease.connection().abort(),
                Err(_) => {
                    lease.connection().abort();
                    return Err(Error::away(format!("no answer within {limit:?}")));
                }
            }
        }
    }

    /// How many connections there are and how many queries wait.
    pub fn status(&self) -> Status {
        let max_connections = self.0.settings.max_connections;
        let Some(connections) = self.0.connections.get() else {
            return Status { connections: 0, idle: 0, max_connections, waiting: 0 };
        };
        let state = connections.state();
        Status {
            connections: state.connections,
            idle: state.idle_connections,
            max_connections,
            waiting: state.statistics.pending_gets(),
        }
    }

    /// Has other connections from now on: what is idle is closed, and what is in use when it is not any more. Those that wait
    /// for a connection that cannot be opened are told.
    pub fn renew(&self) {
        self.0.manager.renew();
        while self.0.close_idle() {}
    }

    /// How many statements are on their way: they wait for a connection, or run, or their rows are still wanted.
    pub fn load(&self) -> usize {
        self.0.load.load(Ordering::Relaxed)
    }

    /// A connection, as soon as one is free.
    async fn lease(&self) -> Result<Lease, Error> {
        let connections = self.0.connections.get_or_init(|| self.0.connections());
        let mut failures = self.0.failures.0.subscribe();
        let limit = self.0.settings.acquire_timeout;
        let get = async {
            loop {
                match connections.get_owned().await {
                    // Dropped, it leaves the pool.
                    Ok(connection) if connection.is_broken() => {}
                    Ok(connection) => return Some(connection),
                    Err(_) => return None,
                }
            }
        };
        let mut get = pin!(timeout(limit, get));
        loop {
            tokio::select! {
                biased;
                connection = &mut get => return match connection {
                    Ok(Some(connection)) => Ok(Lease::new(connection)),
                    Ok(None) | Err(_) => Err(self.none_free()),
                },
                Ok(()) = failures.changed() => {
                    // While there are connections one of them will be free again.
                    if connections.state().connections == 0
                        && let Some(failure) = failures.borrow_and_update().clone() {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// Why there was no connection in time.
    fn none_free(&self) -> Error {
        let waited = self.0.settings.acquire_timeout;
        match (self.status().connections, self.0.manager.all_taken()) {
            (0, None) => Error::away(format!("no connection within {waited:?}")),
            (0, Some(connections)) | (connections, _) => Error::Busy { waited, connections },
        }
    }
}

impl Load {
    fn new(pool: &Pool) -> Load {
        pool.0.load.fetch_add(1, Ordering::Relaxed);
        Load(pool.clone())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.0.0.load.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    fn new(settings: &Settings, manager: Manager) -> Shared {
        let failures = Failures(watch::Sender::new(None));
        Shared {
            settings: settings.clone(),
            manager,
            failures,
            connections: OnceLock::new(),
            load: AtomicUsize::new(0),
        }
    }

    /// Closes a connection that is not in use; false when there is none.
    fn close_idle(&self) -> bool {
        let Some(connections) = self.connections.get() else { return false };
        if connections.state().idle_connections == 0 {
            return false;
        }
        match connections.get_owned().now_or_never() {
            Some(Ok(connection)) => {
                connection.retire();
                true
            }
            _ => false,
        }
    }

    fn connections(&self) -> bb8::Pool<Manager> {
        bb8::Pool::builder()
            .max_size(self.settings.max_connections)
            .connection_timeout(self.settings.acquire_timeout)
            // A ping for each query would double its round trips.
            .test_on_check_out(false)
            // Those who wait are told at once that the database is away, and the next one tries again.
            .retry_connection(false)
            .error_sink(Box::new(self.failures.clone()))
            // The connection that was used last has the warmest caches, and those that nobody needs grow old.
            .queue_strategy(bb8::QueueStrategy::Lifo)
            .build_unchecked(self.manager.clone())
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("settings", &self.0.settings).field("status", &self.status()).finish()
    }
}

/// Makes sure that the columns of a result are what they are going to be read as.
fn check_columns(columns: &[Column], expected: &[CellType]) -> Result<(), Error> {
    if columns.len() != expected.len() {
        let reason = format!("the statement has {} columns, expected {}", columns.len(), expected.len());
        return Err(Error::Protocol { reason, cause: None });
    }
    for (column, expected) in columns.iter().zip(expected) {
        if !expected.accepts(column.type_().oid()) {
            return Err(Error::Column {
                column: column.name().to_owned(),
                actual: column.type_().name().to_owned(),
                expected: expected.types()[0].name(),
            });
        }
    }
    Ok(())
}

/// Whether Postgres does not want a prepared statement any more: its result would have other types than when it was
/// prepared, or it is gone (`DISCARD ALL`).
fn is_stale(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(code) if *code == SqlState::FEATURE_NOT_SUPPORTED || *code == SqlState::INVALID_SQL_STATEMENT_NAME
    )
}
