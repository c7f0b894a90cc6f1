//! A schema → the statements that have Citus spread its tables, to be run when they are created and before they refer to
//! one another.
//!
//! Citus distributes a table by one column, and joins distributed tables where equal values are on one node: where they
//! are co-located. So all tables whose shard keys are of one type are, as equal keys are on one shard without Citus.

use onefold_schema::{Placement, ScalarType, SchemaDef, TableDef};

use super::ddl::created;
use super::name::{self, Qualified};
use crate::sql::literal;

/// Tables that Citus cannot distribute: their keys have not the shard key in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct NotDistributable(Vec<String>);

/// One statement for each table.
///
/// # Errors
/// All tables that cannot be distributed.
pub(super) fn distribution(schema: &SchemaDef) -> Result<String, NotDistributable> {
    let mistakes: Vec<String> = created(schema).filter_map(mistake).collect();
    if !mistakes.is_empty() {
        return Err(NotDistributable(mistakes));
    }
    let mut first: Vec<(ScalarType, &TableDef)> = Vec::new();
    let mut statement = |table: &'static TableDef| match table.placement {
        Placement::Reference => format!("SELECT create_reference_table({});\n", literal(&table_name(table))),
        Placement::Sharded(key) => {
            let column = &table.columns[key.column];
            let with = match first.iter().find(|(scalar, _)| *scalar == column.scalar) {
                Some((_, other)) => table_name(other),
                None => {
                    first.push((column.scalar, table));
                    "none".into()
                }
            };
            format!(
                "SELECT create_distributed_table({}, {}, colocate_with => {});\n",
                literal(&table_name(table)),
                literal(column.column),
                literal(&with)
            )
        }
        Placement::Shard(_) => format!(
            "-- {} stays a table of the coordinator, which Citus joins with no distributed table.\n",
            Qualified::table(table)
        ),
    };
    Ok(created(schema).map(&mut statement).collect())
}

/// What keeps a table from being distributed.
fn mistake(table: &TableDef) -> Option<String> {
    let key = table.placement.shard_key()?;
    let column = table.columns[key.column].column;
    (!table.key.contains(&key.column)).then(|| {
        format!(
            "table `{}`: Citus needs the shard key `{column}` in every unique key, and ({}) is without it; mark that \
             column with `#[key]` too",
            Qualified::table(table).plain(),
            name::columns_at(table, table.key).map(|column| column.column).collect::<Vec<_>>().join(", "),
        )
    })
}

/// The name of a table as SQL writes it, which Citus reads from a text.
fn table_name(table: &TableDef) -> String {
    Qualified::table(table).to_string()
}
