//! Columns of every type: a database that fits them and one that does not, the indexes that serve their filters, and values
//! that are refused. Their answers are compared by `cases_of_types`.

use onefold::catalog::check;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::pool::{Pool, Settings};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::types::{self, Hotels};
use onefold_tests::{TestDatabase, database};
use serde_json::{Value, json};

async fn hotels() -> TestDatabase {
    let database = database().await;
    database.execute(&types::script()).await;
    database
}

async fn problems(database: &TestDatabase) -> Vec<String> {
    let pool = Pool::new(&Settings::new(&database.url)).expect("the URL is right");
    let problems = check(Hotels::SCHEMA, &pool).await.expect("the database is there");
    problems.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_database_with_these_types_fits() {
    assert_eq!(problems(&hotels().await).await, [""; 0]);
}

#[tokio::test]
async fn other_types_are_reported_with_what_to_write() {
    let database = hotels().await;
    let script = "
        ALTER TABLE room ALTER tags TYPE integer[] USING '{}', ALTER doors TYPE integer USING 0;
        ALTER TABLE guest ALTER nickname TYPE text, ALTER postal_code TYPE text, ALTER discount TYPE numeric;
        ALTER TABLE stay ALTER nights TYPE int8range USING 'empty', ALTER floors TYPE int4 USING 0;
        ALTER TABLE stay DROP trips, ADD trips int4multirange NOT NULL DEFAULT '{}';";
    database.execute(script).await;
    assert_eq!(
        problems(&database).await,
        [
            "error: table `room`: column `tags` is `integer[]` in the database but `Vec<String>` (text[]) in the schema; write `Vec<i32>`",
            "error: table `room`: column `doors` is `integer` in the database but `Vec<i32>` (integer[]) in the schema; write `i32`",
            "error: table `guest`: column `nickname` is `text` in the database but `CiText` (citext) in the schema; write `String`",
            "error: table `guest`: column `postal_code` is `text` in the database but `PostalCode` (postal_code) in the schema; write `String`",
            "error: table `guest`: column `discount` is `numeric` in the database but `Decimal` (share) in the schema; write `Decimal`",
            "error: table `stay`: column `nights` is `int8range` in the database but `Range<Date>` (daterange) in the schema; write `Range<i64>`",
            "error: table `stay`: column `floors` is `integer` in the database but `Range<i32>` (int4range) in the schema; write `i32`",
            "error: table `stay`: column `trips` is `int4multirange` in the database but `Vec<Range<Date>>` (daterange[]) in the schema; no column type stands for it, unless it is an enum: then write one with `#[derive(Enum)]`",
        ]
    );
}

/// Whether Postgres reads an index by the condition of a list when it has not seen the value.
async fn is_served(client: &tokio_postgres::Client, list: &str, value: &str) -> bool {
    let statement = Hotels::sql(list);
    client
        .batch_execute(&format!("DEALLOCATE ALL; PREPARE list AS {statement}"))
        .await
        .expect("the SQL is right");
    let rows =
        client.simple_query(&format!("EXPLAIN EXECUTE list({value})")).await.expect("the value is right");
    rows.iter().any(|row| match row {
        tokio_postgres::SimpleQueryMessage::Row(row) => {
            row.get(0).is_some_and(|line| line.contains("Index Cond"))
        }
        _ => false,
    })
}

#[tokio::test]
async fn indexes_serve_their_filters() {
    let database = hotels().await;
    let indexes = "
        CREATE INDEX ON hotel USING gin ((languages::text[]));
        CREATE INDEX ON hotel USING gin (facts);
        CREATE INDEX ON room USING gin (rates);
        CREATE INDEX ON stay USING gist (nights);
        CREATE INDEX ON stay USING gist (access);";
    database.execute(indexes).await;
    let client = database.connect().await;
    client
        .batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
        .await
        .expect("a setting");
    client.batch_execute("SET enable_indexscan = off").await.expect("the index of the key serves the order");
    for (list, value) in [
        (r#"{ hotels(where: {languages: {contains: ["de"]}}) { name } }"#, "'{de}'"),
        (r#"{ hotels(where: {languages: {overlaps: ["de"]}}) { name } }"#, "'{de}'"),
        (r#"{ hotels(where: {languages: {containedBy: ["de"]}}) { name } }"#, "'{de}'"),
        (r#"{ rooms(where: {rates: {contains: ["1"]}}) { roomId } }"#, "'{1}'"),
        (r#"{ hotels(where: {facts: {contains: {stars: 5}}}) { name } }"#, "'{}'"),
        (r#"{ hotels(where: {facts: {hasKey: "bar"}}) { name } }"#, "'bar'"),
        (r#"{ hotels(where: {facts: {hasAnyKeys: ["bar"]}}) { name } }"#, "'{bar}'"),
        (r#"{ hotels(where: {facts: {hasAllKeys: ["bar"]}}) { name } }"#, "'{bar}'"),
        (r#"{ hotels(where: {facts: {path: "$.stars == 5"}}) { name } }"#, "'$.stars == 5'"),
        (r#"{ hotels(where: {facts: {pathExists: "$.bar"}}) { name } }"#, "'$.bar'"),
        (r#"{ stays(where: {nights: {contains: "2009-02-01"}}) { stayId } }"#, "'2009-02-01'"),
        (r#"{ stays(where: {nights: {containsRange: "[2009-02-01,)"}}) { stayId } }"#, "'empty'"),
        (r#"{ stays(where: {nights: {overlaps: "[2009-02-01,)"}}) { stayId } }"#, "'empty'"),
        (r#"{ stays(where: {nights: {adjacent: "[2009-02-01,)"}}) { stayId } }"#, "'empty'"),
        (r#"{ stays(where: {access: {containedBy: "[2009-02-01T00:00:00Z,)"}}) { stayId } }"#, "'empty'"),
    ] {
        assert!(is_served(&client, list, value).await, "{list}");
    }
}

#[tokio::test]
async fn what_is_no_value_is_the_mistake_of_the_client() {
    let database = hotels().await;
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let engine = Engine::new(Hotels::SCHEMA, config).expect("the schema is right");
    for (query, value, expected) in [
        (
            "query ($v: DateRange!) { stays(where: {nights: {overlaps: $v}}) { stayId } }",
            json!("[2009-02-01,2009-01-01)"),
            "variable `$v`: \"[2009-02-01,2009-01-01)\" is no `DateRange`",
        ),
        (
            "query ($v: [String!]) { hotels(where: {languages: {contains: $v}}) { name } }",
            json!(["de", "a\u{0}b"]),
            "variable `$v`: a text cannot have the null character U+0000 in it",
        ),
        (
            "query ($v: String!) { hotels(where: {facts: {path: $v}}) { name } }",
            json!("stars >"),
            "a path into JSON is wrong: syntax error at or near \" \" of jsonpath input",
        ),
    ] {
        let variables = json!({"v": value}).as_object().cloned().expect("an object");
        let request = Request { query: query.into(), variables: variables.into(), ..Request::default() };
        let body = engine.execute(&request).await.body.whole().await.expect("a response");
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(answer["errors"][0]["message"], expected, "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        assert_eq!(answer["data"], Value::Null);
    }
}
