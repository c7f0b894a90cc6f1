//! Values of every column type: written as Postgres' own JSON functions write them, refused where GraphQL has no
//! such value, and compared as SQL compares them.

mod aggregates;
mod faults;
mod filters;
mod inputs;
pub mod random;
pub mod schema;
mod tokens;

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Given, Request};
use onefold_tests::{TestDatabase, database};
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio_postgres::Client;

use schema::{SCHEMA, columns};
use tokens::assert_same;

/// A database with the schema's tables and an engine over it.
struct Fixture {
    engine: Engine,
    client: Client,
    _database: TestDatabase,
}

impl Fixture {
    async fn new() -> Fixture {
        let database = database().await;
        database.execute(&ddl(SCHEMA)).await;
        database.execute(schema::LENGTHS).await;
        let client = database.connect().await;
        client
            .batch_execute("SET timezone = 'UTC'; SET intervalstyle = 'iso_8601'")
            .await
            .expect("there is such a time zone");
        let mut config = Config::default();
        config.database.url = Some(database.url.clone());
        let engine = Engine::new(SCHEMA, config).expect("the schema is right");
        Fixture { engine, client, _database: database }
    }

    /// Replaces all rows. A row of samples is the expressions of its values; there are three sheets for them, and
    /// a note for every sample.
    async fn fill(&self, samples: &[Vec<String>]) {
        let names: Vec<_> = columns().map(|column| column.column).collect();
        let mut script =
            String::from("TRUNCATE note, sample, sheet; INSERT INTO sheet SELECT generate_series(0, 2);");
        for (i, sample) in samples.iter().enumerate() {
            // The last sheet stays empty.
            script += &format!(
                "INSERT INTO sample (id, sheet_id, {}) VALUES ({}, {}, {});",
                names.join(", "),
                i + 1,
                i % 2,
                sample.join(", ")
            );
        }
        script += "INSERT INTO note SELECT id, id, CASE WHEN id % 2 = 1 THEN id END FROM sample;";
        self.run(&script).await;
    }

    async fn run(&self, script: &str) {
        if let Err(error) = self.client.batch_execute(script).await {
            panic!("{error:?} in {script}");
        }
    }

    /// The only cell of what a statement answers, as text.
    async fn ask(&self, sql: &str) -> String {
        let row = self.client.query_one(&format!("SELECT ({sql})::text"), &[]).await;
        row.unwrap_or_else(|error| panic!("{error:?} in {sql}")).get(0)
    }

    /// The body of a response, which is the same from machine code and from the interpreter.
    async fn body(&self, query: &str, variables: Value) -> String {
        let text = variables.to_string();
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        let request = Request { query: query.to_owned(), variables: variables.into(), ..Request::default() };
        let response = self.engine.execute_compiled(&request).await.body.whole().await;
        let response = response.expect("the rows fit the schema");
        // The operation is known now, so what is given as text may be bound without a tree of it.
        let text = RawValue::from_string(text).expect("variables are JSON");
        if let Some(variables) = Given::json(&text) {
            let request = Request { variables, ..request.clone() };
            let direct = self.engine.execute_compiled(&request).await.body.whole().await;
            assert!(direct.expect("the rows fit the schema") == response, "{query} by {text}");
        }
        let interpreted = self.engine.execute_interpreted(&request).await.body.whole().await;
        let interpreted = interpreted.expect("the rows fit the schema");
        assert!(interpreted == response, "the interpreter writes something else for {query}");
        String::from_utf8(response.to_vec()).expect("a response is UTF-8")
    }

    /// The response as JSON.
    async fn query(&self, query: &str, variables: Value) -> Value {
        let body = self.body(query, variables).await;
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error} in {body}"))
    }
}

/// Runs a check for some dozens of random rows, the same ones each time.
fn check_random(cases: u32, check: impl AsyncFn(&Fixture, &[Vec<String>])) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let fixture = runtime.block_on(Fixture::new());
    let config = Cases { cases, failure_persistence: None, max_shrink_iters: 200, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&random::rows(), |rows| {
        runtime.block_on(async {
            fixture.fill(&rows).await;
            check(&fixture, &rows).await;
        });
        Ok(())
    });
    // The database is dropped while the runtime is there.
    let _guard = runtime.enter();
    drop(fixture);
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn random_values_as_postgres_writes_them() {
    let all = schema::selection();
    let object = schema::object();
    let list = |filter: &str| {
        format!("(SELECT coalesce(json_agg({object} ORDER BY id), '[]') FROM sample {filter})")
    };
    let one = |id: &str| format!("(SELECT {object} FROM sample WHERE id = {id})");
    // A query with the SQL of its `data`.
    let checks = [
        (format!("{{ samples {all} }}"), format!("json_build_object('samples', {})", list(""))),
        (format!("{{ sample(id: 1) {all} }}"), format!("json_build_object('sample', {})", one("1"))),
        (
            format!("{{ a: sample(id: 2) {all} b: sample(id: -1) {all} c: samples(offset: 1) {all} }}"),
            format!("json_build_object('a', {}, 'b', null, 'c', {})", one("2"), list("WHERE id > 1")),
        ),
        (
            format!("{{ sheets {{ id samples {all} }} }}"),
            format!(
                "json_build_object('sheets', (SELECT json_agg(json_build_object('id', sheet.id, 'samples', {}) \
                 ORDER BY sheet.id) FROM sheet))",
                list("WHERE sheet_id = sheet.id")
            ),
        ),
        (
            format!("{{ notes(limit: 1000) {{ sample {all} maybeSample {all} }} }}"),
            format!(
                "json_build_object('notes', (SELECT json_agg(json_build_object('sample', {}, 'maybeSample', {}) \
                 ORDER BY note.id) FROM note))",
                one("note.sample_id"),
                one("note.maybe_sample_id")
            ),
        ),
    ];
    check_random(32, async |fixture, _| {
        for (query, sql) in &checks {
            let found = fixture.body(query, Value::Object(Map::new())).await;
            let expected = fixture.ask(&format!("json_build_object('data', {sql})")).await;
            assert_same(&found, &expected);
        }
    });
}

/// What is answered finds its row again when it is asked for.
#[test]
fn random_values_find_their_rows_again() {
    let all = schema::comparable();
    check_random(12, async |fixture, rows| {
        let query = format!("{{ samples(limit: 8) {all} }}");
        let answer = fixture.query(&query, json!({})).await;
        let samples = answer["data"]["samples"].as_array().expect("a list").clone();
        assert_eq!(samples.len(), rows.len().min(8));
        for sample in &samples {
            filters::finds_itself(fixture, sample).await;
        }
    });
}
