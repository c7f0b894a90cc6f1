//! Values that Postgres has and GraphQL has not: an error at the field's path, and null as far up as a null must go.

use serde_json::{Value, json};

use super::Fixture;
use super::schema::columns;

/// A value, the column that has it (and, with `maybe_` before it, the nullable one), and what is said of it.
const VALUES: [(&str, &str, &str, &str); 14] = [
    ("float4", "'NaN'", "the value `NaN` of type `float4` has no representation in GraphQL", NOT_FINITE),
    (
        "float4",
        "'Infinity'",
        "the value `Infinity` of type `float4` has no representation in GraphQL",
        NOT_FINITE,
    ),
    ("float8", "'NaN'", "the value `NaN` of type `float8` has no representation in GraphQL", NOT_FINITE),
    (
        "float8",
        "'-Infinity'",
        "the value `-Infinity` of type `float8` has no representation in GraphQL",
        NOT_FINITE,
    ),
    ("numeric", "'NaN'", "the value `NaN` of type `numeric` has no representation in GraphQL", NOT_FINITE),
    (
        "numeric",
        "'Infinity'",
        "the value `Infinity` of type `numeric` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "numeric",
        "'-Infinity'",
        "the value `-Infinity` of type `numeric` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "date",
        "'infinity'",
        "the value `infinity` of type `date` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "date",
        "'-infinity'",
        "the value `-infinity` of type `date` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "timestamp",
        "'infinity'",
        "the value `infinity` of type `timestamp` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "timestamp",
        "'-infinity'",
        "the value `-infinity` of type `timestamp` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "timestamptz",
        "'infinity'",
        "the value `infinity` of type `timestamptz` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "timestamptz",
        "'-infinity'",
        "the value `-infinity` of type `timestamptz` has no representation in GraphQL",
        NOT_FINITE,
    ),
    (
        "mood",
        "'new \"one\"'",
        "the label `new \"one\"` of the Postgres enum `Mood of day` is no value of the enum `Mood`",
        "UNKNOWN_ENUM_LABEL",
    ),
];

const NOT_FINITE: &str = "NOT_FINITE";

/// Three samples: the first two are on sheet 0 and 1, the third is on sheet 0 again. Notes 1 and 3 may refer to theirs.
async fn fixture() -> Fixture {
    let fixture = Fixture::new().await;
    fixture.run("ALTER TYPE \"every \"\"type\"\"\".\"Mood of day\" ADD VALUE 'new \"one\"'").await;
    let ordinary: Vec<String> = columns()
        .map(|column| {
            let value = match super::schema::postgres_type(column).as_str() {
                "boolean" => "true",
                "uuid" => "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "date" | "timestamp" | "timestamptz" => "2009-01-31",
                "time" => "13:30:00",
                "inet" | "cidr" => "10.0.0.1",
                name if name.contains("Mood") => "sad",
                _ => "1",
            };
            format!("'{value}'")
        })
        .collect();
    fixture.fill(&[ordinary.clone(), ordinary.clone(), ordinary]).await;
    fixture
}

