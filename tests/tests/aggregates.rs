//! What is computed of rows: no more than is asked for, in the types that were promised, also at the ends of their ranges.

use music::Music;
use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Outcome, Request};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::{TestDatabase, database};
use serde::Deserialize;
use serde_json::{Value, json};

fn request(query: &str) -> Request {
    Request { query: query.into(), ..Request::default() }
}

/// The aggregate functions that a statement calls, in the order of its text.
fn calls(statement: &str) -> Vec<&str> {
    let functions = ["count", "sum", "avg", "min", "max", "stddev", "bool_and", "bool_or"];
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '.';
    let names = statement.split('(').map(|text| &text[text.trim_end_matches(is_part).len()..]);
    names.filter(|name| functions.contains(name)).collect()
}

#[test]
fn nothing_is_computed_that_nobody_asked_for() {
    let engine = Engine::new(Music::SCHEMA, Config::default()).expect("the schema is right");
    for (query, computed) in [
        ("{ tracksAggregate { __typename } }", &[][..]),
        ("{ tracksAggregate(groupBy: [{genreId: VALUE}]) { key { genreId } } }", &[]),
        ("{ tracksAggregate(groupBy: [{genreId: VALUE}]) { __typename } }", &[]),
        ("{ tracksAggregate { milliseconds { sum } } }", &["sum"]),
        ("{ tracksAggregate { milliseconds { sum avg } a: milliseconds { sum } } }", &["sum", "avg"]),
        ("{ tracksAggregate(orderBy: [{count: ASC}]) { milliseconds { max } } }", &["max"]),
        ("{ tracksAggregate(where: {name: {eq: \"\"}}) { name { min } } }", &["min"]),
        ("{ genres { name tracksAggregate { bytes { avg } } } }", &["avg"]),
        ("{ employees { colleaguesAggregate(groupBy: [{title: VALUE}]) { key { title } } } }", &[]),
        ("{ genres(orderBy: {tracksAggregate: {milliseconds: {sum: ASC}}}) { name } }", &["sum"]),
        ("{ employees(orderBy: {colleaguesAggregate: {title: {max: ASC}}}) { lastName } }", &["max"]),
        (
            "{ genresConnection(orderBy: {tracksAggregate: {milliseconds: {sum: ASC}}}) { nodes { name } } }",
            &["sum"],
        ),
        (
            "{ tracksAggregate(groupBy: [{genreId: VALUE}], having: {bytes: {sum: {gt: 0}}}) { name { max } } }",
            &["max", "sum"],
        ),
        ("{ tracksAggregate { count } }", &["count"]),
    ] {
        let statement = engine.sql(&request(query)).unwrap_or_else(|error| panic!("{query}: {error}"));
        let mut found = calls(&statement);
        // A connection counts the rows of its page to see whether there is one more.
        found.retain(|name| !(query.contains("Connection") && *name == "count"));
        assert_eq!(found, computed, "{query}:\n{statement}");
    }
}

/// With a column for each kind of what is computed, and names that something else has in an aggregate.
#[derive(Table)]
struct Reading {
    #[key]
    reading_id: i32,
    station_id: i32,
    count: i16,
    key: Option<i32>,
    whole: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    exact: Option<Decimal>,
    lasted: Option<Interval>,
    sound: Option<bool>,
    day: Option<Date>,
    taken: Option<Timestamptz>,
    grade: Option<Grade>,
    notes: Option<Jsonb>,
    #[one(station_id)]
    station: One<Station>,
}

#[derive(Enum)]
#[pg(name = "grade")]
enum Grade {
    Worst,
    Best,
}

/// Where readings are taken; no index has the station of a reading.
#[derive(Table)]
struct Station {
    #[key]
    station_id: i32,
    readings_aggregate: Option<String>,
    #[many(Reading::station_id)]
    readings: Many<Reading>,
    #[many(Reading::station_id)]
    #[relation(unindexed)]
    measured: Many<Reading>,
}

#[derive(Schema)]
#[schema(tables(Reading, Station))]
struct Weather;

