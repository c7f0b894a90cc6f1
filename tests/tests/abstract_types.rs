//! Interfaces and unions over tables with other keys, other types and other shards than those of the query cases.

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::database;
use serde_json::{Value, json};

/// How it stands.
#[derive(Enum)]
enum State {
    Open,
    Paid,
    Lost,
}

/// What somebody owes.
#[derive(Table)]
#[table(shard_by = customer_id, max_limit = 3)]
struct Invoice {
    #[key]
    customer_id: i64,
    #[key]
    number: i32,
    state: Option<State>,
    at: Date,
    note: Option<String>,
}

/// What somebody sent back.
#[derive(Table)]
#[table(shard_by = customer_id)]
struct Return {
    #[key]
    return_id: Uuid,
    customer_id: i64,
    state: Option<State>,
    at: Date,
    #[column(name = "reason", graphql = "note")]
    #[deprecated]
    reason: String,
}

/// What is the same for all.
#[derive(Table)]
struct Holiday {
    #[key]
    at: Date,
    #[column(hidden)]
    state: Option<State>,
}

/// Something that happened between a customer and the store.
#[interface(tables(Invoice, Return), plural = "history")]
trait Event {
    fn customer_id(&self) -> i64;
    fn state(&self) -> Option<State>;
    fn at(&self) -> Date;
    #[deprecated(note = "nobody reads it")]
    fn note(&self) -> Option<String>;
}

/// A day.
#[derive(Union)]
enum Day {
    Holiday(Holiday),
    Return(Return),
}

#[derive(Schema)]
#[schema(tables(Invoice, Return, Holiday), interfaces(Event), unions(Day))]
struct Books;

const ROWS: &str = "
    INSERT INTO invoice VALUES
        (1, 1, 'paid', '2024-01-02', NULL), (1, 2, NULL, '2024-03-01', 'late'), (2, 1, 'open', '2024-01-02', NULL);
    INSERT INTO \"return\" VALUES
        ('00000000-0000-0000-0000-000000000002', 1, 'lost', '2024-01-02', 'broken'),
        ('00000000-0000-0000-0000-000000000001', 1, 'open', '2024-01-02', 'small'),
        ('00000000-0000-0000-0000-000000000003', 2, NULL, '2024-02-01', 'late');
    INSERT INTO holiday VALUES ('2024-01-01', NULL), ('2024-01-31', 'open');";

fn request(query: &str) -> Request {
    Request { query: query.into(), ..Request::default() }
}

async fn ask(engine: &Engine, query: &str) -> Value {
    let body = engine.execute(&request(query)).await.body.whole().await.expect("the body comes to its end");
    serde_json::from_slice(&body).expect("a response is JSON")
}

#[tokio::test]
async fn tables_may_have_other_keys() {
    let database = database().await;
    database.execute(&ddl(Books::SCHEMA)).await;
    database.execute(ROWS).await;
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let engine = Engine::new(Books::SCHEMA, config).expect("the schema is right");

    // The enum is ordered as Postgres orders it, and ties are broken by the table and its key.
    let answer = ask(
        &engine,
        "{ history(where: {customerId: {eq: 1}}, orderBy: [{at: DESC}, {state: DESC_NULLS_LAST}]) {
            __typename state ... on Invoice { number } ... on Return { returnId } } }",
    )
    .await;
    // No list is longer than the shortest of its tables.
    let expected = json!([
        {"__typename": "Invoice", "state": null, "number": 2},
        {"__typename": "Return", "state": "LOST", "returnId": "00000000-0000-0000-0000-000000000002"},
        {"__typename": "Invoice", "state": "PAID", "number": 1},
    ]);
    assert_eq!(answer, json!({"data": {"history": expected}}));
    let answer = ask(
        &engine,
        "{ history(where: {customerId: {eq: 1}, at: {eq: \"2024-01-02\"}, note: {ne: \"x\"}}) { note } }",
    )
    .await;
    assert_eq!(answer, json!({"data": {"history": [{"note": "small"}, {"note": "broken"}]}}));

    // A hidden column is not shared, and one that both have is.
    let answer = ask(
        &engine,
        "{ days(where: {at: {lt: \"2024-02-01\"}}, orderBy: {at: ASC}) { ... on Holiday { at } ... on Return { sent: at } } }",
    )
    .await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_MERGEABLE", "{answer}");
    for query in ["{ days(where: {state: {isNull: true}}) { __typename } }", "{ history(limit: 4) { at } }"] {
        let answer = ask(&engine, query).await;
        assert_ne!(answer.get("errors"), None, "{answer}");
    }
}

/// What is on several shards is refused; a condition on the shared shard key says which one is asked.
#[test]
fn they_are_read_from_one_shard() {
    let engine = Engine::new(Books::SCHEMA, Config::default()).expect("the schema is right");
    for query in [
        "{ history { at } }",
        "query @scatter { history { at } }",
        "{ history(where: {customerId: {in: [1, 2]}}) { at } }",
        "{ history(where: {or: [{customerId: {eq: 1}}]}) { at } }",
        "{ days { __typename } }",
    ] {
        let error = engine.explain(&request(query)).expect_err(query).to_string();
        assert!(error.contains("Ask for the list of each table instead"), "{query}: {error}");
    }
    let stages = engine
        .explain(&request("{ history(where: {customerId: {eq: 1}}, limit: 2) { at } }"))
        .expect("it is on one shard");
    assert_eq!(stages.statement.matches("customer_id = $1::int8").count(), 2, "{}", stages.statement);
}

#[test]
fn the_schema_says_what_implements_them() {
    let engine = Engine::new(Books::SCHEMA, Config::default()).expect("the schema is right");
    let sdl = engine.sdl();
    for part in [
        "type Invoice implements Node & Event {",
        "interface Event implements Node {",
        "  note: String @deprecated(reason: \"nobody reads it\")",
        "union Day = Holiday | Return\n",
        "input DayWhere {",
        "  at: DateFilter\n}",
        "input DayOrderBy @oneOf {\n  at: OrderDirection\n}",
        "\"\"\"How many rows; 3 unless told, 3 at most.\"\"\"",
    ] {
        assert!(sdl.contains(part), "{part}: {sdl}");
    }
}
