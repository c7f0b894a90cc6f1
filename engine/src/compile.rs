//! Text → compiled operation, and the caches of both. Nothing here does I/O.

mod defaults;
mod direct;
mod found;
mod known;
mod parts;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use ahash::RandomState;
use apollo_compiler::Schema;
use apollo_compiler::executable::Operation;
use moka::sync::Cache;
use onefold_schema::{ScalarType, SchemaDef};
use serde_json::{Map, Value};
use tokio_postgres::types::Type;

use crate::config::{Config, Dialect};
use crate::document::{self, Document};
use crate::error::{Code, GraphQLError};
use crate::model::{self, Model};
use crate::operation::variables::{Given, Structure};
use crate::operation::{self, Condition};
use crate::plan::shape::Shape;
use crate::plan::{self, Plan, Root};
use crate::pool::{Prepared, StatementId};
use crate::serializer::{CodeMemory, Serializer};
use crate::sql::{self, Bind, Statement};
use crate::surface::{self, Surface};
use crate::wire::CellType;
use direct::Direct;
use parts::{Folds, Lowered};

pub use defaults::WrongDefault;
pub use found::Found;
pub use known::{KnownOperation, Refused};
pub use parts::{ReadyPart, Target};

/// Compiles operations of one schema, each once.
#[derive(Debug)]
pub struct Compiler {
    model: Model,
    surface: Surface,
    config: Config,
    known: known::Index,
    documents: Cache<String, Arc<Known>, RandomState>,
    operations: Cache<Key, Arc<Compiled>>,
    code_memory: Arc<CodeMemory>,
    next: AtomicU64,
}

/// A document that has been seen.
#[derive(Debug)]
struct Known {
    id: u64,
    document: Document,
    weight: u32,
    /// The operations of it that were compiled before a request came.
    ready: Vec<(Key, Arc<Compiled>)>,
    /// The first other operation of it that was compiled, mostly the only one: found without the cache.
    first: OnceLock<(Key, Arc<Compiled>)>,
}

impl Known {
    /// The operation with its variables bound, if it is one that was compiled before or first, and they are that simple.
    fn direct(&self, definition: &Operation, json: &str) -> Option<Found> {
        let name = definition.name.as_ref().map(|name| name.as_str());
        let mut compiled = self.ready.iter().chain(self.first.get());
        let (key, compiled) =
            compiled.find(|(key, it)| it.direct.is_some() && key.operation.as_deref() == name)?;
        let (values, variables) = compiled.direct.as_ref()?.read(json)?;
        Some(Found {
            operation: Arc::clone(compiled),
            variables,
            values: Some(values),
            document: self.document.clone(),
            name: key.operation.clone(),
        })
    }
}

/// How much of the caches a document and its operations take: one, or one for each KiB of a longer document.
fn weight(text: &str) -> u32 {
    u32::try_from(text.len() / 1024).unwrap_or(u32::MAX).max(1)
}

/// What a compiled operation depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    document: u64,
    operation: Option<String>,
    structure: Vec<Structure>,
}

/// An operation that is ready to run.
#[derive(Debug)]
pub struct Compiled {
    /// What is sent to Postgres, to one shard; `None` when nothing is read, or on several shards.
    pub statement: Option<Ready>,
    /// Which shard it is sent to.
    pub target: Target,
    /// What is sent to several shards.
    pub parts: Vec<ReadyPart>,
    /// How requests are answered together; `None` when they are not.
    pub fold: Option<Fold>,
    /// How variables are bound that are given as text; `None` where all have to be looked at first.
    direct: Option<Direct>,
    /// What writes the response: an interpreter until machine code is [generated](Compiled::generate).
    pub serializer: Serializer,
    /// What `@skip` and `@include` depend on.
    pub conditions: Vec<Condition>,
    /// Response keys of introspection fields.
    pub introspection: Vec<String>,
    shape: Shape,
    interpreted: OnceLock<Serializer>,
    code_memory: Arc<CodeMemory>,
    /// Whether someone has taken it on to generate machine code.
    taken_on: AtomicBool,
    weight: u32,
}

