//! Why a query has no answer: whose fault it is, and the driver's error behind it.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::types::PgLsn;

use super::pooler;

/// Why the pool could not be made, or a query could not be answered.
///
/// A message says everything, the causes too, so there is no [`source`](std::error::Error::source) to be printed
/// after it; the driver's own errors are in the fields.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the pool is wrong.
    #[error("setting `{setting}` of the database: {reason}")]
    Settings {
        /// The field of [`Settings`](super::Settings).
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The database is away: it could not be connected to, or the connection broke in use.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// What happened, with its causes.
        reason: String,
        /// The driver's error, when there is one.
        cause: Option<Arc<tokio_postgres::Error>>,
    },
    /// Every connection was in use for too long.
    #[error("the database is busy: none of {connections} connections was free within {waited:?}")]
    Busy {
        /// How long the query has waited: `acquire_timeout`.
        waited: Duration,
        /// How many connections are open.
        connections: u32,
    },
    /// The server, a standby, has not replayed yet what the query must see.
    #[error("the server has not replayed the log up to {position}")]
    NotReplayed {
        /// What the query must see.
        position: PgLsn,
    },
    /// The query took longer than `statement_timeout` and was cancelled.
    #[error("the query took longer than {limit:?} and was cancelled")]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// Postgres refused the statement. `42P01` and `42703` (no such table, no such column) mean that the database
    /// does not fit the schema; class `22` means a value that Postgres could not use.
    #[error("Postgres refused the statement: {} (SQLSTATE {})", .0.message(), .0.code().code())]
    Statement(Box<DbError>),
    /// A prepared statement is not where it was prepared, or its name is taken there: what lies between gives each
    /// transaction another connection.
    #[error(
        "prepared statements get mixed up: {} (SQLSTATE {}); {}",
        .0.message(), .0.code().code(), pooler::SEND_UNNAMED
    )]
    MixedUp(Box<DbError>),
    /// A column of the result is of another type than the schema says.
    #[error("the database does not fit the schema: column `{column}` is `{actual}` there, not `{expected}`")]
    Column {
        /// The column's name.
        column: String,
        /// What it is.
        actual: String,
        /// What the schema says.
        expected: &'static str,
    },
    /// What was sent to Postgres or came back makes no sense, a parameter of the wrong type for instance: a bug of
    /// the caller or the driver, never of a user.
    #[error("the query could not be carried out: {reason}")]
    Protocol {
        /// What happened, with its causes.
        reason: String,
        /// The driver's error, when there is one.
        cause: Option<Arc<tokio_postgres::Error>>,
    },
}

impl Error {
    /// The SQLSTATE, when Postgres refused the statement.
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Error::Statement(error) | Error::MixedUp(error) => Some(error.code()),
            _ => None,
        }
    }

    /// Whether Postgres has no connection left, for anybody, or for the role or the database.
    pub(super) fn is_too_many(&self) -> bool {
        match self {
            Error::Unavailable { cause: Some(cause), .. } => {
                cause.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
            }
            _ => false,
        }
    }

    /// What the error means where statements are prepared.
    pub(super) fn of_prepared(self) -> Error {
        match self {
            Error::Statement(refusal) if pooler::mixes_up(refusal.code()) => Error::MixedUp(refusal),
            other => other,
        }
    }

    pub(super) fn unavailable(error: tokio_postgres::Error) -> Error {
        Error::Unavailable { reason: chain(&error), cause: Some(Arc::new(error)) }
    }

    pub(super) fn away(reason: impl Into<String>) -> Error {
        Error::Unavailable { reason: reason.into(), cause: None }
    }

    pub(super) fn parameter(position: usize, reason: impl std::fmt::Display) -> Error {
        Error::Protocol { reason: format!("parameter ${}: {reason}", position + 1), cause: None }
    }

    /// What an error means that came while a query ran.
    pub(super) fn running(error: tokio_postgres::Error) -> Error {
        if is_loss(&error) {
            return Error::unavailable(error);
        }
        match error.as_db_error() {
            Some(refusal) => Error::Statement(Box::new(refusal.clone())),
            None => Error::Protocol { reason: chain(&error), cause: Some(Arc::new(error)) },
        }
    }
}

/// Whether the error says that the connection is gone, or soon will be.
fn is_loss(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(code) => {
            // Class 08 is `connection_exception`.
            code.code().starts_with("08")
                || [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW]
                    .contains(code)
        }
        // Errors of the socket go to the task that owns it; the client is told only that it is closed.
        None => error.is_closed(),
    }
}

/// An error and its causes on one line. Where Postgres itself said why, the driver's `db error` is left out.
pub(super) fn chain(error: &tokio_postgres::Error) -> String {
    let mut error: &dyn StdError = match error.as_db_error() {
        Some(refusal) => refusal,
        None => error,
    };
    let mut text = error.to_string();
    while let Some(source) = error.source() {
        text.push_str(": ");
        text.push_str(&source.to_string());
        error = source;
    }
    text
}
