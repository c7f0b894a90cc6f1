//! The path of a request, from text to bytes: what the server, the command line and tests call.

mod body;
mod failure;
mod typed;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use onefold_schema::SchemaDef;
use serde::Serialize;
use tokio_postgres::types::ToSql;

pub use crate::cluster::{Consistency, ConsistencyError};
pub use crate::compile::Stages;
pub use crate::fold::{BATCH_MEMBERS, REQUESTS, Status as Folding};
pub use crate::operation::variables::{Given, GivenJson};
pub use body::{Body, BrokenOff, Chunks};
pub use typed::{QueryError, ResponseError};

use crate::cluster::{self, Cluster, Rows, Shard, Topology};
use crate::compile::{self, Compiled, Compiler, Found, Ready, Refused};
use crate::config::Config;
use crate::error::{Code, GraphQLError};
use crate::introspection;
use crate::known;
use crate::pool::{self, Beforehand, Prepared};
use crate::scatter::{self, Gathered, Scatter};
use crate::serializer::{self, Inputs, Serializer, Writer};
use crate::slots::ShardId;
use crate::value::SqlValue;
use body::Rest;
use failure::Failure;

/// A GraphQL request as it came in, decoded but not validated.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The document's text.
    pub query: String,
    /// The id of a known document, `sha256:…`, which is meant instead of the text.
    pub document_id: Option<String>,
    /// Which of the document's operations is meant.
    pub operation_name: Option<String>,
    /// The raw values of the operation's variables.
    pub variables: Given,
    /// What must have been seen of what was written before.
    pub consistency: Consistency,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Response {
    /// A GraphQL response: a JSON object with `data`, `errors` or both.
    pub body: Body,
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
    compiler: Compiler,
    /// Absent where there is no database.
    cluster: Option<Cluster>,
    /// Counts what can be asked of any shard.
    turn: AtomicUsize,
    config: Config,
}

/// Why an engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schema or the settings of its tables are wrong.
    #[error(transparent)]
    Schema(#[from] compile::Error),
    /// Known documents are refused, all of them.
    #[error("{}", list(.0))]
    Operations(Vec<Refused>),
    /// Only known documents are to be answered, and there are none.
    #[error(
        "`server.only_known` is set, and the program has no operations; write `onefold::server!(…, operations)`, or \
         give them to the engine by `Engine::with_operations`"
    )]
    NoOperations,
    /// The settings of the database, or of several servers, are wrong.
    #[error(transparent)]
    Cluster(#[from] cluster::SettingsError),
}

fn list(refused: &[Refused]) -> String {
    refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The document of a request is wrong.
#[derive(Debug)]
pub struct InvalidDocument(pub Vec<GraphQLError>);

impl std::fmt::Display for InvalidDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let end = if i > 0 { "\n" } else { "" };
            write!(f, "{end}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidDocument {}

/// A request whose values are bound.
struct Bound {
    operation: Arc<Compiled>,
    values: Vec<SqlValue>,
    conditions: Vec<bool>,
    externals: Vec<Bytes>,
}

/// A response whose rows have begun to come.
struct Begun<'a> {
    rows: Rows,
    writer: Writer<'a>,
    /// What can be handed out; `None` when there are no more rows.
    first: Option<Bytes>,
}

/// How a request is answered.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// As fast as can be: the first response is sooner there by the interpreter, while machine code is generated.
    Fast,
    /// With machine code.
    Compiled,
    /// Alone, and without machine code.
    Interpreted,
}

impl Mode {
    /// Sees to the machine code of an operation.
    fn generate(self, compiled: &Arc<Compiled>) {
        match self {
            Mode::Fast if compiled.wants_code() => {
                let compiled = Arc::clone(compiled);
                tokio::task::spawn_blocking(move || compiled.generate());
            }
            Mode::Compiled => compiled.generate(),
            Mode::Fast | Mode::Interpreted => {}
        }
    }

    fn serializer(self) -> fn(&Compiled) -> &Serializer {
        match self {
            Mode::Fast | Mode::Compiled => |compiled| &compiled.serializer,
            Mode::Interpreted => Compiled::interpreted,
        }
    }
}

impl Engine {
    /// Makes an engine. The database is not asked for anything yet and may be away; without a URL of one, only what
    /// needs none can be done.
    ///
    /// # Errors
    /// All mistakes of the schema and the settings, in one message.
    pub fn new(schema: &'static SchemaDef, config: Config) -> Result<Engine, Error> {
        Engine::with_operations(schema, config, &[])
    }

