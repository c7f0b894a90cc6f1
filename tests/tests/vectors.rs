//! Vectors of pgvector: rows in the order of their distances, the index that serves it, and vectors that are refused. Skipped
//! where Postgres does not have the extension.

use insta::assert_snapshot;
use onefold::catalog::{check, ddl};
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::pool::{Pool, Settings};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::{TestDatabase, database, has_pgvector};
use serde_json::{Value, json};

/// A house, and what it is like.
#[derive(Table)]
struct House {
    #[key]
    house_id: i32,
    style: Option<Vector<3>>,
}

#[derive(Schema)]
#[schema(tables(House))]
struct Houses;

const ROWS: &str =
    "INSERT INTO house VALUES (1, '[1,0,0]'), (2, '[0,1,0.5]'), (3, NULL), (4, '[3,0.5,0]'), (5, '[1,0,2]')";

/// A database with houses; nothing, and a line that says so, where there is no pgvector.
async fn houses() -> Option<TestDatabase> {
    let database = database().await;
    if !has_pgvector(&database).await {
        eprintln!("skipped: this Postgres does not have the extension pgvector");
        return None;
    }
    database.execute(&format!("{}; {ROWS}", ddl(Houses::SCHEMA))).await;
    Some(database)
}

fn engine(database: &TestDatabase) -> Engine {
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    Engine::new(Houses::SCHEMA, config).expect("the schema is right")
}

async fn ask(engine: &Engine, query: &str, variables: Value) -> Value {
    let variables = variables.as_object().cloned().expect("an object");
    let request = Request { query: query.into(), variables: variables.into(), ..Request::default() };
    let compiled = engine.execute_compiled(&request).await.body.whole().await.expect("a response");
    let interpreted = engine.execute_interpreted(&request).await.body.whole().await.expect("a response");
    assert_eq!(compiled, interpreted);
    serde_json::from_slice(&compiled).expect("JSON")
}

const NEAREST: &str = "query ($to: [Float!]!, $by: VectorDistance) { houses(orderBy: {style: {nearestTo: $to, distance: $by}}) { houseId } }";

#[test]
fn an_order_is_the_operator_that_an_index_serves() {
    assert_snapshot!(Houses::sql("{ houses(orderBy: {style: {nearestTo: [1, 0, 0], distance: COSINE}}, limit: 2) { houseId style } }"), @"
    SELECT house.house_id, house.style
    FROM house
    ORDER BY house.style <=> $1::text::vector
    LIMIT 2
    ");
}

#[tokio::test]
async fn rows_are_in_the_order_of_their_distances() {
    let Some(database) = houses().await else { return };
    let (engine, client) = (engine(&database), database.connect().await);
    for (by, operator) in
        [(None, "<->"), (Some("L2"), "<->"), (Some("COSINE"), "<=>"), (Some("INNER_PRODUCT"), "<#>")]
    {
        for vector in [[1.0, 0.0, 0.0], [0.25, 2.0, -1.0], [1e10, 1.0, 3.5]] {
            let oracle = format!(
                "SELECT json_build_object('data', json_build_object('houses', json_agg(json_build_object('houseId', house_id))))::text \
                 FROM (SELECT house_id FROM house ORDER BY style {operator} '{vector:?}') AS house"
            );
            let expected: String = client.query_one(&oracle, &[]).await.expect("the SQL is right").get(0);
            let expected: Value = serde_json::from_str(&expected).expect("JSON");
            let variables = match by {
                Some(by) => json!({"to": vector, "by": by}),
                None => json!({"to": vector}),
            };
            assert_eq!(ask(&engine, NEAREST, variables).await, expected, "{by:?} {vector:?}");
        }
    }
}

#[tokio::test]
async fn vectors_are_lists_of_numbers() {
    let Some(database) = houses().await else { return };
    let query =
        "{ houses(where: {style: {isNull: false}}, limit: 2) { style } none: house(houseId: 3) { style } }";
    assert_eq!(
        ask(&engine(&database), query, json!({})).await,
        json!({"data": {"houses": [{"style": [1, 0, 0]}, {"style": [0, 1, 0.5]}], "none": {"style": null}}})
    );
}

#[tokio::test]
async fn other_vectors_are_refused() {
    let Some(database) = houses().await else { return };
    let answer = ask(&engine(&database), NEAREST, json!({"to": [1, 2]})).await;
    assert_eq!(answer["errors"][0]["message"], "variable `$to`: [1,2] is no `[Float!] of 3 numbers`");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_index_serves_the_order() {
    let Some(database) = houses().await else { return };
    let client = database.connect().await;
    let script = "
        CREATE INDEX ON house USING hnsw (style vector_cosine_ops);
        SET enable_seqscan = off; SET enable_sort = off; SET plan_cache_mode = force_generic_plan;";
    client.batch_execute(script).await.expect("pgvector is there");
    let statement = Houses::sql(
        "{ houses(orderBy: {style: {nearestTo: [1, 0, 0], distance: COSINE}}, limit: 2) { houseId } }",
    );
    client.batch_execute(&format!("PREPARE list AS {statement}")).await.expect("the SQL is right");
    let rows = client.query("EXPLAIN EXECUTE list('[1,0,0]')", &[]).await.expect("the vector is right");
    let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(plan.iter().any(|line| line.contains("Index Scan using house_style_idx")), "{plan:#?}");
}

#[tokio::test]
async fn the_number_of_dimensions_is_checked() {
    let Some(database) = houses().await else { return };
    let pool = Pool::new(&Settings::new(&database.url)).expect("the URL is right");
    let problems = async || -> Vec<String> {
        let problems = check(Houses::SCHEMA, &pool).await.expect("the database is there");
        problems.iter().map(ToString::to_string).collect()
    };
    assert_eq!(problems().await, [""; 0]);
    database.execute("ALTER TABLE house DROP style, ADD style vector(4)").await;
    assert_eq!(
        problems().await,
        [
            "error: table `house`: column `style` is `vector(4)` in the database but `Vector<3>` (vector(3)) in the schema; write `Vector<4>`"
        ]
    );
}