async fn weather(rows: &str) -> (TestDatabase, Engine) {
    let database = database().await;
    database.execute(&ddl(Weather::SCHEMA)).await;
    database.execute("INSERT INTO station VALUES (1), (2)").await;
    database.execute(rows).await;
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let engine = Engine::new(Weather::SCHEMA, config).expect("the schema is right");
    (database, engine)
}

/// The response, which is the same by the interpreter.
async fn answer(engine: &Engine, query: &str) -> Value {
    let request = request(query);
    let compiled = engine.execute_compiled(&request).await.body.whole().await.expect("the rows fit");
    let interpreted = engine.execute_interpreted(&request).await.body.whole().await.expect("the rows fit");
    assert_eq!(compiled, interpreted, "{query}");
    serde_json::from_slice(&compiled).expect("a response is JSON")
}

#[tokio::test]
async fn sums_and_means_have_the_types_that_were_promised() {
    let (_database, engine) = weather(
        "INSERT INTO reading (reading_id, station_id, count, key, whole, single, double, exact, lasted, sound, day, taken, grade) VALUES
         (1, 1, 32767, 2147483647, 9223372036854775807, 1.5, 0.1, 0.1, 'P1M', true, '2024-02-29', '2024-01-01 00:30+02', 'best'),
         (2, 1, 32767, 2147483646, 9223372036854775807, 2.25, 0.2, 0.2, 'PT1H', false, '2024-03-31', '2023-12-31 23:59:59Z', 'worst'),
         (3, 1, 1, NULL, 3, NULL, NULL, 0.3, NULL, NULL, NULL, NULL, NULL)",
    )
    .await;
    let found = answer(
        &engine,
        "{ readingsAggregate {
            count
            count_ { sum avg max }
            key_ { count sum avg stddev }
            whole { sum avg min }
            single { sum avg max }
            double { count sum }
            exact { sum avg }
            lasted { sum max }
            sound { boolAnd boolOr count }
            grade { min max countDistinct }
            notes { count }
            day { min }
        } }",
    )
    .await;
    let expected = json!([{
        "count": 3,
        "count_": {"sum": "65535", "avg": 21845, "max": 32767},
        "key_": {"count": 2, "sum": "4294967293", "avg": 2147483646.5, "stddev": std::f64::consts::FRAC_1_SQRT_2},
        "whole": {"sum": "18446744073709551617", "avg": "6148914691236517206", "min": "3"},
        "single": {"sum": 3.75, "avg": 1.875, "max": 2.25},
        "double": {"count": 2, "sum": 0.300_000_000_000_000_04},
        "exact": {"sum": "0.6", "avg": "0.20000000000000000000"},
        "lasted": {"sum": "P1MT1H", "max": "P1M"},
        "sound": {"boolAnd": false, "boolOr": true, "count": 2},
        "grade": {"min": "WORST", "max": "BEST", "countDistinct": 2},
        "notes": {"count": 0},
        "day": {"min": "2024-02-29"},
    }]);
    assert_eq!(found["data"]["readingsAggregate"], expected, "{found}");

    // Times are cut off in UTC, and dates stay dates.
    let found = answer(
        &engine,
        "{
            years: readingsAggregate(groupBy: [{taken: YEAR}]) { key { taken } count }
            months: readingsAggregate(groupBy: [{day: QUARTER}], where: {day: {isNull: false}}) { key { day } count }
            grades: readingsAggregate(groupBy: [{grade: VALUE}], orderBy: [{key: {grade: DESC_NULLS_LAST}}]) { key { grade } key_ { max } }
        }",
    )
    .await;
    let expected = json!({
        "years": [{"key": {"taken": "2023-01-01T00:00:00+00:00"}, "count": 2}, {"key": {"taken": null}, "count": 1}],
        "months": [{"key": {"day": "2024-01-01"}, "count": 2}],
        "grades": [
            {"key": {"grade": "BEST"}, "key_": {"max": 2147483647}},
            {"key": {"grade": "WORST"}, "key_": {"max": 2147483646}},
            {"key": {"grade": null}, "key_": {"max": null}},
        ],
    });
    assert_eq!(found["data"], expected, "{found}");
}

