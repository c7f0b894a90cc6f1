//! The types that a database has made itself, such as `citext` → known to the driver before a column has one of them.
//!
//! The driver knows Postgres' own types by their numbers. Of any other it asks Postgres in the middle of the statement whose
//! column has it, which is wrong twice where statements are unnamed: it prepares what it asks with, and does not read
//! the rows that are on their way meanwhile. So it is made to ask when the connection is opened, in a transaction, for
//! which a pooler gives it one connection to Postgres.

use tokio_postgres::types::{Kind, Type};
use tokio_postgres::{Client, Error};

use crate::wire::FIRST_USER_TYPE;

/// Base types, and arrays of them and of domains; a column that is a domain is told as the type underneath, and the labels of
/// enums are cast. No more than a `SELECT` can have columns.
const TYPES: &str = "SELECT type.oid FROM pg_catalog.pg_type AS type \
                     LEFT JOIN pg_catalog.pg_type AS item ON item.oid = type.typelem \
                     WHERE type.oid >= $1 AND type.typtype = 'b' AND type.typisdefined \
                       AND (type.typelem = 0 OR item.typtype IN ('b', 'd')) \
                     ORDER BY type.oid LIMIT 1600";

/// What other connections of the driver have left behind a pooler, by names that this one is going to use.
const LEFT: &str = "SELECT name FROM pg_catalog.pg_prepared_statements WHERE name ~ '^s[0-9]+$'";

/// Has the driver learn the types of the database.
pub(super) async fn learn(client: &Client) -> Result<(), Error> {
    let types = client.query_typed(TYPES, &[(&FIRST_USER_TYPE, Type::OID)]).await?;
    let unknown = |oid| Type::new(String::new(), oid, Kind::Simple, String::new());
    let types = types.iter().map(|row| row.try_get(0).map(unknown)).collect::<Result<Vec<_>, _>>()?;
    if types.is_empty() {
        return Ok(());
    }
    client.batch_execute("BEGIN").await?;
    for row in client.query_typed(LEFT, &[]).await? {
        client.batch_execute(&format!("DEALLOCATE {}", row.try_get::<_, &str>(0)?)).await?;
    }
    // It asks for the types of a statement's parameters too, and those can be given by their numbers alone.
    let values: Vec<_> = (1..=types.len()).map(|position| format!("${position}")).collect();
    client.prepare_typed(&format!("SELECT {}", values.join(", ")), &types).await?;
    client.batch_execute("COMMIT").await
}
