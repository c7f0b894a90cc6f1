//! A statement that runs → its rows, as many at a time as are wanted. Knows what is run again when the first row does
//! not arrive.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::Row;
use tokio_postgres::types::{PgLsn, ToSql};

use super::cell::Cells;
use super::lease::Lease;
use super::parameters::{self, Parameter};
use super::{Error, Load, Pool, Prepared, check_columns, is_stale, replay};

/// The rows of a statement that runs on a connection of its own. Dropped before the last one, it cancels the statement
/// in Postgres.
///
/// Rows that nobody asks for stay where they are: the connection is not read, and Postgres stops when the buffers in
/// between are full.
pub struct Rows {
    lease: Lease,
    /// The row that has shown that the statement runs.
    first: Option<Row>,
    cells: Cells,
    limit: Duration,
    deadline: Instant,
    /// Dropped with the rows.
    _load: Load,
}

/// Who could not go on.
enum Failure<E> {
    Driver(tokio_postgres::Error),
    Other(E),
}

impl Pool {
    /// Runs a statement. Until its first row has arrived, what is lost with a connection that was idle before is run
    /// again on another, and a statement that Postgres does not accept any more is prepared again.
    ///
    /// # Errors
    /// Those of [`Error`]. When the future is dropped or the time is up, the statement is cancelled in Postgres.
    pub async fn rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Rows, Error> {
        self.rows_after(prepared, parameters, None).await
    }

    /// Like [`Pool::rows`], of a standby that must have replayed the log of its primary up to the position, if there is
    /// one.
    ///
    /// # Errors
    /// [`Error::NotReplayed`], when it has not, and as [`Pool::rows`].
    pub async fn rows_after(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        position: Option<PgLsn>,
    ) -> Result<Rows, Error> {
        let parameters: Arc<[Parameter]> = parameters::encode(parameters, prepared.types)?.into();
        let load = Load::new(self);
        let mut lease = self.lease().await?;
        let limit = self.0.settings.statement_timeout;
        let deadline = Instant::now() + limit;
        let mut prepared_again = false;
        loop {
            let first = async {
                if let Some(position) = position {
                    replayed(&mut lease, position).await?;
                }
                first(&mut lease, prepared, Arc::clone(&parameters)).await
            };
            let error = match timeout_at(deadline, first).await {
                Ok(Ok(first)) => {
                    let cells = Cells::default();
                    return Ok(Rows { lease, first, cells, limit, deadline, _load: load });
                }
                Ok(Err(Failure::Other(error))) => return Err(error),
                Ok(Err(Failure::Driver(error))) => error,
                Err(_) => return Err(Error::TimedOut { limit }),
            };
            let stale = is_stale(&error);
            match Error::running(error) {
                Error::Unavailable { .. } if !lease.is_fresh() => {
                    // Given up first, as it may be the only one that the pool can have.
                    lease.connection().abort();
                    drop(lease);
                    lease = self.lease().await?;
                }
                // It was prepared when a table looked differently.
                _ if stale && lease.forget(prepared.id) && !std::mem::replace(&mut prepared_again, true) => {}
                error if lease.prepares() => return Err(error.of_prepared()),
                error => return Err(error),
            }
        }
    }
}

/// Makes sure that the server has replayed the log up to the position.
async fn replayed(lease: &mut Lease, position: PgLsn) -> Result<(), Failure<Error>> {
    if lease.connection().replayed() < position {
        let row = first(lease, &replay::position(), Arc::default()).await?;
        let replayed = row.as_ref().map(replay::read_row).transpose().map_err(Failure::Driver)?;
        while lease.next().await.map_err(Failure::Driver)?.is_some() {}
        if let Some(replayed) = replayed {
            lease.connection().has_replayed(replayed);
        }
    }
    match lease.connection().replayed() >= position {
        true => Ok(()),
        false => Err(Failure::Other(Error::NotReplayed { position })),
    }
}

/// Starts the statement and waits for its first row; `None` when it has ended without any.
async fn first(
    lease: &mut Lease,
    prepared: &Prepared<'_>,
    parameters: Arc<[Parameter]>,
) -> Result<Option<Row>, Failure<Error>> {
    if !lease.prepares() {
        return first_unnamed(lease, prepared, parameters).await;
    }
    let statement = lease.prepare(prepared).await.map_err(Failure::Driver)?;
    if let Some(expected) = prepared.columns {
        check_columns(statement.columns(), expected).map_err(Failure::Other)?;
    }
    lease.start(statement, parameters);
    lease.next().await.map_err(Failure::Driver)
}

/// Like [`first`], of a statement that is not prepared: the driver tells its columns with its rows.
async fn first_unnamed(
    lease: &mut Lease,
    prepared: &Prepared<'_>,
    parameters: Arc<[Parameter]>,
) -> Result<Option<Row>, Failure<Error>> {
    lease.start_unnamed(prepared, parameters);
    let first = lease.next().await.map_err(Failure::Driver)?;
    if let (Some(row), Some(expected)) = (&first, prepared.columns) {
        check_columns(row.columns(), expected).map_err(Failure::Other)?;
    }
    Ok(first)
}

impl Rows {
    /// Hands the cells of each row, in Postgres' binary format, to `on_row` as it arrives. It returns what `on_row`
    /// breaks with, to be called again for the rows after that one, and `None` when there are none left.
    ///
    /// # Errors
    /// Those of [`Error`] and of `on_row`. There is nothing to be had from the rows then.
    pub async fn each<B, E: From<Error>>(
        &mut self,
        mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<ControlFlow<B>, E> + Send,
    ) -> Result<Option<B>, E> {
        let Rows { lease, first, cells, limit, deadline, .. } = self;
        let run = async {
            loop {
                let row = match first.take() {
                    Some(row) => row,
                    None => match lease.next().await.map_err(Failure::Driver)? {
                        Some(row) => row,
                        None => return Ok(None),
                    },
                };
                let flow = cells.read(&row, &mut on_row).map_err(Failure::Driver)?.map_err(Failure::Other)?;
                if let ControlFlow::Break(value) = flow {
                    return Ok(Some(value));
                }
            }
        };
        match timeout_at(*deadline, run).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(Failure::Other(error))) => Err(error),
            Ok(Err(Failure::Driver(error))) => Err(Error::running(error).into()),
            Err(_) => Err(Error::TimedOut { limit: *limit }.into()),
        }
    }

    /// Gives the statement `statement_timeout` from now on. Without it the limit is on all of the statement, however
    /// long nobody asks for rows.
    pub fn renew(&mut self) {
        self.deadline = Instant::now() + self.limit;
    }
}