#[tokio::test]
async fn what_json_has_not_is_null_and_told() {
    let (_database, engine) = weather(
        "INSERT INTO reading (reading_id, station_id, count, double, exact, single) VALUES
         (1, 1, 1, 'Infinity', 1, 1), (2, 1, 1, '-Infinity', 'NaN', 'Infinity'), (3, 2, 1, 1e308, 2, 3e38), (4, 2, 1, 1e308, 3, 3e38)",
    )
    .await;
    let found = answer(
        &engine,
        "{ readingsAggregate(where: {stationId: {eq: 1}}) { count double { sum avg max stddev } exact { sum } single { avg } } }",
    )
    .await;
    let expected = json!([{
        "count": 2,
        "double": {"sum": null, "avg": null, "max": null, "stddev": null},
        "exact": {"sum": null},
        "single": {"avg": null},
    }]);
    assert_eq!(found["data"]["readingsAggregate"], expected, "{found}");
    let errors = found["errors"].as_array().expect("there are errors");
    assert_eq!(errors.len(), 6, "{found}");
    assert_eq!(errors[0]["path"], json!(["readingsAggregate", 0, "double", "sum"]));

    // What is beyond a type is an error of the database's.
    for measured in ["double { sum }", "single { sum }"] {
        let query = format!("{{ readingsAggregate(where: {{stationId: {{eq: 2}}}}) {{ {measured} }} }}");
        let found = answer(&engine, &query).await;
        assert_eq!(found["errors"][0]["extensions"]["code"], "DATABASE_ERROR", "{found}");
    }
}

#[tokio::test]
async fn rows_of_relations_without_an_index_are_computed_at_once() {
    let (database, engine) = weather(
        "INSERT INTO reading (reading_id, station_id, count, key) VALUES (1, 1, 1, 5), (2, 1, 2, 6), (3, 1, 2, 7);
         INSERT INTO station VALUES (3)",
    )
    .await;
    database.execute("INSERT INTO reading (reading_id, station_id, count, key) VALUES (4, 3, 9, 1)").await;
    let query = "{ stations {
        stationId
        measuredAggregate { count key_ { sum } }
        groups: measuredAggregate(groupBy: [{count: VALUE}], orderBy: [{count: DESC}], limit: 1) { key { count } count }
        large: measuredAggregate(having: {count: {gt: 1}}) { count }
        capped: measuredAggregate(where: {key: {gt: 5}}) { countUpTo(limit: 1) }
        none: measuredAggregate { __typename }
    } }";
    let statement = engine.sql(&request(query)).expect("it is valid");
    // Only the one that is there or not, by all its rows, is a query of each row.
    assert_eq!(statement.matches("reading.station_id = stations.station_id").count(), 1, "{statement}");
    let found = answer(&engine, query).await;
    let none = json!([{"__typename": "ReadingAggregate"}]);
    let expected = json!([
        {
            "stationId": 1,
            "measuredAggregate": [{"count": 3, "key_": {"sum": "18"}}],
            "groups": [{"key": {"count": 2}, "count": 2}],
            "large": [{"count": 3}],
            "capped": [{"countUpTo": 1}],
            "none": none,
        },
        {
            "stationId": 2,
            "measuredAggregate": [{"count": 0, "key_": {"sum": null}}],
            "groups": [],
            "large": [],
            "capped": [{"countUpTo": 0}],
            "none": none,
        },
        {
            "stationId": 3,
            "measuredAggregate": [{"count": 1, "key_": {"sum": "1"}}],
            "groups": [{"key": {"count": 9}, "count": 1}],
            "large": [],
            "capped": [{"countUpTo": 0}],
            "none": none,
        },
    ]);
    assert_eq!(found["data"]["stations"], expected, "{found}");

    let query = "{
        stations(orderBy: {measuredAggregate: {count: ASC}}) { stationId }
        most: stationsConnection(orderBy: {measuredAggregate: {key: {max: DESC_NULLS_LAST}}}) { nodes { stationId } }
    }";
    // The column has its other name there too.
    let query = query.replace("{key: {max", "{key_: {max");
    let found = answer(&engine, &query).await;
    let ids = |ids: [i32; 3]| ids.map(|id| json!({"stationId": id}));
    assert_eq!(
        found["data"],
        json!({"stations": ids([2, 3, 1]), "most": {"nodes": ids([1, 3, 2])}}),
        "{found}"
    );
}

