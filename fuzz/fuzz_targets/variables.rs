//! The JSON of variables, read directly and by way of a tree: where both read it, the same values are bound, and what is
//! bound is taken by Postgres.
#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use onefold::operation::variables::Given;
use onefold_fuzz::{compiler, node_id, postgres};
use serde_json::value::RawValue;

/// Operations with variables of scalar types, each with values of them; `TRACK` is the id of one.
const OPERATIONS: [(&str, &str); 7] = [
    (
        "query ($a: Int!, $b: Boolean!) { album(albumId: $a) { title @include(if: $b) } }",
        r#"{"a": 1, "b": true}"#,
    ),
    (
        "query ($a: [Int!]!, $b: Int!) { tracks(where: {trackId: {in: $a}}, limit: $b) { name } }",
        r#"{"a": [1, 2], "b": 3}"#,
    ),
    (
        "query ($a: String!, $b: [String!]!) { artists(where: {name: {startsWith: $a, notIn: $b}}) { name } }",
        r#"{"a": "A", "b": ["x"]}"#,
    ),
    (
        "query ($a: LocalDateTime!, $b: Decimal!) { invoices(where: {total: {eq: $b}, invoiceDate: {gte: $a}}) { total } }",
        r#"{"a": "2009-01-31T13:30:00.25", "b": 1.50}"#,
    ),
    ("query ($a: Int!, $b: Int!) { tracks(offset: $a, limit: $b) { name } }", r#"{"a": 1, "b": 2}"#),
    (
        "query ($a: Boolean!, $b: String!) { artists(where: {name: {isNull: $a, ilike: $b}}) { name } }",
        r#"{"a": false, "b": "a%"}"#,
    ),
    (
        "query ($a: ID!, $b: Boolean!) { node(id: $a) { nodeId ... on Track @skip(if: $b) { name } } }",
        r#"{"a": "TRACK", "b": false}"#,
    ),
];

/// An operation. All are compiled first, as what comes later is read directly only then.
fn operation(number: u8) -> &'static str {
    static COMPILED: Once = Once::new();
    COMPILED.call_once(|| {
        let track = node_id("Track with trackId", 1);
        for (document, variables) in OPERATIONS {
            let variables = serde_json::from_str(&variables.replace("TRACK", &track)).expect("it is JSON");
            let compiled = compiler().prepare(document, None, &Given::Values(variables));
            assert!(compiled.is_ok(), "{document}: {:?}", compiled.err());
        }
    });
    OPERATIONS[usize::from(number) % OPERATIONS.len()].0
}

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let document = operation(*first);
    let Ok(text) = str::from_utf8(rest) else { return };
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else { return };
    let Some(given) = Given::json(raw) else { return };
    let tree = Given::Values(given.values().into_owned());
    let [direct, tree] = [given, tree].map(|given| {
        let mut found = compiler().prepare(document, None, &given).map_err(|errors| format!("{errors:?}"))?;
        let operation = found.operation.clone();
        let conditions = found.conditions().map_err(|errors| format!("{errors:?}"))?;
        let Some(statement) = &operation.statement else { return Ok((operation, Vec::new())) };
        let values = found.bind(&statement.binds, &conditions).map_err(|errors| format!("{errors:?}"))?;
        Ok((operation.clone(), values))
    });
    match (direct, tree) {
        (Ok((operation, direct)), Ok((_, tree))) => {
            assert_eq!(format!("{direct:?}"), format!("{tree:?}"), "for {text}");
            if let Some(statement) = &operation.statement {
                postgres::run(statement, &direct);
            }
        }
        (direct, tree) => {
            let message =
                |result: Result<_, String>| result.map(|_| "it is right".to_owned()).unwrap_or_else(|it| it);
            assert_eq!(message(direct), message(tree), "for {text}");
        }
    }
});
