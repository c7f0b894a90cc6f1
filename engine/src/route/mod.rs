//! Plan → parts: which statements answer an operation when tables are on several shards, and which shards each of them
//! is sent to. Nothing here does I/O, and no value of a request is known.
//!
//! Root fields that are certain to be on one shard together are one part, so one statement. Every other root field is a
//! part of its own. A relation whose rows may be on other shards is a part that follows the one with the rows that it
//! comes from: it is asked once for all of them. So how many statements there are depends on the operation and on the
//! number of shards, never on the rows.

mod infer;
mod print;
mod split;

use onefold_schema::ScalarType;

use crate::error::{Code, GraphQLError, Location};
use crate::gather::connection;
use crate::gather::order::Term;
use crate::model::Model;
use crate::operation::{Limit, Operand};
use crate::plan::shape::ConditionId;
use crate::plan::{Plan, Root};

pub use print::print;

/// Something that one statement reads, on one shard or on several.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What the statement reads.
    pub root: Root,
    /// Which shards it is sent to.
    pub route: Route,
    /// Which cells of the response's only row it answers, in the order of its own; empty when the rows of the part are
    /// those of the response.
    pub cells: Vec<usize>,
    /// When it is read at all. A part that answers several fields asks for each of them in the statement.
    pub when: Option<ConditionId>,
    /// How rows of several shards become one list.
    pub merge: Option<Merge>,
    /// What follows: relations of its rows that may be on other shards.
    pub related: Vec<Related>,
}

/// Which shards a part is sent to.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// To any one: it reads what is on all of them.
    Any,
    /// To the one with this name.
    Shard(&'static str),
    /// To the one that has the slot of a value.
    Key(Operand, SlotOf),
    /// To those that have the slots of the values of a list.
    Keys(Operand, SlotOf),
    /// To those that have the slots of the rows' values in a column: its position among those of the relation.
    Related(usize, SlotOf),
    /// To all.
    All,
}

/// What a value says of its slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotOf {
    /// It is a shard key: its hash is the slot.
    Key,
    /// It is an id that carries the slot in its bits.
    Id,
}

/// How rows of several shards become one list, or one connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// What they are ordered by.
    pub order: Vec<Term>,
    /// How many rows there are at most; one row by its key has no limit.
    pub limit: Option<Limit>,
    /// How many rows are passed over first.
    pub offset: Option<Operand>,
    /// How many of a row's cells are those of the response; the others are there to be compared.
    pub cells: usize,
    /// Whether several shards can have the same row: one of a reference table, to which rows of a join table lead that are
    /// on several shards.
    pub repeats: bool,
    /// How what stands around the rows becomes one, where they are those of a connection. Then each shard answers its
    /// record.
    pub connection: Option<MergedConnection>,
}

/// How the records that several shards have of a connection become one.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedConnection {
    /// Whether the page has the last rows and not the first.
    pub backward: bool,
    /// How each of a record's cells becomes one.
    pub cells: Vec<connection::Cell>,
    /// How many of these cells are those of the response.
    pub answered: usize,
}

/// A relation whose rows may be on other shards than those that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// Where the columns that relate the rows are found, and the rows put: a cell of each row, a cell of each record in
    /// that, and so on.
    pub path: Vec<usize>,
    /// The types of these columns.
    pub columns: Vec<ScalarType>,
    /// Whether a row leads to at most one.
    pub is_one: bool,
    /// The rows for all of them: each with the number of the one that it is related to, from 1, before its cells.
    pub part: Part,
}

