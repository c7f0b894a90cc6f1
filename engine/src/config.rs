//! The settings and their defaults; [`load`] fills them from a TOML file, the environment and the command line.

mod check;
mod duration;
mod keys;
mod list;
mod load;
mod sharding;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use load::{Argument, Error, FILE_NAME, Origin, Problem, Problems, Sources, load};
pub use sharding::{DatabaseServer, Shard, Sharding};
pub use slots::{Owners, Ranges, SLOTS, SlotMistake};

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How the server speaks HTTP.
    pub server: Server,
    /// How the database is reached.
    pub database: Database,
    /// How requests are answered together.
    pub folding: Folding,
    /// Servers by their names, when there are several; `database.url` is not set then.
    pub servers: BTreeMap<String, DatabaseServer>,
    /// Shards by their names.
    pub shards: BTreeMap<String, Shard>,
    /// How several servers are used.
    pub sharding: Sharding,
    /// What a request may ask for.
    pub limits: Limits,
    /// Page sizes of single tables, by their GraphQL type.
    pub tables: BTreeMap<String, TableLimits>,
    /// What is logged.
    pub log: Log,
}

impl Config {
    /// Whether there is something to read: one database, or several servers.
    pub fn has_database(&self) -> bool {
        self.database.url.is_some() || !self.servers.is_empty()
    }
}

/// How the server speaks HTTP.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address and port to listen on; 127.0.0.1:4000. Port 0 takes a free one.
    pub listen: String,
    /// The longest request body in bytes; 1 MiB.
    pub max_body_bytes: usize,
    /// How long a list may be in bytes before it is sent while its rows still come in; 64 KiB.
    pub stream_above_bytes: usize,
    /// How long a client may take nothing of a response before its connection is closed; 30 s.
    #[serde(with = "duration")]
    pub write_timeout: Duration,
    /// The origins whose pages may call the server; none. `*` stands for all.
    #[serde(deserialize_with = "list::deserialize")]
    pub cors: Vec<String>,
    /// Whether long responses are compressed for clients that ask for it; true.
    pub compression: bool,
    /// Whether GraphiQL is served at `/`; true.
    pub graphiql: bool,
    /// The query that GraphiQL opens with; one over the first table of the schema.
    pub default_query: Option<String>,
    /// Whether `__schema` and `__type` may be asked for; true.
    pub introspection: bool,
    /// Whether only operations are answered that are known when the server starts; false.
    pub only_known: bool,
    /// Whether `/metrics` tells Prometheus what was counted; true.
    pub metrics: bool,
    /// What whoever calls `/admin/…` has to know; none, then there is nothing to be called.
    pub admin_token: Option<String>,
    /// How long running requests may take to finish once the server is told to stop; 30 s.
    #[serde(with = "duration")]
    pub shutdown_timeout: Duration,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            listen: "127.0.0.1:4000".to_owned(),
            max_body_bytes: 1024 * 1024,
            stream_above_bytes: 64 * 1024,
            write_timeout: Duration::from_secs(30),
            cors: Vec::new(),
            compression: true,
            graphiql: true,
            default_query: None,
            introspection: true,
            only_known: false,
            metrics: true,
            admin_token: None,
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

// By hand, because what is printed ends up in logs.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listen", &self.listen)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("stream_above_bytes", &self.stream_above_bytes)
            .field("write_timeout", &self.write_timeout)
            .field("cors", &self.cors)
            .field("compression", &self.compression)
            .field("graphiql", &self.graphiql)
            .field("default_query", &self.default_query)
            .field("introspection", &self.introspection)
            .field("only_known", &self.only_known)
            .field("metrics", &self.metrics)
            .field("admin_token", &self.admin_token.as_ref().map(|_| "…"))
            .field("shutdown_timeout", &self.shutdown_timeout)
            .finish()
    }
}

/// How the database is reached.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Where the database is: `postgres://user:password@host:5432/name?sslmode=require`, or keys and values.
    pub url: Option<String>,
    /// The most connections that are open at once; 20.
    pub max_connections: u32,
    /// How long opening a connection may take for each host of the URL; 5 s.
    #[serde(with = "duration")]
    pub connect_timeout: Duration,
    /// How long a request waits for a free connection; 5 s.
    #[serde(with = "duration")]
    pub acquire_timeout: Duration,
    /// How long a statement may run, until its last row; 30 s. It is then cancelled in Postgres. Of a list that is sent
    /// while it comes in, each chunk has this time.
    #[serde(with = "duration")]
    pub statement_timeout: Duration,
    /// What the database is; plain Postgres.
    pub dialect: Dialect,
    /// How statements are sent; prepared.
    pub statements: StatementMode,
    /// How many prepared statements a connection keeps; 256.
    pub statement_cache: usize,
    /// How many statements of known operations are prepared when a connection is opened; 50.
    pub prepare_on_connect: usize,
    /// A PEM file with the certificates to trust; the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for Database {
    fn default() -> Self {
        Database {
            url: None,
            max_connections: 20,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            dialect: Dialect::Postgres,
            statements: StatementMode::Prepared,
            statement_cache: 256,
            prepare_on_connect: 50,
            ca_file: None,
        }
    }
}