impl Compiled {
    /// How variables are bound that are given as text. Other parts than a statement for one shard look at all of them.
    fn direct(&self, schema: &Schema, definition: &Operation, structure: &[Structure]) -> Option<Direct> {
        let statement = self.statement.as_ref().filter(|_| self.introspection.is_empty())?;
        Direct::new(schema, definition, structure, &statement.binds)
    }

    /// Whether machine code is worth generating and the caller is the first one to ask, who is to do it.
    pub fn wants_code(&self) -> bool {
        let taken_on = &self.taken_on;
        // Most often it is, and then nothing has to be written that other processors read.
        self.reads() && !taken_on.load(Ordering::Relaxed) && !taken_on.swap(true, Ordering::Relaxed)
    }

    /// Whether it reads anything.
    pub fn reads(&self) -> bool {
        self.statement.is_some() || !self.parts.is_empty()
    }

    /// What is sent to answer one request alone.
    pub fn statements(&self) -> Vec<&Ready> {
        fn of_parts<'p>(parts: &'p [ReadyPart], statements: &mut Vec<&'p Ready>) {
            for part in parts {
                statements.push(&part.statement);
                of_parts(&part.related, statements);
            }
        }
        let mut statements: Vec<_> = self.statement.iter().collect();
        of_parts(&self.parts, &mut statements);
        statements
    }

    /// Generates the machine code of the serializer. That takes longer than to compile all else.
    pub fn generate(&self) {
        self.serializer.generate(&self.code_memory);
    }

    /// What writes the response without machine code.
    pub fn interpreted(&self) -> &Serializer {
        self.interpreted.get_or_init(|| Serializer::interpreted(&self.shape))
    }
}

/// How requests of an operation are answered together.
#[derive(Debug)]
pub struct Fold {
    /// The statement of several requests; `None` when they cannot differ, or differ in lists. Its binds are those of
    /// the single statement, and those that vary are arrays with a value for each request.
    pub batch: Option<Ready>,
    /// The bind whose value all requests of a batch have in common, so that it is none of the arrays.
    pub same: Option<usize>,
    /// The most rows that the statement reads for one request.
    pub rows: u64,
    /// How long a request takes as it was measured, in microseconds; 0 before the first.
    pub microseconds: AtomicU32,
}

/// A statement with what the pool wants to know of it.
#[derive(Debug)]
pub struct Ready {
    /// Identifies the statement in the caches of the connections.
    pub id: StatementId,
    /// The SQL.
    pub text: String,
    /// The types of the bound values.
    pub types: Vec<Type>,
    /// Where the bound values come from.
    pub binds: Vec<Bind>,
    /// What the columns of the result are.
    pub columns: Vec<CellType>,
}

impl Ready {
    /// The statement as the pool takes it.
    pub fn prepared(&self) -> Prepared<'_> {
        Prepared { id: self.id, text: &self.text, types: &self.types, columns: Some(&self.columns) }
    }
}

/// What every stage makes of an operation, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    /// The plan.
    pub plan: String,
    /// The SQL statement; empty when nothing is read.
    pub statement: String,
    /// The SQL statement of many requests at once; empty when they are never answered by one.
    pub batch: String,
    /// The serializer's program.
    pub program: String,
}

/// Why a schema cannot be compiled for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schema data or the settings contradict themselves.
    #[error("{}", list(.0))]
    Model(Vec<model::Error>),
    /// Defaults of arguments are no values of them.
    #[error("{}", list(.0))]
    Defaults(Vec<WrongDefault>),
    /// The tables make no GraphQL schema.
    #[error(transparent)]
    Surface(#[from] surface::Error),
}

