//! How far a standby is, asked on the connection that is going to be read: what it says holds for as long as the
//! connection does. A standby that is started again may be less far than it was, and takes all connections with it.

use std::sync::LazyLock;

use tokio_postgres::Error;
use tokio_postgres::types::{FromSql, PgLsn, Type};

use super::{Prepared, StatementId};

/// The statement whose only cell is the position up to which a standby has replayed the log of its primary.
pub(super) fn position() -> Prepared<'static> {
    static ID: LazyLock<StatementId> = LazyLock::new(StatementId::unique);
    Prepared { id: *ID, text: "SELECT pg_catalog.pg_last_wal_replay_lsn()", types: &[], columns: None }
}

/// The position that the cell has; that of a server that is no standby is before all others.
pub(super) fn read(cell: Option<&[u8]>) -> PgLsn {
    cell.and_then(|bytes| PgLsn::from_sql(&Type::PG_LSN, bytes).ok()).unwrap_or_else(|| PgLsn::from(0))
}

/// The same, of a row.
pub(super) fn read_row(row: &tokio_postgres::Row) -> Result<PgLsn, Error> {
    Ok(row.try_get::<_, Option<PgLsn>>(0)?.unwrap_or_else(|| PgLsn::from(0)))
}