#[test]
fn values_that_graphql_has_not() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        let fixture = fixture().await;
        for (column, value, message, code) in VALUES {
            fixture.run(&format!("BEGIN; UPDATE sample SET {column} = {value}, maybe_{column} = {value} WHERE id = 2; COMMIT")).await;
            let error = |path: Value| json!({"message": message, "path": path, "extensions": {"code": code}});
            let maybe = format!("maybe{}{}", column[..1].to_uppercase(), &column[1..]);
            let check = async |query: &str, data: Value, errors: Vec<Value>| {
                let query = query.replace("VALUE", column).replace("MAYBE", &maybe);
                assert_eq!(fixture.query(&query, json!({})).await, json!({"data": data, "errors": errors}), "{query}");
            };
            let ids = json!([{"id": 1}, {"id": 2}, {"id": 3}]);
            assert_eq!(fixture.query("{ samples { id } }", json!({})).await, json!({"data": {"samples": ids}}));

            // A nullable field is null, and all else is there.
            check(
                "{ samples(offset: 1) { id v: MAYBE __typename } }",
                json!({"samples": [
                    {"id": 2, "v": null, "__typename": "Sample"},
                    {"id": 3, "v": ordinary(column), "__typename": "Sample"}
                ]}),
                vec![error(json!(["samples", 0, "v"]))],
            )
            .await;
            check(
                "{ a: sample(id: 2) { MAYBE id } b: sample(id: 2) { id } }",
                json!({"a": {maybe.as_str(): null, "id": 2}, "b": {"id": 2}}),
                vec![error(json!(["a", maybe]))],
            )
            .await;
            check(
                "{ sheets { s: samples { v: MAYBE } } }",
                json!({"sheets": [
                    {"s": [{"v": ordinary(column)}, {"v": ordinary(column)}]},
                    {"s": [{"v": null}]},
                    {"s": []}
                ]}),
                vec![error(json!(["sheets", 1, "s", 0, "v"]))],
            )
            .await;

            // A list of objects that may not be null is not there without one of them, nor is what may not be without it.
            check("{ samples { id v: VALUE } }", Value::Null, vec![error(json!(["samples", 1, "v"]))]).await;
            check(
                "{ a: samples { id } samples { VALUE } }",
                Value::Null,
                vec![error(json!(["samples", 1, column]))],
            )
            .await;
            check(
                "{ sheets { id samples { VALUE } } }",
                Value::Null,
                vec![error(json!(["sheets", 1, "samples", 0, column]))],
            )
            .await;
            check(
                "{ notes { id sample { v: VALUE } } }",
                Value::Null,
                vec![error(json!(["notes", 1, "sample", "v"]))],
            )
            .await;

            // A row by its key may be null, alone and among other fields.
            check("{ sample(id: 2) { id VALUE } }", json!({"sample": null}), vec![error(json!(["sample", column]))]).await;
            check(
                "{ sheet(id: 1) { id samples { VALUE } } b: sheet(id: 0) { samples { id } } }",
                json!({"sheet": null, "b": {"samples": [{"id": 1}, {"id": 3}]}}),
                vec![error(json!(["sheet", "samples", 0, column]))],
            )
            .await;
            check(
                "{ note(id: 2) { sample { sheet { samples { VALUE } } } } }",
                json!({"note": null}),
                vec![error(json!(["note", "sample", "sheet", "samples", 0, column]))],
            )
            .await;

            // An object that may be null ends it; the same sample through two fields is two errors.
            fixture.run("UPDATE note SET maybe_sample_id = 2").await;
            check(
                "{ notes(limit: 2) { id maybeSample { v: VALUE id } } }",
                json!({"notes": [{"id": 1, "maybeSample": null}, {"id": 2, "maybeSample": null}]}),
                vec![error(json!(["notes", 0, "maybeSample", "v"])), error(json!(["notes", 1, "maybeSample", "v"]))],
            )
            .await;
            check(
                "{ notes(limit: 1) { maybeSample { sheet { s: samples { id VALUE } } } id } }",
                json!({"notes": [{"maybeSample": null, "id": 1}]}),
                vec![error(json!(["notes", 0, "maybeSample", "sheet", "s", 0, column]))],
            )
            .await;
            check(
                "{ a: samples(limit: 2) { MAYBE } note(id: 1) { maybeSample { VALUE } } }",
                json!({"a": [{maybe.as_str(): ordinary(column)}, {maybe.as_str(): null}], "note": {"maybeSample": null}}),
                vec![error(json!(["a", 1, maybe])), error(json!(["note", "maybeSample", column]))],
            )
            .await;

            fixture.run(&format!("UPDATE sample SET ({column}, maybe_{column}) = (SELECT {column}, maybe_{column} FROM sample WHERE id = 1)")).await;
        }
    });
}

/// What the column of an ordinary sample is answered as.
fn ordinary(column: &str) -> Value {
    match column {
        "float4" | "float8" => json!(1),
        "numeric" => json!("1"),
        "date" => json!("2009-01-31"),
        "timestamp" => json!("2009-01-31T00:00:00"),
        "timestamptz" => json!("2009-01-31T00:00:00+00:00"),
        _ => json!("SAD"),
    }
}

/// Rows that the schema says there are, and are not.
#[test]
fn nulls_that_the_schema_denies() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        let fixture = fixture().await;
        fixture
            .run(
                "ALTER TABLE sample ALTER text DROP NOT NULL; UPDATE sample SET text = NULL WHERE id = 3;
                 ALTER TABLE note DROP CONSTRAINT note_sample_id_fkey; UPDATE note SET sample_id = 99 WHERE id = 2",
            )
            .await;
        let null = |path: Value| {
            json!({"message": "null in a field that is not nullable", "path": path, "extensions": {"code": "UNEXPECTED_NULL"}})
        };
        let missing = |path: Value| {
            json!({
                "message": "the object of a field that is not nullable is missing",
                "path": path,
                "extensions": {"code": "MISSING_OBJECT"}
            })
        };
        for (query, data, errors) in [
            ("{ samples { text } }", json!(null), vec![null(json!(["samples", 2, "text"]))]),
            ("{ sample(id: 3) { id t: text } }", json!({"sample": null}), vec![null(json!(["sample", "t"]))]),
            (
                "{ a: sheet(id: 0) { samples { text } } b: sheet(id: 1) { samples { text } } }",
                json!({"a": null, "b": {"samples": [{"text": "1"}]}}),
                vec![null(json!(["a", "samples", 1, "text"]))],
            ),
            (
                "{ note(id: 3) { id maybeSample { text } sampleId } }",
                json!({"note": {"id": 3, "maybeSample": null, "sampleId": 3}}),
                vec![null(json!(["note", "maybeSample", "text"]))],
            ),
            ("{ notes { sample { id } } }", json!(null), vec![missing(json!(["notes", 1, "sample"]))]),
            (
                "{ note(id: 2) { sample { sheet { id } } } sheets { id } }",
                json!({"note": null, "sheets": [{"id": 0}, {"id": 1}, {"id": 2}]}),
                vec![missing(json!(["note", "sample"]))],
            ),
            // What may be null is no error.
            ("{ note(id: 2) { maybeSample { text } } }", json!({"note": {"maybeSample": null}}), vec![]),
        ] {
            let mut expected = json!({"data": data});
            if !errors.is_empty() {
                expected["errors"] = errors.into();
            }
            assert_eq!(fixture.query(query, json!({})).await, expected, "{query}");
        }
    });
}
