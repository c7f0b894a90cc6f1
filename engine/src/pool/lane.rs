//! Lanes: connections beside the pool that many requests share, for statements that are short. What is to be run on
//! which, and for whom, is for others to say.
//!
//! Nothing is checked out and given back: statements that are sent while another one runs wait in Postgres, which answers
//! them in turn. A session plans each statement once for all values (`plan_cache_mode=force_generic_plan`): these are
//! statements whose plan does not depend on their values, and planning one can take longer than running it.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::types::PgLsn;
use tokio_postgres::{RowStream, Statement};

use super::cell::Cells;
use super::connection::{Connection, Manager};
use super::statements::Statements;
use super::{Error, Prepared, Raw, Settings, check_columns, replay};

/// What the sessions of lanes have set.
const SESSION: &str = " -c plan_cache_mode=force_generic_plan";

/// Opens lanes to one database.
#[derive(Clone)]
pub struct Lanes {
    manager: Manager,
    stall_timeout: Duration,
}

/// One connection.
pub struct Lane {
    connection: Connection,
    /// Absent where statements are sent unnamed.
    statements: Option<Mutex<Statements>>,
    stall_timeout: Duration,
}

/// A statement that is on its way. Whoever waits for it may go away first; then somebody has to see to it that it does
/// not hold up the lane for ever.
struct Watch(Option<Arc<Lane>>);

impl Lanes {
    /// Lanes to the database of the settings. A statement that takes longer than `stall_timeout` is cancelled, and its lane
    /// closed. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::Settings`], as a pool has it.
    pub fn new(settings: &Settings, stall_timeout: Duration) -> Result<Lanes, Error> {
        let manager = Manager::new(settings, SESSION, &settings.beforehand.lanes)?;
        Ok(Lanes { manager, stall_timeout })
    }

    /// Has every lane that is open closed as soon as nothing runs on it.
    pub fn renew(&self) {
        self.manager.renew();
    }

    /// Opens a lane.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn open(&self) -> Result<Lane, Error> {
        let mut connection = self.manager.connect().await?;
        let statements = connection.statements.take().map(Mutex::new);
        Ok(Lane { connection, statements, stall_timeout: self.stall_timeout })
    }
}

impl Lane {
    /// Whether nothing can be run on the lane any more.
    pub fn is_closed(&self) -> bool {
        self.connection.is_broken()
    }

    /// How far the server, a standby, has replayed the log of its primary for certain.
    pub fn replayed(&self) -> PgLsn {
        self.connection.replayed()
    }

    /// Whether the server, a standby, has replayed the log of its primary up to the position.
    ///
    /// # Errors
    /// As [`Lane::run`].
    pub async fn has_replayed(self: &Arc<Self>, position: PgLsn) -> Result<bool, Error> {
        if self.connection.replayed() < position {
            let replayed = |cells: &[Option<&[u8]>]| {
                self.connection.has_replayed(replay::read(cells.first().copied().flatten()));
            };
            self.run(&replay::position(), &[], replayed).await?;
        }
        Ok(self.connection.replayed() >= position)
    }

    /// Runs a statement, after those that others have sent, and hands the cells of each row to `on_row` as they arrive.
    /// `parameters` are in Postgres' binary format, absent for null.
    ///
    /// When the future is dropped the statement goes on in Postgres, but not for long, and its rows are thrown away.
    ///
    /// # Errors
    /// Those of [`Error`], after whatever rows. Where the statement goes on in Postgres or the connection is lost, the
    /// lane [is closed](Lane::is_closed).
    pub async fn run(
        self: &Arc<Self>,
        prepared: &Prepared<'_>,
        parameters: &[Option<&[u8]>],
        on_row: impl FnMut(&[Option<&[u8]>]),
    ) -> Result<(), Error> {
        let limit = self.stall_timeout;
        let mut watch = Watch(Some(Arc::clone(self)));
        let result = timeout(limit, self.rows(prepared, parameters, on_row)).await;
        watch.0 = None;
        let result = result.unwrap_or_else(|_| {
            self.give_up();
            Err(Error::TimedOut { limit })
        });
        if let (Err(Error::Statement(_)), Some(statements)) = (&result, &self.statements) {
            // It may have been prepared when a table looked differently.
            lock(statements).remove(prepared.id);
        }
        result
    }

