//! An operation → Postgres' plan beside ours, and what in it is going to be slow: what `explain` prints.

mod findings;
mod postgres;
mod print;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::compile::{Compiled, Compiler, Found, Ready};
use crate::error::GraphQLError;
use crate::operation::variables::Given;
use crate::pool::{self, Pool};
use crate::sql;
use crate::value::SqlValue;

pub use findings::{Finding, Kind};

/// How Postgres would answer an operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The operation's name.
    pub operation: Option<String>,
    /// Our plan, as text.
    pub plan: String,
    /// What is sent, in the order of the stages.
    pub statements: Vec<Statement>,
}

/// How Postgres would run a statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statement {
    /// What it reads and where it is sent to.
    pub route: String,
    /// The statement.
    pub sql: String,
    /// Which values the plan is for.
    pub values: Values,
    /// Postgres' plan as `EXPLAIN` prints it.
    pub text: String,
    /// Postgres' plan as `EXPLAIN (FORMAT JSON, VERBOSE)` has it.
    pub postgres: Value,
    /// What in it is going to be slow.
    pub findings: Vec<Finding>,
}

/// Which values a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// Those that were given.
    Given,
    /// Any, as Postgres plans a statement once for all values.
    Any,
}

/// Why an operation cannot be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The document or the variables are wrong.
    #[error("the operation cannot be compiled")]
    Document(Vec<GraphQLError>),
    /// The database cannot be asked, or refuses a statement.
    #[error("Postgres does not plan the statement")]
    Pool(#[from] pool::Error),
    /// What the database says of its plan cannot be read.
    #[error("Postgres' plan cannot be read")]
    Plan(#[source] serde_json::Error),
}

/// Asks Postgres how it would answer an operation. Tables with `large` rows or more are not to be read from one end to the
/// other. Without variables, plans of an operation that has to have some are for any values.
///
/// Nothing is run. The connection has to stay on one server, so not behind a pooler in transaction mode.
///
/// # Errors
/// Every mistake of the document or the variables, or why the database does not say.
pub async fn explain(
    compiler: &Compiler,
    pool: &Pool,
    document: &str,
    operation: Option<&str>,
    variables: &Map<String, Value>,
    large: u64,
) -> Result<Explanation, Error> {
    let plan = compiler.explain(document, operation, variables).map_err(Error::Document)?.plan;
    let routes = compiler.routes(document, operation, variables).map_err(Error::Document)?;
    let (name, compiled, values) =
        match compiler.prepare(document, operation, &Given::from(variables.clone())) {
            Ok(found) => {
                let values = values(&found)?;
                (found.name, found.operation, values)
            }
            // It needs variables.
            Err(_) if variables.is_empty() => {
                let all = compiler.compile_all(document).map_err(Error::Document)?;
                let mut meant =
                    all.into_iter().filter(|it| operation.is_none() || it.name.as_deref() == operation);
                let compiled = meant.next().and_then(|it| Some((it.name, it.compiled.into_iter().next()?)));
                // It has been compiled for its plan.
                let (name, compiled) = compiled.ok_or(Error::Document(Vec::new()))?;
                let values = compiled.statements().iter().map(|_| None).collect();
                (name, compiled, values)
            }
            Err(errors) => return Err(Error::Document(errors)),
        };
    let mut statements = Vec::new();
    for ((statement, values), route) in compiled.statements().into_iter().zip(values).zip(routes) {
        let planned = match &values {
            Some(values) => postgres::plan_for(pool, statement, values).await?,
            None => postgres::plan(pool, statement).await?,
        };
        let tree: Value = serde_json::from_str(&planned.json).map_err(Error::Plan)?;
        let tables = postgres::tables(pool, &findings::tables(&tree)).await?;
        statements.push(Statement {
            route: route.trim_start().to_owned(),
            sql: statement.text.clone(),
            values: if values.is_some() { Values::Given } else { Values::Any },
            findings: findings::find(&tree, &tables, large),
            text: planned.text,
            postgres: tree,
        });
    }
    Ok(Explanation { operation: name, plan, statements })
}

/// The values of each statement; `None` of those that are related to rows which are not there yet.
fn values(found: &Found) -> Result<Vec<Option<Vec<SqlValue>>>, Error> {
    let conditions = found.conditions().map_err(Error::Document)?;
    let compiled: &Compiled = &found.operation;
    let bind = |statement: &Ready| {
        let is_related = |bind: &sql::Bind| matches!(bind.source, sql::BindSource::Related(..));
        if statement.binds.iter().any(is_related) {
            return Ok(None);
        }
        let values = sql::bind(&statement.binds, &found.variables, &conditions);
        values.map(Some).map_err(|errors| Error::Document(found.bind_errors(&errors)))
    };
    compiled.statements().into_iter().map(bind).collect()
}
