//! A schema → the SQL that creates its tables ([`ddl`], [`ddl_for_citus`]), and a schema against a live database, or those of
//! all shards → everything that does not fit ([`check`], [`check_shards`]). It knows nothing of GraphQL.

mod check;
mod citus;
mod computed;
mod database;
mod ddl;
mod function;
mod name;
mod rows;
mod scalar;
mod shards;

use std::fmt;
use std::sync::Arc;

pub use check::check;
pub use citus::NotDistributable;
pub use ddl::{ddl, ddl_for_citus};
pub use shards::{ServerPool, ShardPools, check_shards};

/// Why the database could not be compared with the schema.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The catalog could not be read.
    #[error(transparent)]
    Pool(#[from] crate::pool::Error),
    /// What was read from the catalog is not what was asked for: a bug.
    #[error("the database's answer could not be understood")]
    Answer(#[from] serde_json::Error),
}

/// Something in the database that does not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether queries fail because of it.
    pub severity: Severity,
    /// Where it is one.
    pub place: Place,
    /// What it is a problem of.
    pub object: Object,
    /// The Postgres column, when it is a problem of one.
    pub column: Option<&'static str>,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Some queries fail or give wrong answers.
    Error,
    /// Queries are right, but slow or typed more loosely than they could be.
    Warning,
    /// Queries are right, and what the schema says of the database could be said better.
    Note,
}

/// Where a [`Problem`] is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the only database, or not in one shard more than in another.
    Database,
    /// In the databases of these shards, by their names.
    Shards(Vec<Arc<str>>),
    /// In the databases of all shards.
    EveryShard,
}

/// What a [`Problem`] is a problem of, by its name in Postgres or in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// A table, or what stands for one.
    Table(String),
    /// An enum type.
    Enum(String),
    /// A function that answers a field of `Query`, by the name of the field.
    Function(String),
    /// One of the servers of the settings.
    Server(String),
    /// One of the shards of the settings.
    Shard(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}: {}", self.severity, self.place, self.object, self.message)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Database => Ok(()),
            Place::Shards(shards) => write!(f, "{}: ", shards::list(shards)),
            Place::EveryShard => f.write_str("every shard: "),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        })
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Table(name) => write!(f, "table `{name}`"),
            Object::Enum(name) => write!(f, "enum `{name}`"),
            Object::Function(name) => write!(f, "function of `Query.{name}`"),
            Object::Server(name) => write!(f, "server `{name}`"),
            Object::Shard(name) => write!(f, "shard `{name}`"),
        }
    }
}
