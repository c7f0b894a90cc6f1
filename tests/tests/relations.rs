//! Relations of every form, nested in every way, with names that are hard on SQL; against SQL written by hand.

mod model;
mod names;
mod nested;
mod schema;

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::SchemaDef;
use onefold_tests::{TestDatabase, database};
use serde_json::{Value, json};
use tokio_postgres::Client;

/// A schema's tables with rows, and an engine over them.
struct Fixture {
    engine: Engine,
    client: Client,
    _database: TestDatabase,
}

impl Fixture {
    async fn new(schema: &'static SchemaDef, rows: &str) -> Fixture {
        let database = database().await;
        database.execute(&ddl(schema)).await;
        database.execute(rows).await;
        let client = database.connect().await;
        let mut config = Config::default();
        config.database.url = Some(database.url.clone());
        let engine = Engine::new(schema, config).expect("the schema is right");
        Fixture { engine, client, _database: database }
    }

    /// Asserts that the response's `data` is the JSON that an SQL expression gives.
    async fn check_sql(&self, query: &str, sql: &str) {
        let row = self.client.query_one(&format!("SELECT ({sql})::text"), &[]).await;
        let row = row.unwrap_or_else(|error| panic!("{error:?} in {sql}"));
        let data: Value = serde_json::from_str(row.get(0)).expect("the expression is JSON");
        self.check(query, json!({}), data).await;
    }

    /// Asserts that the response has this `data` and no errors.
    async fn check(&self, query: &str, variables: Value, data: Value) {
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        let request = Request { query: query.to_owned(), variables: variables.into(), ..Request::default() };
        let response = self.engine.execute_compiled(&request).await.body.whole().await;
        let response = response.expect("the rows fit the schema");
        let found: Value = serde_json::from_slice(&response).expect("a response is JSON");
        if found != json!({"data": data}) {
            let sql = self.engine.sql(&request).unwrap_or_default();
            panic!("found    {found}\nexpected {data}\nfor {query}\n{:?}\nby {sql}", request.variables);
        }
        let interpreted = self.engine.execute_interpreted(&request).await.body.whole().await;
        let interpreted = interpreted.expect("the rows fit the schema");
        assert!(interpreted == response, "the interpreter writes something else for {query}");
    }
}

/// Runs a check that needs a runtime.
fn block_on(check: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime can be made").block_on(check);
}
