//! The path of a request, from text to bytes: what the server, the command line and tests call.

use bytes::Bytes;
use onefold_schema::SchemaDef;
use serde_json::{Map, Value};

use crate::config::Config;

/// A GraphQL request as it came in, decoded but not validated.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The document's text.
    pub query: String,
    /// Which of the document's operations is meant.
    pub operation_name: Option<String>,
    /// The raw values of the operation's variables.
    pub variables: Map<String, Value>,
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Response {
    /// A whole GraphQL response: a JSON object with `data`, `errors` or both.
    pub body: Bytes,
    /// How it went, for the status code of the transport.
    pub outcome: Outcome,
}

/// How a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was executed: there is `data`, perhaps null or with field errors beside it.
    Executed,
    /// The caller's fault: not valid, or over a limit. There is no `data`.
    Refused,
    /// The database is away or too busy. There is no `data`.
    Unavailable,
    /// A time limit passed. There is no `data`.
    TimedOut,
    /// The server's fault, a schema that does not fit the database for instance. There is no `data`.
    Failed,
}

/// A schema, ready to answer requests.
#[derive(Debug)]
pub struct Engine {
    sdl: String,
}

impl Engine {
    /// Makes an engine. The database is not asked for anything yet and may be away.
    ///
    /// # Errors
    /// All mistakes of the schema and the settings, in one message.
    pub fn new(schema: &'static SchemaDef, config: Config) -> Result<Engine, Error> {
        let _ = (schema, config);
        Ok(Engine { sdl: String::new() })
    }

    /// The schema in GraphQL's definition language.
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// Answers a request.
    pub async fn execute(&self, request: &Request) -> Response {
        let _ = request;
        Response { body: Bytes::from_static(b"{\"data\":{}}"), outcome: Outcome::Executed }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The SQL statement of an operation, as text.
    ///
    /// # Errors
    /// All mistakes of the document.
    pub fn sql(&self, request: &Request) -> Result<String, Error> {
        let _ = request;
        Ok(String::new())
    }
}

/// Why an engine could not be made or used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);