    /// The same with documents that are known before a request comes, mostly [`operations!()`](crate::operations!): they are
    /// compiled here, so that no request has to wait for that, and requests can name them by their ids.
    ///
    /// # Errors
    /// All mistakes of the schema and the settings, or else of the documents, in one message.
    pub fn with_operations(
        schema: &'static SchemaDef,
        config: Config,
        documents: &[known::Document],
    ) -> Result<Engine, Error> {
        if config.server.only_known && documents.is_empty() {
            return Err(Error::NoOperations);
        }
        let mut compiler = Compiler::new(schema, config.clone())?;
        compiler.learn(documents).map_err(Error::Operations)?;
        let beforehand = beforehand(&compiler, config.database.prepare_on_connect);
        let cluster =
            config.has_database().then(|| Cluster::with_statements(&config, beforehand)).transpose()?;
        Ok(Engine { compiler, cluster, turn: AtomicUsize::new(0), config })
    }

    /// Generates the machine code of the known operations, which takes longer than to compile all else of them: to be called
    /// beside serving. Until it is done they are interpreted.
    pub fn generate(&self) {
        for operation in self.compiler.known().filter(|operation| operation.wants_code()) {
            operation.generate();
        }
    }

    /// The schema in GraphQL's definition language.
    pub fn sdl(&self) -> &str {
        &self.compiler.surface().sdl
    }

    /// Answers a request.
    pub async fn execute(&self, request: &Request) -> Response {
        self.answer(request, Mode::Fast).await
    }

    /// Answers a request with machine code, also where [`execute`](Engine::execute) would not wait for it: for tests.
    pub async fn execute_compiled(&self, request: &Request) -> Response {
        self.answer(request, Mode::Compiled).await
    }

    /// Answers a request with an interpreter where [`execute`](Engine::execute) runs machine code: a second
    /// opinion, for tests.
    pub async fn execute_interpreted(&self, request: &Request) -> Response {
        self.answer(request, Mode::Interpreted).await
    }

