//! Asks Postgres: for the plan of a statement, and for what it knows of the tables in it.

use std::collections::BTreeMap;

use tokio_postgres::types::{ToSql, Type};

use crate::compile::Ready;
use crate::pool::{Error, Pool, Prepared, StatementId};
use crate::value::SqlValue;

/// A plan in two forms.
pub(super) struct Planned {
    pub(super) text: String,
    pub(super) json: String,
}

/// What Postgres knows of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// How many rows it has by the statistics; 0 where there are none.
    pub(super) rows: u64,
    /// The first columns of its indexes, of those that have all rows.
    pub(super) indexed: Vec<String>,
}

const TEXT: &str = "EXPLAIN (COSTS)";
const JSON: &str = "EXPLAIN (FORMAT JSON, VERBOSE)";

/// The plan of a statement for certain values.
pub(super) async fn plan_for(pool: &Pool, statement: &Ready, values: &[SqlValue]) -> Result<Planned, Error> {
    let values: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let text = format!("{TEXT} {}", statement.text);
    let json = format!("{JSON} {}", statement.text);
    Ok(Planned {
        text: lines(pool, &text, &statement.types, &values).await?,
        json: lines(pool, &json, &statement.types, &values).await?,
    })
}

/// The plan of a statement for any values, as Postgres makes it for one that is prepared.
pub(super) async fn plan(pool: &Pool, statement: &Ready) -> Result<Planned, Error> {
    // All of it on the pool's only connection. The values are not looked at.
    let values = vec!["NULL"; statement.types.len()].join(", ");
    let values = if values.is_empty() { values } else { format!("({values})") };
    lines(pool, "SET plan_cache_mode = force_generic_plan", &[], &[]).await?;
    lines(pool, &format!("PREPARE onefold_explained AS {}", statement.text), &[], &[]).await?;
    let execute = format!("EXECUTE onefold_explained{values}");
    let planned = Planned {
        text: lines(pool, &format!("{TEXT} {execute}"), &[], &[]).await?,
        json: lines(pool, &format!("{JSON} {execute}"), &[], &[]).await?,
    };
    lines(pool, "DEALLOCATE onefold_explained", &[], &[]).await?;
    Ok(planned)
}

/// What is known of tables by their schemas and names.
pub(super) async fn tables(
    pool: &Pool,
    names: &[(String, String)],
) -> Result<BTreeMap<(String, String), Table>, Error> {
    const QUERY: &str = "\
SELECT class.reltuples::float8::int8::text, coalesce(
    (
        SELECT string_agg(DISTINCT attribute.attname, ',')
        FROM pg_catalog.pg_index AS index
        JOIN pg_catalog.pg_attribute AS attribute
            ON attribute.attrelid = index.indrelid AND attribute.attnum = index.indkey[0]
        WHERE index.indrelid = class.oid AND index.indisvalid AND index.indpred IS NULL
    ),
    ''
)
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname = $1::text AND class.relname = $2::text";
    let id = StatementId::unique();
    let mut tables = BTreeMap::new();
    for (schema, name) in names {
        let prepared = Prepared { id, text: QUERY, types: &[Type::TEXT, Type::TEXT], columns: None };
        let mut table = Table::default();
        pool.query::<Error>(&prepared, &[schema, name], |cells| {
            let text = |index: usize| cells.get(index).copied().flatten().map(String::from_utf8_lossy);
            // What was never looked at has -1 rows.
            table.rows = text(0).and_then(|rows| rows.parse().ok()).unwrap_or(0);
            let indexed = text(1).unwrap_or_default();
            table.indexed =
                indexed.split(',').filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect();
            Ok(())
        })
        .await?;
        tables.insert((schema.clone(), name.clone()), table);
    }
    Ok(tables)
}

/// Runs a statement; the first cells of its rows, a line for each.
async fn lines(
    pool: &Pool,
    text: &str,
    types: &[Type],
    values: &[&(dyn ToSql + Sync)],
) -> Result<String, Error> {
    let prepared = Prepared { id: StatementId::unique(), text, types, columns: None };
    let mut lines = Vec::new();
    pool.query::<Error>(&prepared, values, |cells| {
        let cell = cells.first().copied().flatten().unwrap_or_default();
        lines.push(String::from_utf8_lossy(cell).into_owned());
        Ok(())
    })
    .await?;
    Ok(lines.join("\n"))
}
