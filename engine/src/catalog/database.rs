//! Postgres' catalog → what it says of the tables and enums of a schema, in one query.

use serde::Deserialize;
use tokio_postgres::types::Type;

use crate::pool::{Pool, Prepared, StatementId};

use super::Error;

/// What the database has, in the order in which it was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Database {
    pub tables: Vec<Option<Table>>,
    pub enums: Vec<Option<Enum>>,
}

/// Something that can be selected from.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    pub kind: Kind,
    /// Whether the role of the connection may select from it, or from some of its columns.
    pub readable: bool,
    pub columns: Vec<Column>,
    /// The indexes that hold all rows and find those with given values.
    pub indexes: Vec<Index>,
}

/// `pg_class.relkind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "r")]
    Table,
    #[serde(rename = "p")]
    Partitioned,
    /// What cannot have a key, nor say what is null: a view or a foreign table.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct Column {
    pub name: String,
    pub not_null: bool,
    /// The type as it was declared, `character varying(200)`.
    pub declared: String,
    /// Whether it is an array; what follows is then of its items.
    pub is_array: bool,
    /// `pg_type.oid` and `pg_type.typname`, of the type underneath if it is a domain.
    pub type_oid: u32,
    pub type_name: String,
    /// `pg_type.typname` of the domain that it was declared with, if that is one.
    pub domain: Option<String>,
    /// Whether that type came with Postgres.
    pub built_in: bool,
    /// The name of its collation, if it has one, and whether texts are equal only by their bytes.
    pub collation: Option<String>,
    pub deterministic: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Index {
    pub unique: bool,
    /// The columns up to the first expression; all of them when there is none.
    pub columns: Vec<String>,
    /// Whether `columns` is the whole index.
    pub complete: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Enum {
    pub oid: u32,
    pub labels: Vec<String>,
}

/// Takes the names of tables and of types as SQL writes them; returns one JSON text.
///
/// A domain stands for the type underneath, which may be a domain again; `NOT NULL` at any of them holds.
const QUERY: &str = "\
SELECT json_build_object(
    'tables', (
        SELECT coalesce(json_agg(CASE WHEN class.oid IS NOT NULL THEN json_build_object(
            'kind', class.relkind,
            'readable', has_table_privilege(class.oid, 'SELECT') OR has_any_column_privilege(class.oid, 'SELECT'),
            'columns', (
                SELECT coalesce(json_agg(json_build_object(
                    'name', attribute.attname,
                    'not_null', attribute.attnotnull OR base.not_null,
                    'declared', format_type(attribute.atttypid, attribute.atttypmod),
                    'is_array', item.oid IS NOT NULL,
                    'type_oid', coalesce(item.oid, base.oid)::bigint,
                    'type_name', coalesce(item.typname, base.typname),
                    'domain', (
                        SELECT type.typname
                        FROM pg_type AS type
                        WHERE type.typtype = 'd'
                            AND type.oid = CASE WHEN item.oid IS NULL THEN attribute.atttypid ELSE base.typelem END
                    ),
                    'built_in', coalesce(item.typnamespace, base.typnamespace) = 'pg_catalog'::regnamespace,
                    'collation', text_order.collname,
                    'deterministic', coalesce(text_order.collisdeterministic, true)
                ) ORDER BY attribute.attnum), '[]')
                FROM pg_attribute AS attribute
                CROSS JOIN LATERAL (
                    WITH RECURSIVE layer AS (
                        SELECT type.*, type.typnotnull AS not_null
                        FROM pg_type AS type
                        WHERE type.oid = attribute.atttypid
                        UNION ALL
                        SELECT type.*, layer.not_null OR type.typnotnull
                        FROM layer
                        JOIN pg_type AS type ON type.oid = layer.typbasetype
                        WHERE layer.typtype = 'd'
                    )
                    SELECT * FROM layer WHERE typtype <> 'd'
                ) AS base
                LEFT JOIN LATERAL (
                    WITH RECURSIVE layer AS (
                        SELECT type.*
                        FROM pg_type AS type
                        -- `name` and others are subscripted too.
                        WHERE type.oid = base.typelem AND base.typcategory = 'A'
                        UNION ALL
                        SELECT type.*
                        FROM layer
                        JOIN pg_type AS type ON type.oid = layer.typbasetype
                        WHERE layer.typtype = 'd'
                    )
                    SELECT * FROM layer WHERE typtype <> 'd'
                ) AS item ON true
                LEFT JOIN pg_collation AS text_order ON text_order.oid = attribute.attcollation
                WHERE attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
            ),
            'indexes', (
                SELECT coalesce(json_agg(json_build_object(
                    'unique', index.indisunique,
                    'complete', index.indexprs IS NULL,
                    'columns', (
                        SELECT coalesce(json_agg(attribute.attname ORDER BY key.position), '[]')
                        FROM unnest(index.indkey::int2[]) WITH ORDINALITY AS key(number, position)
                        JOIN pg_attribute AS attribute
                            ON attribute.attrelid = index.indrelid AND attribute.attnum = key.number
                        WHERE key.position <= index.indnkeyatts
                            -- `indkey` counts from 0.
                            AND key.position <= coalesce(array_position(index.indkey::int2[], 0::int2), 32767)
                    )
                ) ORDER BY index.indexrelid), '[]')
                FROM pg_index AS index
                JOIN pg_class AS index_class ON index_class.oid = index.indexrelid
                JOIN pg_am AS method ON method.oid = index_class.relam AND method.amname IN ('btree', 'hash')
                WHERE index.indrelid = class.oid AND index.indisvalid AND index.indpred IS NULL
            )
        ) END ORDER BY wanted.position), '[]')
        FROM unnest($1::text[]) WITH ORDINALITY AS wanted(name, position)
        LEFT JOIN pg_class AS class
            ON class.oid = to_regclass(wanted.name) AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
    ),
    'enums', (
        SELECT coalesce(json_agg(CASE WHEN type.oid IS NOT NULL THEN json_build_object(
            'oid', type.oid::bigint,
            'labels', (
                SELECT coalesce(json_agg(label.enumlabel ORDER BY label.enumsortorder), '[]')
                FROM pg_enum AS label
                WHERE label.enumtypid = type.oid
            )
        ) END ORDER BY wanted.position), '[]')
        FROM unnest($2::text[]) WITH ORDINALITY AS wanted(name, position)
        LEFT JOIN pg_type AS type ON type.oid = to_regtype(wanted.name) AND type.typtype = 'e'
    )
)::text";

impl Database {
    /// Asks the database for these tables and enum types, in one snapshot.
    pub(super) async fn read(pool: &Pool, tables: &[String], enums: &[String]) -> Result<Database, Error> {
        let types = [Type::TEXT_ARRAY, Type::TEXT_ARRAY];
        let query = Prepared { id: StatementId::unique(), text: QUERY, types: &types, columns: None };
        let mut answer = None;
        pool.query(&query, &[&tables, &enums], |cells| -> Result<(), Error> {
            answer = cells.first().copied().flatten().map(serde_json::from_slice).transpose()?;
            Ok(())
        })
        .await?;
        // One row with one cell comes for whatever is asked; nothing at all is as good as `null`.
        match answer {
            Some(database) => Ok(database),
            None => Ok(serde_json::from_slice(b"null")?),
        }
    }
}