    /// Whether the database answers. The first call also connects what answers requests together.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ready(&self) -> Result<(), pool::Error> {
        let cluster = self.cluster.as_ref().ok_or_else(no_database)?;
        cluster.ready().await.map_err(|error| error.cause)
    }

    /// What has been folded so far; `None` when folding is off.
    pub fn folding(&self) -> Option<Folding> {
        self.cluster.as_ref()?.folding()
    }

    /// The servers that are read; `None` where there is no database.
    pub fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The SQL statement of an operation, as text; empty when it reads nothing. Where it is sent to shards there can be
    /// several, each after a comment that says to which. Variables that are required and not given are taken to be given.
    ///
    /// # Errors
    /// All mistakes of the document.
    pub fn sql(&self, request: &Request) -> Result<String, InvalidDocument> {
        let operation = request.operation_name.as_deref();
        let statements = self.compiler.statements(&request.query, operation, &request.variables.values());
        statements.map_err(InvalidDocument)
    }

    /// The names of the operations of a document, in their order; one without a name is alone.
    ///
    /// # Errors
    /// All mistakes of the document.
    pub fn operations(&self, document: &str) -> Result<Vec<Option<String>>, InvalidDocument> {
        self.compiler.operations(document).map_err(InvalidDocument)
    }

    /// Where each root field of an operation is sent to, and each relation that is read after it: a line for each. With
    /// Citus, how it answers them.
    ///
    /// # Errors
    /// All mistakes of the document, and all that cannot be routed.
    pub fn routes(&self, request: &Request) -> Result<Vec<String>, InvalidDocument> {
        let operation = request.operation_name.as_deref();
        self.compiler.routes(&request.query, operation, &request.variables.values()).map_err(InvalidDocument)
    }

    /// What each stage makes of an operation, as text.
    ///
    /// # Errors
    /// All mistakes of the document.
    pub fn explain(&self, request: &Request) -> Result<Stages, InvalidDocument> {
        let operation = request.operation_name.as_deref();
        self.compiler.explain(&request.query, operation, &request.variables.values()).map_err(InvalidDocument)
    }

    async fn answer(&self, request: &Request, mode: Mode) -> Response {
        let limit = self.config.limits.request_timeout;
        match tokio::time::timeout(limit, self.run(request, mode)).await {
            Ok(Ok(body)) => Response { body, outcome: Outcome::Executed },
            Ok(Err(failure)) => failure.response(),
            Err(_) => {
                let message =
                    format!("the request took longer than {limit:?} (setting `limits.request_timeout`)");
                error_response(Outcome::TimedOut, &[GraphQLError::new(Code::Timeout, message)])
            }
        }
    }

    async fn run(&self, request: &Request, mode: Mode) -> Result<Body, Failure> {
        let operation = request.operation_name.as_deref();
        let prepared = match &request.document_id {
            Some(id) => self.compiler.prepare_known(id, operation, &request.variables),
            None => self.compiler.prepare(&request.query, operation, &request.variables),
        };
        let prepared = prepared.map_err(Failure::Refused)?;
        let compiled = Arc::clone(&prepared.operation);
        let answer = self.run_prepared(request, prepared, mode).await;
        answer.map_err(|failure| failure.of_operation(&compiled))
    }

    async fn run_prepared(
        &self,
        request: &Request,
        mut prepared: Found,
        mode: Mode,
    ) -> Result<Body, Failure> {
        let operation = request.operation_name.as_deref();
        let compiled = Arc::clone(&prepared.operation);
        let conditions = prepared.conditions().map_err(Failure::Refused)?;
        let (surface, keys) = (self.compiler.surface(), &compiled.introspection);
        let externals =
            introspection::answer(surface, &prepared.document, operation, &prepared.variables, keys)
                .map_err(Failure::Refused)?;
        let inputs = Inputs { conditions: &conditions, externals: &externals };
        mode.generate(&compiled);
        let serializer = mode.serializer();
        if !compiled.parts.is_empty() {
            return Box::pin(self.scatter(&prepared, inputs, serializer, &request.consistency)).await;
        }
        let Some(statement) = &compiled.statement else {
            return Ok(Body::Whole(serializer(&compiled).writer(inputs).finish()?));
        };
        let values = prepared.bind(&statement.binds, &conditions).map_err(Failure::Refused)?;
        let topology = self.cluster.as_ref().ok_or_else(no_database)?.topology();
        let shard = scatter::single(topology.map(), compiled.target, &values, self.any(&topology))?;
        let first = topology.shard(shard);
        let consistency = &request.consistency;
        topology
            .check(consistency)
            .map_err(|message| Failure::Refused(vec![GraphQLError::new(Code::BadUserInput, message)]))?;
        if let Mode::Fast | Mode::Compiled = mode
            && let Some(answer) = first.fold(&compiled, statement, &values, &conditions, consistency).await
        {
            return Ok(Body::Whole(answer?));
        }
        let bound = Bound { operation: prepared.operation, values, conditions, externals };
        // In memory of its own, so that requests that do not come here move less of it around.
        Box::pin(self.alone(bound, serializer, &topology, shard, consistency)).await
    }

    /// Answers a request by itself, on a connection of the pool.
    async fn alone(
        &self,
        bound: Bound,
        serializer: fn(&Compiled) -> &Serializer,
        topology: &Topology,
        shard: ShardId,
        consistency: &Consistency,
    ) -> Result<Body, Failure> {
        let Bound { operation: compiled, values, conditions, externals } = bound;
        let Some(statement) = &compiled.statement else {
            unreachable!("only operations with a statement bind values")
        };
        let parameters: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let writer =
            || serializer(&compiled).writer(Inputs { conditions: &conditions, externals: &externals });
        let mut shards = scatter::candidates(topology.map(), compiled.target, shard).peekable();
        let Begun { rows, writer, first } = loop {
            let Some(shard) = shards.next() else { unreachable!("there is a shard to be asked") };
            let shard = topology.shard(shard);
            match self.begin(shard, &statement.prepared(), &parameters, consistency, writer).await? {
                Ok(begun) => break begun,
                Err(error) if error.is_unavailable() && shards.peek().is_some() => {
                    tracing::warn!(%error, "a shard is not available; another one has the same");
                }
                Err(error) => return self.away(error, writer()),
            }
        };
        if let Some(first) = first {
            let written = writer.suspend();
            let rest = Rest { rows, written, compiled, serializer, conditions, externals };
            return Ok(Body::Chunks(Chunks::new(first, rest)));
        }
        Ok(Body::Whole(writer.finish()?))
    }

    /// Writes rows of a shard until there is something to be handed out; until then rows that break off can begin again.
    async fn begin<'w>(
        &self,
        shard: &Shard,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        consistency: &Consistency,
        writer: impl Fn() -> Writer<'w>,
    ) -> Result<Result<Begun<'w>, cluster::Error>, serializer::Error> {
        let mut rows = shard.rows(prepared, parameters, consistency).await;
        loop {
            let mut reading = match rows {
                Ok(reading) => reading,
                Err(error) => return Ok(Err(error)),
            };
            let mut writer = writer();
            match body::fill(&mut reading, &mut writer, self.config.server.stream_above_bytes).await {
                Ok(first) => return Ok(Ok(Begun { rows: reading, writer, first })),
                Err(BrokenOff::Rows(error)) => return Err(error),
                Err(BrokenOff::Database(error)) if reading.falls_back(&error) => {
                    tracing::debug!(shard = %shard.name(), %error, "rows break off; the primary is asked");
                    rows = shard.rows_of_primary(prepared, parameters).await;
                }
                Err(BrokenOff::Database(error)) => return Ok(Err(shard.error(error))),
            }
        }
    }

    /// Answers a request whose parts are on several shards.
    async fn scatter(
        &self,
        prepared: &Found,
        inputs: Inputs<'_>,
        serializer: fn(&Compiled) -> &Serializer,
        consistency: &Consistency,
    ) -> Result<Body, Failure> {
        let topology = self.cluster.as_ref().ok_or_else(no_database)?.topology();
        let sharding = &self.config.sharding;
        let scatter = Scatter {
            topology: &topology,
            consistency,
            variables: &prepared.variables,
            conditions: inputs.conditions,
            any: self.any(&topology),
            max_concurrency: sharding.max_concurrency,
            max_bytes: sharding.max_gathered_bytes,
        };
        let compiled = &prepared.operation;
        let gathered = match scatter.run(&compiled.parts).await {
            Ok(gathered) => gathered,
            Err(scatter::Error::Variables(errors)) => {
                return Err(Failure::Refused(prepared.bind_errors(&errors)));
            }
            Err(error) => return Err(error.into()),
        };
        let mut writer = serializer(compiled).writer(inputs);
        match gathered {
            Gathered::Cells(cells) => {
                let cells: Vec<_> = cells.iter().map(Option::as_deref).collect();
                writer.row(&cells)?;
            }
            Gathered::Records(records) => writer.records(&records)?,
            Gathered::Merged(mut merged) => merged.each(|cells| writer.row(cells))?,
            Gathered::Unavailable(shards) => {
                let shards: Vec<_> = shards.iter().map(|shard| &**shard).collect();
                return Ok(Body::Whole(writer.unavailable(&shards)?));
            }
        }
        Ok(Body::Whole(writer.finish()?))
    }

    /// What a request is answered with whose only shard has not answered. Of one database that is the whole of it; of
    /// several shards it is a part of the data that is away.
    fn away(&self, error: cluster::Error, writer: Writer<'_>) -> Result<Body, Failure> {
        if !self.compiler.is_sharded() || !error.is_unavailable() {
            return Err(error.cause.into());
        }
        tracing::warn!(%error, "a shard is not available");
        Ok(Body::Whole(writer.unavailable(&[&error.shard])?))
    }

    /// A shard for what all of them have: each in turn.
    fn any(&self, topology: &Topology) -> ShardId {
        let shards = topology.map().shards().len();
        if shards < 2 {
            return ShardId(0);
        }
        ShardId(self.turn.fetch_add(1, Ordering::Relaxed) % shards)
    }
}