fn list(errors: &[impl std::fmt::Display]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Compiler {
    /// Makes a compiler for a schema.
    ///
    /// # Errors
    /// All mistakes of the schema and of the settings of its tables.
    pub fn new(schema: &'static SchemaDef, config: Config) -> Result<Compiler, Error> {
        let model = Model::new(schema, &config).map_err(Error::Model)?;
        let wrong = defaults::wrong(&model);
        if !wrong.is_empty() {
            return Err(Error::Defaults(wrong));
        }
        let surface = Surface::new(&model)?;
        let capacity = config.limits.cached_operations;
        let code_memory = CodeMemory::new(config.limits.machine_code_bytes);
        Ok(Compiler {
            model,
            surface,
            config,
            known: known::Index::default(),
            documents: Cache::builder()
                .max_capacity(capacity)
                .weigher(|_: &String, known: &Arc<Known>| known.weight)
                // Keyed at random as the standard library's is, and a tenth of its time for a whole document.
                .build_with_hasher(RandomState::new()),
            operations: Cache::builder()
                .max_capacity(capacity)
                .weigher(|_: &Key, compiled: &Arc<Compiled>| compiled.weight)
                .build(),
            code_memory,
            next: AtomicU64::new(0),
        })
    }

    /// Whether tables are on several shards, each of which can be away by itself. Those of Citus are one database.
    pub fn is_sharded(&self) -> bool {
        self.model.schema.is_sharded() && self.model.dialect == Dialect::Postgres
    }

    /// The names of the operations of a document, in their order; one without a name is alone.
    ///
    /// # Errors
    /// Every mistake of the document.
    pub fn operations(&self, text: &str) -> Result<Vec<Option<String>>, Vec<GraphQLError>> {
        let known = self.document(text)?;
        let operations = known.document.executable().operations.iter();
        Ok(operations.map(|operation| operation.name.as_ref().map(ToString::to_string)).collect())
    }

    /// Where each root field of an operation is sent to, and each relation that is read after it: a line for each, those
    /// that follow another further in. Variables are taken as by [`explain`](Compiler::explain).
    ///
    /// # Errors
    /// Every mistake of the document, or else of the variables that are there.
    pub fn routes(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<Vec<String>, Vec<GraphQLError>> {
        let (_, parts) = self.plan_and_parts(text, operation, variables)?;
        Ok(parts::routes(&self.model, &parts))
    }

    /// The GraphQL schema.
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// Finds or compiles the operation of a request and gives its variables their values.
    ///
    /// # Errors
    /// Every mistake of the document, or else of the variables.
    pub fn prepare(
        &self,
        text: &str,
        operation: Option<&str>,
        given: &Given,
    ) -> Result<Found, Vec<GraphQLError>> {
        if self.config.server.only_known && self.known.by_text(text).is_none() {
            let message = "the document is none of those that the server knows, and it answers no others (setting \
                           `server.only_known`)";
            return Err(vec![GraphQLError::new(Code::PersistedQueryOnly, message)]);
        }
        let known = self.document(text)?;
        self.prepare_document(&known, operation, given)
    }

    fn prepare_document(
        &self,
        known: &Known,
        operation: Option<&str>,
        given: &Given,
    ) -> Result<Found, Vec<GraphQLError>> {
        let definition = known.document.operation(operation).map_err(|error| vec![error])?;
        if let Given::Json(json) = given
            && let Some(found) = known.direct(definition, json.text())
        {
            return Ok(found);
        }
        let schema = &self.surface.schema;
        let variables = operation::variables::coerce(schema, &known.document, definition, &given.values())?;
        let structure = operation::variables::structure(schema, definition, &variables);
        let name = definition.name.as_ref().map(ToString::to_string);
        let is_this = |key: &Key| key.operation == name && key.structure == structure;
        let first = known.ready.iter().chain(known.first.get()).find(|(first, _)| is_this(first));
        let operation = match first {
            Some((_, compiled)) => Arc::clone(compiled),
            None => {
                let key = Key { document: known.id, operation: name.clone(), structure: structure.clone() };
                // Requests that come while it is compiled wait for it, so that it is compiled and prepared once.
                let compile = || self.compile_operation(known, definition, &structure).map(Arc::new);
                let compiled = self.operations.try_get_with_by_ref(&key, compile);
                let compiled = compiled.map_err(|errors: Arc<Vec<GraphQLError>>| errors.to_vec())?;
                // Somebody else may have been first.
                let _ = known.first.set((key, Arc::clone(&compiled)));
                compiled
            }
        };
        Ok(Found { operation, variables, values: None, document: known.document.clone(), name })
    }

    /// What each stage makes of an operation. Where `variables` are missing, they are taken to be given if they
    /// are required, and not otherwise.
    ///
    /// # Errors
    /// Every mistake of the document, or else of the variables that are there.
    pub fn explain(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<Stages, Vec<GraphQLError>> {
        let (plan, parts) = self.plan_and_parts(text, operation, variables)?;
        let serializer = Serializer::interpreted(&plan.shape);
        let batch = match &parts[..] {
            [lowered] if lowered.is_whole() => self.fold(&plan, lowered).and_then(|fold| fold.batch),
            _ => None,
        };
        Ok(Stages {
            batch: batch.map(|batch| batch.text).unwrap_or_default(),
            plan: plan::print(&self.model, &plan),
            statement: parts::print(&self.model, &parts),
            program: serializer.program().to_string(),
        })
    }

    /// The statements of an operation as text, as [`explain`](Compiler::explain) takes it; empty when nothing is read.
    ///
    /// # Errors
    /// Every mistake of the document, or else of the variables that are there.
    pub fn statements(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<String, Vec<GraphQLError>> {
        let (_, parts) = self.plan_and_parts(text, operation, variables)?;
        Ok(parts::print(&self.model, &parts))
    }

    fn plan_and_parts(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<(Plan, Vec<Lowered>), Vec<GraphQLError>> {
        let schema = &self.surface.schema;
        let known = self.document(text)?;
        let definition = known.document.operation(operation).map_err(|error| vec![error])?;
        let structure = if variables.is_empty() {
            operation::variables::declared_structure(schema, definition)
        } else {
            let variables = operation::variables::coerce(schema, &known.document, definition, variables)?;
            operation::variables::structure(schema, definition, &variables)
        };
        let plan = self.plan(&known.document, definition, &structure)?;
        let parts = self.parts(&known.document, definition, &plan)?;
        Ok((plan, parts))
    }

    fn document(&self, text: &str) -> Result<Arc<Known>, Vec<GraphQLError>> {
        if let Some(known) = self.known.by_text(text) {
            return Ok(Arc::clone(known));
        }
        if let Some(known) = self.documents.get(text) {
            return Ok(known);
        }
        let known = self.documents.try_get_with_by_ref(text, || self.parse(text).map(Arc::new));
        known.map_err(|errors: Arc<Vec<GraphQLError>>| errors.to_vec())
    }

    fn parse(&self, text: &str) -> Result<Known, Vec<GraphQLError>> {
        let document = document::parse(&self.surface, text, &self.config.limits)?;
        // Only that the numbers differ matters.
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        Ok(Known { id, document, weight: weight(text), ready: Vec::new(), first: OnceLock::new() })
    }

    fn compile_operation(
        &self,
        known: &Known,
        definition: &Operation,
        structure: &[Structure],
    ) -> Result<Compiled, Vec<GraphQLError>> {
        let plan = self.plan(&known.document, definition, structure)?;
        let parts = self.parts(&known.document, definition, &plan)?;
        let mut compiled = self.compile(plan, parts, known.weight);
        compiled.direct = compiled.direct(&self.surface.schema, definition, structure);
        Ok(compiled)
    }

    fn plan(
        &self,
        document: &Document,
        definition: &Operation,
        structure: &[Structure],
    ) -> Result<Plan, Vec<GraphQLError>> {
        let operation =
            operation::validate(&self.model, document, definition, structure, &self.config.limits)?;
        if !operation.introspection().is_empty() {
            self.introspection_allowed(document, definition)?;
        }
        Ok(plan::lower(&self.model, &operation))
    }

    /// The parts of a plan; what cannot be routed is told at the root field.
    fn parts(
        &self,
        document: &Document,
        definition: &Operation,
        plan: &Plan,
    ) -> Result<Vec<Lowered>, Vec<GraphQLError>> {
        let place = |field: &str| {
            let mut fields = definition.root_fields(document.executable());
            document.location(fields.find(|it| it.response_key() == field)?.location())
        };
        let errors = |errors: Vec<parts::Error>| {
            errors.into_iter().map(|error| error.at(place(error.field()))).collect::<Vec<_>>()
        };
        parts::lower(&self.model, plan).map_err(errors)
    }

    fn introspection_allowed(
        &self,
        document: &Document,
        definition: &Operation,
    ) -> Result<(), Vec<GraphQLError>> {
        if !self.config.server.introspection {
            let message = "introspection is switched off (setting `server.introspection`)";
            return Err(vec![GraphQLError::new(Code::GraphqlValidationFailed, message)]);
        }
        apollo_compiler::introspection::check_max_depth(document.executable(), definition).map_err(|error| {
            let message = format!("introspection asks for lists within lists too deep: {}", error.message());
            vec![GraphQLError::new(Code::LimitExceeded, message).at(document.location(error.location()))]
        })
    }

    fn compile(&self, plan: Plan, mut parts: Vec<Lowered>, weight: u32) -> Compiled {
        let (mut statement, mut target, mut fold) = (None, Target::Any, None);
        if let [lowered] = &parts[..]
            && lowered.is_whole()
        {
            fold = self.fold(&plan, lowered);
            target = lowered.target;
            let columns = lowered.part.root.columns(&self.model);
            statement = parts.pop().map(|lowered| ready(lowered.statement, columns));
        }
        tracing::debug!(statement = statement.as_ref().map(|it| it.text.as_str()), "compiled an operation");
        Compiled {
            statement,
            target,
            parts: parts.into_iter().map(|lowered| lowered.ready(&self.model)).collect(),
            fold,
            serializer: Serializer::interpreted(&plan.shape),
            conditions: plan.conditions,
            introspection: plan.introspection,
            shape: plan.shape,
            direct: None,
            interpreted: OnceLock::new(),
            code_memory: Arc::clone(&self.code_memory),
            taken_on: AtomicBool::new(false),
            weight,
        }
    }

    /// How requests are answered together, when they are: they bring nothing along but the values that they bind, and
    /// read no more rows than the settings allow.
    fn fold(&self, plan: &Plan, lowered: &Lowered) -> Option<Fold> {
        let same = match lowered.folds {
            Folds::All => None,
            Folds::By(bind) => Some(bind),
            Folds::None => return None,
        };
        let folding = &self.config.folding;
        let rows = plan.rows().filter(|rows| folding.enabled && *rows <= folding.max_rows)?;
        if !plan.introspection.is_empty() {
            return None;
        }
        let Lowered { part, statement: single, .. } = lowered;
        let batch = sql::lower_batch(&self.model, &part.root, part.key(), single, same).map(|statement| {
            let columns = match &part.root {
                // All rows of a list are in one cell.
                Root::Rows(_) => vec![CellType::Records],
                root => root.columns(&self.model),
            };
            let number = CellType::Scalar(ScalarType::Int8);
            let mut batch = ready(statement, [vec![number], columns].concat());
            let is_each = |position| same != Some(position);
            let types = batch.binds.iter().enumerate().map(|(position, bind)| match is_each(position) {
                true => bind.batch_type(),
                false => bind.ty.clone(),
            });
            batch.types = types.collect();
            batch
        });
        Some(Fold { batch, same, rows, microseconds: AtomicU32::new(0) })
    }
}

fn ready(statement: Statement, columns: Vec<CellType>) -> Ready {
    Ready {
        id: StatementId::unique(),
        types: statement.binds.iter().map(|bind| bind.ty.clone()).collect(),
        text: statement.text,
        binds: statement.binds,
        columns,
    }
}
