//! What the rows of a database say of its place among the shards, asked by statements that read whole tables.

use onefold_schema::{ScalarType, ShardKey, TableDef};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use super::name::Qualified;
use crate::pool::{Pool, Prepared, StatementId};
use crate::slots::{self, KeyType};
use crate::sql::identifier;

/// Which database it is, on whatever server it was reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Identity {
    /// What `initdb` called the cluster; a replica has that of its primary.
    pub system: String,
    /// Tells the databases of a cluster apart.
    pub database: u32,
}

/// How many rows of a table have a slot.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SlotRows {
    /// The slot of their shard key; `None` where that is null.
    pub slot: Option<u16>,
    /// How many.
    pub rows: u64,
    /// How many of them carry another slot in the column that is to have it.
    pub disagreeing: u64,
}

/// What tells the rows of two tables apart, in whatever order they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub(super) struct Content {
    pub rows: u64,
    /// The sum of the hashes of all rows.
    pub hash: Option<String>,
}

/// Whether the server follows another one.
pub(super) async fn is_standby(pool: &Pool) -> Result<bool, Error> {
    ask(pool, "SELECT pg_is_in_recovery()::text").await
}

/// Which database it is; an error where the role may not know.
pub(super) async fn identity(pool: &Pool) -> Result<Identity, Error> {
    let query = "SELECT json_build_object(
    'system', system_identifier::text,
    'database', (SELECT oid::bigint FROM pg_database WHERE datname = current_database())
)::text FROM pg_control_system()";
    ask(pool, query).await
}

/// The slots of all rows of a sharded table; `None` when its key's type has no slot.
pub(super) async fn slots(
    pool: &Pool,
    table: &TableDef,
    key: ShardKey,
) -> Result<Option<Vec<SlotRows>>, Error> {
    let column = &table.columns[key.column];
    let Some(kind) = KeyType::of(column.scalar) else { return Ok(None) };
    let slot = slots::sql(&identifier(column.column), kind);
    let carried = key.slot_in.map(|position| slots::carried_sql(&identifier(table.columns[position].column)));
    let query = format!(
        "SELECT coalesce(json_agg(json_build_object('slot', slot, 'rows', rows, 'disagreeing', disagreeing)), '[]')::text
FROM (
    SELECT slot, count(*) AS rows, count(*) FILTER (WHERE carried <> slot) AS disagreeing
    FROM (SELECT {slot} AS slot, {} AS carried FROM {}) AS keys
    GROUP BY slot
    ORDER BY slot
) AS slots",
        carried.as_ref().unwrap_or(&slot),
        Qualified::table(table),
    );
    ask(pool, &query).await.map(Some)
}

/// What is in a table, as far as the schema knows it.
pub(super) async fn content(pool: &Pool, table: &TableDef) -> Result<Content, Error> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|column| column.computed.is_none())
        .map(|column| match column.scalar {
            // As a text it depends on the time zone of the session.
            ScalarType::Timestamptz => format!("{} AT TIME ZONE 'UTC'", identifier(column.column)),
            _ => identifier(column.column),
        })
        .collect();
    let query = format!(
        "SELECT json_build_object('rows', count(*), 'hash', sum(hashtextextended(ROW({})::text, 0))::text)::text
FROM {}",
        columns.join(", "),
        Qualified::table(table),
    );
    ask(pool, &query).await
}

/// The one JSON text that a statement answers.
async fn ask<T: DeserializeOwned>(pool: &Pool, text: &str) -> Result<T, Error> {
    let query = Prepared { id: StatementId::unique(), text, types: &[], columns: None };
    let mut answer = Vec::new();
    pool.query(&query, &[], |cells| -> Result<(), Error> {
        answer = cells.first().copied().flatten().unwrap_or_default().to_vec();
        Ok(())
    })
    .await?;
    Ok(serde_json::from_slice(&answer)?)
}