/// The statements that are prepared on each connection: on those of pools what is answered alone, on lanes what is answered
/// there, one request by itself or many.
fn beforehand(compiler: &Compiler, most: usize) -> Beforehand {
    let (mut pools, mut lanes) = (Vec::new(), Vec::new());
    for operation in compiler.known() {
        pools.extend(operation.statements());
        if let (Some(fold), Some(statement)) = (&operation.fold, &operation.statement) {
            lanes.extend([Some(statement), fold.batch.as_ref()].into_iter().flatten());
        }
    }
    let known = |statements: Vec<&Ready>| {
        statements.into_iter().take(most).map(|statement| statement.prepared().into()).collect()
    };
    Beforehand { pools: known(pools), lanes: known(lanes) }
}

fn no_database() -> pool::Error {
    pool::Error::Unavailable {
        reason: "no database is set (setting `database.url`, or DATABASE_URL)".into(),
        cause: None,
    }
}

fn error_response(outcome: Outcome, errors: &[GraphQLError]) -> Response {
    #[derive(Serialize)]
    struct Errors<'a> {
        errors: &'a [GraphQLError],
    }
    Response { body: Body::Whole(json(&Errors { errors })), outcome }
}

/// Writes what has only text for keys, which cannot fail.
fn json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).unwrap_or_default().into()
}