// By hand, because the URL may hold a password and what is printed ends up in logs.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("max_connections", &self.max_connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("dialect", &self.dialect)
            .field("statements", &self.statements)
            .field("statement_cache", &self.statement_cache)
            .field("prepare_on_connect", &self.prepare_on_connect)
            .field("ca_file", &self.ca_file)
            .finish()
    }
}

/// What a database is, and so which statements it takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Postgres. Sharded tables are on databases of their own, if the settings name several.
    #[default]
    Postgres,
    /// Postgres with Citus, which has spread sharded tables over its nodes.
    Citus,
}

/// How statements are sent to Postgres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatementMode {
    /// Prepared once on each connection.
    #[default]
    Prepared,
    /// With their text each time, and without a name, so that nothing is left on a connection: for a pooler like PgBouncer,
    /// behind which each transaction may be on another.
    Unnamed,
}

/// How requests of one operation that wait at the same moment are answered by one statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Folding {
    /// Whether they are; true.
    pub enabled: bool,
    /// Whether requests that wait and ask exactly the same are one; true.
    pub coalesce: bool,
    /// How many of the connections serve requests that can be folded, at most a quarter of all; 2. While one of them is free,
    /// nothing waits, so few fold better than many.
    pub connections: u32,
    /// The most requests that one statement answers; 100.
    pub max_batch: usize,
    /// The most requests that cannot be folded, and are as short, on their way on one of these connections; 32.
    pub pipeline: usize,
    /// The most rows that an operation may read, by the limits of its lists, to be folded; 500. All that one statement
    /// answers together may be ten times as many.
    pub max_rows: u64,
    /// The longest that a request may take, as measured, for its operation to be folded; 5 ms.
    #[serde(with = "duration")]
    pub max_duration: Duration,
    /// How long a statement may hold up one of these connections, because a table is locked for instance; 1 s. It is then
    /// cancelled, and its requests go over the other connections.
    #[serde(with = "duration")]
    pub stall_timeout: Duration,
}

impl Default for Folding {
    fn default() -> Self {
        Folding {
            enabled: true,
            coalesce: true,
            connections: 2,
            max_batch: 100,
            pipeline: 32,
            max_rows: 500,
            max_duration: Duration::from_millis(5),
            stall_timeout: Duration::from_secs(1),
        }
    }
}

/// What a request may ask for. Every refusal names the setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// How deep fields may be nested, and how deep `where` may be; 16. Introspection is exempt.
    pub max_depth: usize,
    /// The longest document in bytes; 64 KiB.
    pub max_document_bytes: usize,
    /// The most tokens in a document; 10,000.
    pub max_tokens: usize,
    /// The most fields of an operation with its fragments spread; 2,000.
    pub max_fields: usize,
    /// The most conditions and objects in `where`, and terms in `orderBy`, of an operation; 1,000.
    pub max_conditions: usize,
    /// How many steps a recursive relation is followed, and the largest `maxDepth` that may be asked for; 32.
    pub max_recursion: u32,
    /// Rows in a list that asks for no `limit`; 100. A table's own setting comes first.
    pub default_limit: u32,
    /// The largest `limit` that a list may ask for; 1,000. A table's own setting comes first.
    pub max_limit: u32,
    /// How many compiled operations are kept; 1,000. One whose document is longer than 1 KiB counts once for each KiB.
    pub cached_operations: u64,
    /// How many bytes of memory the machine code of compiled operations may take in all; 64 MiB. When it is used up,
    /// new operations are interpreted.
    pub machine_code_bytes: usize,
    /// How long a request may take until its response begins; 30 s.
    #[serde(with = "duration")]
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_depth: 16,
            max_document_bytes: 64 * 1024,
            max_tokens: 10_000,
            max_fields: 2_000,
            max_conditions: 1_000,
            max_recursion: 32,
            default_limit: 100,
            max_limit: 1_000,
            cached_operations: 1_000,
            machine_code_bytes: 64 * 1024 * 1024,
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// Page sizes of one table, `[tables.Track]`; they come before those of its attribute.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableLimits {
    /// Rows in a list of this table that asks for no `limit`.
    pub default_limit: Option<u32>,
    /// The largest `limit` that a list of this table may ask for.
    pub max_limit: Option<u32>,
}

/// What is logged, to the standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace` or `off`, or per module: `info,onefold::pool=debug`; `info`.
    pub level: String,
    /// How a line looks; `text`.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Log { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people: time, level, module, message and fields.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}