#[test]
fn fields_of_the_schema_come_before_aggregates() {
    let engine = Engine::new(Weather::SCHEMA, Config::default()).expect("no name is there twice");
    let sdl = engine.sdl();
    assert!(sdl.contains("\n  readingsAggregate: String\n"), "{sdl}");
    assert!(sdl.contains("\n  measuredAggregate(\n"), "{sdl}");
    assert!(
        sdl.contains("\n  count_: IntAggregate!\n") && sdl.contains("\n  key_: IntAggregate!\n"),
        "{sdl}"
    );
}

#[derive(Debug, PartialEq, Deserialize)]
struct Found {
    #[serde(rename = "readingsAggregate")]
    readings: Vec<Group>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Group {
    key: Key,
    count: i32,
    exact: Computed,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Key {
    count: i16,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Computed {
    sum: Option<String>,
}

#[tokio::test]
async fn an_answer_is_a_value_of_a_type() {
    let (_database, engine) = weather(
        "INSERT INTO reading (reading_id, station_id, count, exact) VALUES (1, 1, 1, 0.1), (2, 1, 1, 0.2), (3, 2, 2, NULL)",
    )
    .await;
    let query = "query ($more: Int!) {
        readingsAggregate(groupBy: [{count: VALUE}], having: {count: {gt: $more}}) { key { count } count exact { sum } }
    }";
    let group = |count, rows, sum: Option<&str>| Group {
        key: Key { count },
        count: rows,
        exact: Computed { sum: sum.map(str::to_owned) },
    };
    for (more, readings) in
        [(0, vec![group(1, 2, Some("0.3")), group(2, 1, None)]), (1, vec![group(1, 2, Some("0.3"))])]
    {
        let found: Found = engine.query(query, json!({ "more": more })).await.expect("it is valid");
        assert_eq!(found, Found { readings });
    }
}

#[tokio::test]
async fn counts_up_to_a_number_are_folded() {
    let (_database, engine) =
        weather("INSERT INTO reading (reading_id, station_id, count) VALUES (1, 1, 1), (2, 1, 1), (3, 2, 1)")
            .await;
    let query = "query ($station: Int!, $from: Int!, $least: Boolean!) {
        station(stationId: $station) { measuredAggregate(where: {readingId: {gte: $from}}) { countUpTo(limit: 5) less: countUpTo(limit: 1) @include(if: $least) } }
    }";
    let stages = engine.explain(&request(query)).expect("it is valid");
    assert!(stages.batch.contains("unnest"), "{}", stages.batch);
    let ask = async |station: i32, from: i32, least: bool| {
        let variables = json!({"station": station, "from": from, "least": least});
        let Value::Object(variables) = variables else { unreachable!() };
        let request = Request { variables: variables.into(), ..request(query) };
        let response = engine.execute(&request).await;
        assert_eq!(response.outcome, Outcome::Executed);
        let body = response.body.whole().await.expect("the rows fit");
        serde_json::from_slice::<Value>(&body).expect("a response is JSON")["data"]["station"].clone()
    };
    let all = futures_util::future::join_all([
        ask(1, 1, true),
        ask(1, 2, false),
        ask(2, 1, true),
        ask(3, 1, false),
    ])
    .await;
    let counted = |counts: Value| json!({"measuredAggregate": [counts]});
    let expected = [
        counted(json!({"countUpTo": 2, "less": 1})),
        counted(json!({"countUpTo": 1})),
        counted(json!({"countUpTo": 1, "less": 1})),
        Value::Null,
    ];
    assert_eq!(all, expected);
    // All else may read any number of rows.
    for measured in [
        "count",
        "countUpTo(limit: $most)",
        "countUpTo(limit: 100000000)",
        "countUpTo(limit: 1) key_ { max }",
    ] {
        let query = format!(
            "query ($most: Int! = 1) {{ station(stationId: $most) {{ measuredAggregate {{ {measured} }} }} }}"
        );
        assert_eq!(engine.explain(&request(&query)).expect("it is valid").batch, "", "{measured}");
    }
}
