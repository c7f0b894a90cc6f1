//! GraphQL errors in the form in which a client sees them.
//!
//! <https://spec.graphql.org/draft/#sec-Errors.Error-Result-Format>

use std::fmt;

use serde::Serialize;

/// What kind of mistake it is; `extensions.code` of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document is not valid against the schema.
    GraphqlValidationFailed,
    /// The variables do not fit the operation.
    BadUserInput,
    /// A cursor is none, or one of another table or order.
    InvalidCursor,
    /// A global id is none, or one of no table of the schema.
    InvalidId,
    /// There is no such operation in the document, or several to choose from.
    OperationResolutionFailure,
    /// All shards would have to be asked, which nobody has allowed.
    ShardKeyRequired,
    /// The database refuses what the operation asks, as it was set up.
    UnsupportedByDatabase,
    /// Rows of several shards cannot be put in the order that is asked for.
    NotMergeable,
    /// A limit of the configuration was passed.
    LimitExceeded,
    /// The database is away.
    DatabaseUnavailable,
    /// No connection became free in time.
    DatabaseBusy,
    /// A time limit passed.
    Timeout,
    /// The database refused the statement or answered with something else than the schema says.
    DatabaseError,
    /// A defect of the engine.
    InternalError,
}

/// A place in a document; both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// One entry of a response's `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct GraphQLError {
    /// What is wrong, for a person.
    pub message: String,
    /// Where in the document; empty when it is not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// What is wrong, for a program.
    pub extensions: Extensions,
}

/// The `extensions` of an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Extensions {
    /// The kind of the mistake.
    pub code: Code,
}

impl GraphQLError {
    /// An error that has no place in the document.
    pub fn new(code: Code, message: impl Into<String>) -> GraphQLError {
        GraphQLError { message: message.into(), locations: Vec::new(), extensions: Extensions { code } }
    }

    /// The same error at a place of the document.
    pub fn at(mut self, location: Option<Location>) -> GraphQLError {
        self.locations.extend(location);
        self
    }
}

impl fmt::Display for GraphQLError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for location in &self.locations {
            write!(f, "{}:{}: ", location.line, location.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for GraphQLError {}