/// Why an operation cannot be routed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A root field names no key, and neither table nor operation allow to ask all shards.
    #[error(
        "`{field}` would ask every shard: `{table}` is spread by `{column}`. Say which one by \
         `where: {{{column}: {{eq: …}}}}` or by `in`, or allow it by `@scatter` on the operation (or \
         `scatter` in the table's attribute)"
    )]
    NoKey {
        /// The response key of the root field.
        field: String,
        /// The table.
        table: &'static str,
        /// The GraphQL field of the shard key.
        column: &'static str,
    },
    /// A list that would have to be merged is ordered by what only Postgres can compare.
    #[error(
        "`{field}` cannot be merged from several shards: it is ordered by `{column}`, whose values (`{scalar}`) only \
         Postgres compares; order by another column, or ask one shard"
    )]
    NotMergeable {
        /// The response key of the list.
        field: String,
        /// The GraphQL field that it is ordered by.
        column: String,
        /// Its GraphQL type.
        scalar: &'static str,
    },
    /// What is computed of rows would have to be merged.
    #[error(
        "`{field}` cannot be merged from several shards: what is computed of rows is computed by one. Say which one by \
         `where: {{{column}: {{eq: …}}}}`"
    )]
    Aggregate {
        /// The response key of the aggregate.
        field: String,
        /// The GraphQL field of the shard key.
        column: &'static str,
    },
    /// Rows that are alike would have to be told from others on several shards.
    #[error(
        "`{field}` cannot be merged from several shards: rows that `distinctOn` makes one may be on different ones. Ask \
         one shard, or leave `distinctOn` out"
    )]
    Distinct {
        /// The response key of the list.
        field: String,
    },
    /// A list of rows of several tables would have to be merged, or followed by others.
    #[error(
        "`{field}` cannot be read from several shards: rows of `{table}` may be on others. {}",
        if *.by_ids { "Ask for each id by `node`, under an alias" } else { "Ask for the list of each table instead" }
    )]
    Variants {
        /// The response key of the list.
        field: String,
        /// One of its tables.
        table: &'static str,
        /// Whether the rows are those of ids.
        by_ids: bool,
    },
    /// The same of a row by a key that says nothing of its shard.
    #[error(
        "`{field}` would ask every shard: `{table}` is spread by `{column}`, which is not in its key. Allow it by \
         `@scatter` on the operation (or `scatter` in the table's attribute), or have the key carry the slot \
         (`slot_in`)"
    )]
    KeyWithoutShard {
        /// The response key of the root field.
        field: String,
        /// The table.
        table: &'static str,
        /// The GraphQL field of the shard key.
        column: &'static str,
    },
}

/// A root field that cannot be routed, or within which something cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// The response key of the root field.
    pub root: String,
    /// Why.
    #[source]
    pub error: Error,
}

impl Refused {
    /// What a client is told, at a place of the document.
    pub fn at(&self, place: Option<Location>) -> GraphQLError {
        let code = match self.error {
            Error::NoKey { .. } | Error::KeyWithoutShard { .. } => Code::ShardKeyRequired,
            Error::NotMergeable { .. }
            | Error::Aggregate { .. }
            | Error::Distinct { .. }
            | Error::Variants { .. } => Code::NotMergeable,
        };
        GraphQLError::new(code, self.error.to_string()).at(place)
    }
}

/// Divides a plan into parts.
///
/// # Errors
/// Every root field that cannot be routed.
pub fn split(model: &Model, plan: &Plan) -> Result<Vec<Part>, Vec<Refused>> {
    split::split(model, plan)
}

impl Part {
    /// Whether it is sent to one shard and complete with that.
    pub fn is_simple(&self) -> bool {
        self.related.is_empty() && self.route.is_single()
    }

    /// The shard key that all its sharded rows have.
    pub fn key(&self) -> Option<&Operand> {
        match &self.route {
            Route::Key(operand, SlotOf::Key) => Some(operand),
            _ => None,
        }
    }
}

impl Route {
    /// Whether it leads to one shard.
    pub fn is_single(&self) -> bool {
        match self {
            Route::Any | Route::Shard(_) | Route::Key(..) => true,
            Route::Keys(..) | Route::Related(..) | Route::All => false,
        }
    }
}
