//! What a pooler such as PgBouncer does not like → what to set.

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::config::StatementMode;

/// What to do about a pooler that gives each transaction another connection.
pub(super) const SEND_UNNAMED: &str =
    "behind PgBouncer in transaction mode set `database.statements = \"unnamed\"`";

/// Whether the code says that statements are not on the connection that they were prepared on.
pub(super) fn mixes_up(code: &SqlState) -> bool {
    [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT].contains(code)
}

/// What to do about a connection that was refused for its session options; empty for all other errors.
///
/// PgBouncer says `unsupported startup parameter: options`, and since 1.20
/// `unsupported startup parameter in options: jit`.
pub(super) fn advice(error: &Error, statements: StatementMode) -> String {
    let message = error.as_db_error().map_or("", DbError::message);
    match (message.strip_prefix("unsupported startup parameter"), statements) {
        (Some(which), StatementMode::Prepared) if which.contains("options") => format!("; {SEND_UNNAMED}"),
        (Some(which), StatementMode::Unnamed) if which.contains("options") => {
            "; leave `options` out of the URL".to_owned()
        }
        _ => String::new(),
    }
}
