//! Text → compiled operation, and the caches of both. Nothing here does I/O.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use moka::sync::Cache;
use onefold_schema::SchemaDef;
use serde_json::{Map, Value};
use tokio_postgres::types::Type;

use crate::config::Config;
use crate::document::{self, Document};
use crate::error::{Code, GraphQLError};
use crate::model::{self, Model};
use crate::operation::variables::{Structure, Variables};
use crate::operation::{self, Condition};
use crate::plan::shape::Shape;
use crate::plan::{self, Plan};
use crate::pool::StatementId;
use crate::serializer::Serializer;
use crate::sql::{self, Bind, Statement};
use crate::surface::{self, Surface};
use crate::wire::CellType;

/// Compiles operations of one schema, each once.
#[derive(Debug)]
pub struct Compiler {
    model: Model,
    surface: Surface,
    config: Config,
    documents: Cache<String, Arc<Known>>,
    operations: Cache<Key, Arc<Compiled>>,
    next: AtomicU64,
}

/// A document that has been seen.
#[derive(Debug)]
struct Known {
    id: u64,
    document: Document,
}

/// What a compiled operation depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    document: u64,
    operation: Option<String>,
    structure: Vec<Structure>,
}

/// An operation that is ready to run.
#[derive(Debug)]
pub struct Compiled {
    /// What is sent to Postgres; `None` when nothing is read.
    pub statement: Option<Ready>,
    /// What writes the response.
    pub serializer: Serializer,
    /// What `@skip` and `@include` depend on.
    pub conditions: Vec<Condition>,
    /// Response keys of introspection fields.
    pub introspection: Vec<String>,
    shape: Shape,
    interpreted: OnceLock<Serializer>,
}

impl Compiled {
    /// What writes the response without machine code.
    pub fn interpreted(&self) -> &Serializer {
        self.interpreted.get_or_init(|| Serializer::interpreted(&self.shape))
    }
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

/// A request whose operation is compiled and whose variables are right.
#[derive(Debug)]
pub struct Prepared {
    /// The operation.
    pub operation: Arc<Compiled>,
    /// The values of its variables.
    pub variables: Variables,
    /// The document, from which introspection is answered.
    pub document: Document,
}

/// What every stage makes of an operation, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    /// The plan.
    pub plan: String,
    /// The SQL statement; empty when nothing is read.
    pub statement: String,
    /// The serializer's program.
    pub program: String,
}

/// Why a schema cannot be compiled for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schema data or the settings contradict themselves.
    #[error("{}", list(.0))]
    Model(Vec<model::Error>),
    /// The tables make no GraphQL schema.
    #[error(transparent)]
    Surface(#[from] surface::Error),
}

fn list(errors: &[model::Error]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Compiler {
    /// Makes a compiler for a schema.
    ///
    /// # Errors
    /// All mistakes of the schema and of the settings of its tables.
    pub fn new(schema: &'static SchemaDef, config: Config) -> Result<Compiler, Error> {
        let model = Model::new(schema, &config).map_err(Error::Model)?;
        let surface = Surface::new(&model)?;
        let capacity = config.limits.cached_operations;
        Ok(Compiler {
            model,
            surface,
            config,
            documents: Cache::new(capacity),
            operations: Cache::new(capacity),
            next: AtomicU64::new(0),
        })
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
        variables: &Map<String, Value>,
    ) -> Result<Prepared, Vec<GraphQLError>> {
        let known = self.document(text)?;
        let definition = known.document.operation(operation).map_err(|error| vec![error])?;
        let schema = &self.surface.schema;
        let variables = operation::variables::coerce(schema, &known.document, definition, variables)?;
        let structure = operation::variables::structure(schema, definition, &variables);
        let key = Key { document: known.id, operation: operation.map(str::to_owned), structure };
        let operation = match self.operations.get(&key) {
            Some(compiled) => compiled,
            None => {
                let plan = self.plan(&known.document, operation, &key.structure)?;
                let compiled = Arc::new(self.compile(plan));
                self.operations.insert(key, Arc::clone(&compiled));
                compiled
            }
        };
        Ok(Prepared { operation, variables, document: known.document.clone() })
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
        let (plan, statement) = self.plan_and_statement(text, operation, variables)?;
        let serializer = Serializer::interpreted(&plan.shape);
        Ok(Stages {
            plan: plan::print(&self.model, &plan),
            statement: statement.map(|statement| statement.text).unwrap_or_default(),
            program: serializer.program().to_string(),
        })
    }

    /// The statement of an operation, as [`explain`](Compiler::explain) takes it; `None` when nothing is read.
    ///
    /// # Errors
    /// Every mistake of the document, or else of the variables that are there.
    pub fn statement(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<Option<Statement>, Vec<GraphQLError>> {
        Ok(self.plan_and_statement(text, operation, variables)?.1)
    }

    fn plan_and_statement(
        &self,
        text: &str,
        operation: Option<&str>,
        variables: &Map<String, Value>,
    ) -> Result<(Plan, Option<Statement>), Vec<GraphQLError>> {
        let schema = &self.surface.schema;
        let known = self.document(text)?;
        let definition = known.document.operation(operation).map_err(|error| vec![error])?;
        let structure = if variables.is_empty() {
            operation::variables::declared_structure(schema, definition)
        } else {
            let variables = operation::variables::coerce(schema, &known.document, definition, variables)?;
            operation::variables::structure(schema, definition, &variables)
        };
        let plan = self.plan(&known.document, operation, &structure)?;
        let statement = sql::lower(&self.model, &plan);
        Ok((plan, statement))
    }

    fn document(&self, text: &str) -> Result<Arc<Known>, Vec<GraphQLError>> {
        if let Some(known) = self.documents.get(text) {
            return Ok(known);
        }
        let document = document::parse(&self.surface, text, &self.config.limits)?;
        // Only that the numbers differ matters.
        let known = Arc::new(Known { id: self.next.fetch_add(1, Ordering::Relaxed), document });
        self.documents.insert(text.to_owned(), Arc::clone(&known));
        Ok(known)
    }

    fn plan(
        &self,
        document: &Document,
        operation: Option<&str>,
        structure: &[Structure],
    ) -> Result<Plan, Vec<GraphQLError>> {
        let definition = document.operation(operation).map_err(|error| vec![error])?;
        let operation =
            operation::validate(&self.model, document, definition, structure, &self.config.limits)?;
        if !operation.introspection().is_empty() {
            self.introspection_allowed(document, definition)?;
        }
        Ok(plan::lower(&self.model, &operation))
    }

    fn introspection_allowed(
        &self,
        document: &Document,
        definition: &apollo_compiler::executable::Operation,
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

    fn compile(&self, plan: Plan) -> Compiled {
        let statement = sql::lower(&self.model, &plan).map(|statement| Ready {
            id: StatementId::unique(),
            types: statement.binds.iter().map(|bind| bind.ty.clone()).collect(),
            text: statement.text,
            binds: statement.binds,
            columns: plan.columns(&self.model),
        });
        tracing::debug!(statement = statement.as_ref().map(|it| it.text.as_str()), "compiled an operation");
        Compiled {
            statement,
            serializer: Serializer::compile(&plan.shape),
            conditions: plan.conditions,
            introspection: plan.introspection,
            shape: plan.shape,
            interpreted: OnceLock::new(),
        }
    }
}
