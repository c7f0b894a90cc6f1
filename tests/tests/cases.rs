//! Query cases: a folder of `tests/cases` or `tests/cases_of_types` each, with a document, the values of its variables and SQL written by hand
//! that says what the response must be; and beside them snapshots of what each stage makes of the document.
//!
//! - `document.graphql`; comments `# operation: Name` and `# statements: 0` say which of several operations is meant
//!   and that another number of statements than one is right; `# schema: Extended` that it asks this one, and not the example
//!   `music`;
//! - `variables.json`: an object, or an array with one object for each run;
//! - `oracle.sql`, or `oracle.1.sql`, `oracle.2.sql`, … for several runs: one cell, the `data` of the response;
//! - `plan.snap`, `statement.snap`, `batch.snap` if requests of the operation fold, `program.snap` and `response.snap`, written by `cargo insta`.
//!
//! The rows of `cases` are those of the Chinook database, which is not part of this repository. Without it the stages are
//! compared and the responses are not. `cases_of_types` are of the project's own hotels, with a column of every type.

mod chinook;
mod database;
mod folder;
mod json;

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};

use music::Music;
use onefold::config::Config;
use onefold::engine::{Engine, Outcome, Request};
use onefold::schema::{Schema, SchemaDef};
use onefold_tests::extended::Extended;
use onefold_tests::types::{self, Hotels};

use database::Database;
use folder::{Case, Run};

/// Every case has the plan, the statement and the serializer's program that it had.
#[test]
fn stages() {
    check_stages(CHINOOK);
}

/// The same of columns of every type.
#[test]
fn stages_of_types() {
    check_stages(TYPES);
}

/// Every response equals what SQL written by hand answers, and takes one statement.
#[test]
fn responses() {
    match chinook::script() {
        Some(script) => check_responses(CHINOOK, &script),
        None => {
            eprintln!("skipped: there is no Chinook database; name its SQL script in {}", chinook::VARIABLE);
        }
    }
}

/// The same of columns of every type.
#[test]
fn responses_of_types() {
    check_responses(TYPES, &types::script());
}

/// The folders of cases.
const CHINOOK: &str = "cases";
const TYPES: &str = "cases_of_types";

fn check_stages(folder: &str) {
    let engines = Engines::new(folder, &Config::default());
    check_all(folder, |case| {
        let engine = engines.of(case);
        let explain = |run| engine.explain(&case.request(run)).unwrap_or_else(|error| panic!("{error}"));
        let first = explain(&case.runs[0]);
        for run in &case.runs {
            // An operation depends on which variables are given, mostly not on their values.
            let stages = explain(run);
            for (name, text, first) in [
                ("plan", &stages.plan, &first.plan),
                ("statement", &stages.statement, &first.statement),
                ("batch", &stages.batch, &first.batch),
                ("program", &stages.program, &first.program),
            ] {
                if name == "batch" && text.is_empty() && first.is_empty() {
                    continue;
                }
                if run.number <= 1 {
                    case.snapshot(name, text);
                } else if text != first {
                    case.snapshot(&run.file(name), text);
                }
            }
        }
    });
}

fn check_responses(folder: &str, script: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(Database::load(script));
    let engines = Engines::new(folder, &database.config());
    check_all(folder, |case| {
        for run in &case.runs {
            runtime.block_on(check(case, run, engines.of(case), &database));
        }
    });
}

async fn check(case: &Case, run: &Run, engine: &Engine, database: &Database) {
    let request = case.request(run);
    let before = database.statements().await;
    let response = engine.execute_compiled(&request).await;
    let outcome = response.outcome;
    let response = response.body.whole().await.expect("the rows fit the schema");
    let statements = database.statements().await - before;
    let body = str::from_utf8(&response).expect("a response is UTF-8");
    let expected = format!("{{\"data\":{}}}", database.ask(&run.oracle).await);

    // As text: the order of keys is that of the document, and a number is not a string.
    let (body, expected) = (json::layout(body), json::layout(&expected));
    assert!(body == expected, "run {}:\n{}", run.number, json::difference(&body, &expected));
    assert_eq!(outcome, Outcome::Executed);
    assert_eq!(statements, case.statements, "statements of run {}", run.number);

    let interpreted = engine.execute_interpreted(&request).await.body.whole().await;
    let interpreted = interpreted.expect("the rows fit the schema");
    assert!(interpreted == response, "run {}: the interpreter writes something else", run.number);
    case.snapshot(&run.file("response"), &body);
}

/// An engine for each schema that the cases of a folder ask.
struct Engines(Vec<(&'static str, Engine)>);

impl Engines {
    fn new(folder: &str, config: &Config) -> Engines {
        let schemas: &[&'static SchemaDef] = match folder {
            TYPES => &[Hotels::SCHEMA],
            _ => &[Music::SCHEMA, Extended::SCHEMA],
        };
        let engine = |schema| Engine::new(schema, config.clone()).expect("the schema is right");
        Engines(schemas.iter().map(|schema| (schema.name, engine(*schema))).collect())
    }

    /// The one that a case names, or else the first.
    fn of(&self, case: &Case) -> &Engine {
        let Some(named) = &case.schema else { return &self.0[0].1 };
        let engine = self.0.iter().find(|(name, _)| name == named);
        &engine.unwrap_or_else(|| panic!("`# schema: {named}` is no schema of the cases")).1
    }
}

/// Checks each case of a folder, and names all that fail.
fn check_all(folder: &str, check: impl Fn(&Case)) {
    let cases = folder::cases(folder);
    let failed: BTreeSet<&str> = cases
        .iter()
        .filter(|case| panic::catch_unwind(AssertUnwindSafe(|| check(case))).is_err())
        .map(|case| case.name.as_str())
        .collect();
    assert!(failed.is_empty(), "{} of {} cases failed: {failed:?}", failed.len(), cases.len());
}

impl Case {
    fn request(&self, run: &Run) -> Request {
        Request {
            query: self.document.clone(),
            operation_name: self.operation.clone(),
            variables: run.variables.clone().into(),
            ..Request::default()
        }
    }

    fn snapshot(&self, name: &str, text: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&self.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}
