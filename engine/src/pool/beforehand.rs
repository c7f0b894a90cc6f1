//! Statements that are known before they are needed → prepared on a connection as soon as it is open, so that no request
//! pays for the round trip.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

use super::statements::Statements;
use super::{Prepared, StatementId, check_columns};
use crate::wire::CellType;

/// What is prepared on every connection that is opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Beforehand {
    /// On those of pools.
    pub pools: Arc<[Known]>,
    /// On lanes.
    pub lanes: Arc<[Known]>,
}

/// A statement that is known: [`Prepared`] that borrows nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    id: StatementId,
    text: String,
    types: Vec<Type>,
    columns: Option<Vec<CellType>>,
}

impl From<Prepared<'_>> for Known {
    fn from(prepared: Prepared<'_>) -> Known {
        Known {
            id: prepared.id,
            text: prepared.text.to_owned(),
            types: prepared.types.to_owned(),
            columns: prepared.columns.map(<[_]>::to_owned),
        }
    }
}

/// How long Postgres may wait for a table that somebody has locked. Whatever needs it waits when it is asked for.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '100ms'";

/// Prepares statements, all of them in the three round trips of a transaction. What Postgres does not take, because a table is missing for instance,
/// is left for those who need it to be told.
///
/// # Errors
/// The connection is lost.
pub(super) async fn prepare(client: &Client, known: &[Known], into: &mut Statements) -> Result<(), Error> {
    let mut rest: Vec<&Known> = known.iter().take(into.capacity()).collect();
    while !rest.is_empty() {
        // One transaction, so that what is locked costs the time of one lock and not of one for each statement.
        client.batch_execute(BEGIN).await?;
        let prepared = rest.iter().map(|known| client.prepare_typed(&known.text, &known.types));
        let prepared = join_all(prepared).await;
        client.batch_execute("ROLLBACK").await?;
        let (before, mut after) = (rest.len(), Vec::new());
        let mut is_locked = false;
        for (known, result) in rest.into_iter().zip(prepared) {
            match result {
                Ok(statement) => {
                    let fits =
                        known.columns.as_ref().map(|expected| check_columns(statement.columns(), expected));
                    match fits {
                        Some(Err(error)) => tracing::debug!(%error, "a statement is not prepared beforehand"),
                        Some(Ok(())) | None => into.insert(known.id, statement),
                    }
                }
                Err(error) => match error.code() {
                    None => return Err(error),
                    // Another one is to blame.
                    Some(code) if *code == SqlState::IN_FAILED_SQL_TRANSACTION => after.push(known),
                    Some(code) => {
                        is_locked |= *code == SqlState::LOCK_NOT_AVAILABLE;
                        tracing::debug!(%error, "a statement is not prepared beforehand");
                    }
                },
            }
        }
        if is_locked || after.len() == before {
            return Ok(());
        }
        rest = after;
    }
    Ok(())
}