    async fn rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[Option<&[u8]>],
        on_row: impl FnMut(&[Option<&[u8]>]),
    ) -> Result<(), Error> {
        let Some(statements) = &self.statements else {
            // In memory of its own, so that the future is no larger for it where statements are prepared.
            return Box::pin(self.unnamed_rows(prepared, parameters, on_row)).await;
        };
        let statement = self.prepare(statements, prepared).await?;
        let parameters = parameters.iter().map(|bytes| Raw(*bytes));
        let rows = self.connection.client.query_raw(&statement, parameters).await;
        hand_on(pin!(rows.map_err(Error::running)?), &mut Cells::default(), on_row).await
    }

    /// Sends the statement with its text, in the same round trip as its values.
    async fn unnamed_rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[Option<&[u8]>],
        mut on_row: impl FnMut(&[Option<&[u8]>]),
    ) -> Result<(), Error> {
        let parameters = parameters.iter().map(|bytes| Raw(*bytes)).zip(prepared.types.iter().cloned());
        let rows = self.connection.client.query_typed_raw(prepared.text, parameters).await;
        let mut rows = pin!(rows.map_err(Error::running)?);
        let mut cells = Cells::default();
        let Some(row) = rows.next().await else { return Ok(()) };
        let row = row.map_err(Error::running)?;
        // The driver tells the columns with the rows.
        if let Some(expected) = prepared.columns {
            check_columns(row.columns(), expected)?;
        }
        cells.read(&row, &mut on_row).map_err(Error::running)?;
        hand_on(rows, &mut cells, on_row).await
    }

    async fn prepare(
        &self,
        statements: &Mutex<Statements>,
        prepared: &Prepared<'_>,
    ) -> Result<Statement, Error> {
        if let Some(statement) = lock(statements).find(prepared.id) {
            return Ok(statement);
        }
        // Several may do so at once, and the last one's is kept.
        let statement = self.connection.client.prepare_typed(prepared.text, prepared.types).await;
        let statement = statement.map_err(Error::running)?;
        if let Some(expected) = prepared.columns {
            check_columns(statement.columns(), expected)?;
        }
        lock(statements).insert(prepared.id, statement.clone());
        Ok(statement)
    }

    /// Ends what runs and what waits behind it, by ending the lane.
    fn give_up(self: &Arc<Self>) {
        tracing::debug!("a lane is stalled, and is closed");
        // Postgres does not see a socket close while it waits for a lock.
        let cancel = timeout(self.stall_timeout, self.connection.cancel());
        if self.statements.is_some() {
            tokio::spawn(cancel);
            return self.connection.abort();
        }
        // A pooler forgets a client that has gone, and with it what there was to cancel.
        self.connection.retire();
        let lane = Arc::clone(self);
        tokio::spawn(async move {
            let ended = timeout(lane.stall_timeout, lane.connection.client.check_connection());
            let _ = tokio::join!(cancel, ended);
            lane.connection.abort();
        });
    }
}

async fn hand_on(
    mut rows: Pin<&mut RowStream>,
    cells: &mut Cells,
    mut on_row: impl FnMut(&[Option<&[u8]>]),
) -> Result<(), Error> {
    while let Some(row) = rows.next().await {
        let row = row.map_err(Error::running)?;
        cells.read(&row, &mut on_row).map_err(Error::running)?;
    }
    Ok(())
}

fn lock(statements: &Mutex<Statements>) -> MutexGuard<'_, Statements> {
    statements.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Watch {
    fn drop(&mut self) {
        let (Some(lane), Ok(runtime)) = (self.0.take(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            // It is answered when all that was sent before it has ended.
            if timeout(lane.stall_timeout, lane.connection.client.check_connection()).await.is_err() {
                lane.give_up();
            }
        });
    }
}

impl std::fmt::Debug for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lanes").field("stall_timeout", &self.stall_timeout).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lane").field("is_closed", &self.is_closed()).finish_non_exhaustive()
    }
}
