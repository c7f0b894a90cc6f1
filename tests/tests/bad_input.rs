//! Bad input: what a client can send over HTTP that is not right, and what it is answered with. After each request
//! the server must answer a good one.
//!
//! The cases are the arrays in `tests/bad_input/*.json`. A case has a `name` and either
//! - `query`, perhaps with `variables` and `operationName`: sent by POST in both media types, and refused with the
//!   status that belongs to each; or
//! - `request`, a raw HTTP request: `method`, `path`, `headers` (null takes one away) and `body`, with its `status`;
//!
//! and says what the errors must be: the `code` in the `extensions` of each (or one of `codes`), and parts of the
//! messages. Long texts are given as `{"before", "repeat", "times", "after", "close", "end"}`, bytes that are not
//! UTF-8 as `{"latin1"}`.

mod case;
mod database;
mod http;

use serde_json::Value;

use case::{Case, Kind};
use http::{Request, Response, Server};

/// The media type in which the status says how a request went.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

const GOOD_QUERY: &str = "{ artists(limit: 1) { __typename name } }";
const GOOD_RESPONSE: &str = r#"{"data":{"artists":[{"__typename":"Artist","name":"AC/DC"}]}}"#;

#[tokio::test]
async fn bad_input_is_refused_and_the_server_goes_on() {
    let database = database::with_music().await;
    let server = Server::start(database::config(&database.url)).await;
    let cases = case::all();
    let mut failures = Vec::new();
    for case in &cases {
        if let Err(failure) = check(&server, case).await {
            failures.push(format!("{}: {}: {failure}", case.file, case.name));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

async fn check(server: &Server, case: &Case) -> Result<(), String> {
    match &case.kind {
        Kind::Query(query) => {
            for (accept, status) in [(GRAPHQL_RESPONSE, 400), ("application/json", 200)] {
                let response = server.send(&Request::post(query).header("accept", accept)).await;
                ensure(response.content_type().starts_with(accept), "has another content type", &response)?;
                check_errors(case, status, &response)?;
            }
        }
        Kind::Raw { request, status } => {
            let response = server.send(request).await;
            check_errors(case, *status, &response)?;
        }
    }
    let response = server.send(&Request::query(GOOD_QUERY)).await;
    ensure(response.body == GOOD_RESPONSE, "is what a good query is answered with then", &response)
}

/// The response is one that a GraphQL client can read, and says what the case expects.
fn check_errors(case: &Case, status: u16, response: &Response) -> Result<(), String> {
    ensure(response.status == status, &format!("has not the status {status}"), response)?;
    let body: Value = serde_json::from_str(&response.body).map_err(|error| format!("{error}: {response}"))?;
    // A request that is not executed has no `data`: https://spec.graphql.org/draft/#sec-Request-Error-Result
    let only_errors = body.as_object().is_some_and(|body| body.keys().eq(["errors"]));
    ensure(only_errors, "is not an object with `errors` alone", response)?;
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    ensure(!errors.is_empty(), "lists no errors", response)?;
    let mut messages = String::new();
    for error in errors {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        let expected = case.codes.iter().any(|expected| expected == code);
        ensure(expected, &format!("has a code that is not of {:?}", case.codes), response)?;
        let message = error["message"].as_str().unwrap_or_default();
        ensure(!message.is_empty(), "has an error without a message", response)?;
        messages.push_str(message);
        messages.push('\n');
        for location in error["locations"].as_array().into_iter().flatten() {
            let from_one = |name: &str| location[name].as_u64().is_some_and(|number| number >= 1);
            ensure(from_one("line") && from_one("column"), "has a location that is none", response)?;
        }
    }
    for part in &case.messages {
        ensure(messages.contains(part), &format!("does not say `{part}`"), response)?;
    }
    Ok(())
}

fn ensure(holds: bool, failure: &str, response: &Response) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{failure}: {response}")) }
}

async fn assert_serves(server: &Server) {
    assert_eq!(server.send(&Request::query(GOOD_QUERY)).await.body, GOOD_RESPONSE);
}

#[tokio::test]
async fn a_missing_table_fails_what_reads_it() {
    let database = database::with_music().await;
    database.execute("ALTER TABLE genre RENAME TO genus").await;
    let server = Server::start(database::config(&database.url)).await;
    for _ in 0..2 {
        for (accept, status) in [(GRAPHQL_RESPONSE, 500), ("application/json", 200)] {
            let request = Request::query("{ genres { name } }").header("accept", accept);
            assert_error(&server.send(&request).await, status, "DATABASE_ERROR");
        }
        assert_serves(&server).await;
    }

    // Nothing of the failure is kept: the table serves as soon as it is there, and fails again when it is not.
    database.execute("ALTER TABLE genus RENAME TO genre").await;
    let genres = Request::query("{ genres { name } }");
    assert_eq!(server.send(&genres).await.body, r#"{"data":{"genres":[{"name":"Rock"}]}}"#);
    database.execute("ALTER TABLE genre RENAME TO genus").await;
    assert_error(&server.send(&genres).await, 200, "DATABASE_ERROR");
    assert_serves(&server).await;
}

#[tokio::test]
async fn a_column_of_another_type_fails_what_reads_it() {
    let database = database::with_music().await;
    let server = Server::start(database::config(&database.url)).await;
    assert_serves(&server).await;
    database.execute("ALTER TABLE artist ALTER name TYPE int USING artist_id").await;
    for query in [
        "{ artists(where: {name: {eq: \"x\"}}) { artistId } }",
        "{ artists { name } }",
        "{ albums { artist { name } } }",
    ] {
        let response = server.send(&Request::query(query)).await;
        assert_error(&response, 200, "DATABASE_ERROR");
    }
    database.execute("ALTER TABLE artist ALTER name TYPE text USING 'AC/DC'").await;
    assert_serves(&server).await;
}

/// Fewer fields than the limit of 2,000, and more columns than the 1,664 that Postgres gives one statement.
#[tokio::test]
async fn many_columns_are_answered_or_refused() {
    let database = database::with_music().await;
    let server = Server::start(database::config(&database.url)).await;
    let columns =
        "customerId firstName lastName company address city state country postalCode phone fax email";
    let customers: String = (0..145).map(|i| format!("c{i}: customer {{ {columns} }} ")).collect();
    for root in ["invoices(limit: 1)", "invoice(invoiceId: 1)"] {
        let query = format!("{{ artists(limit: 1) {{ name }} {root} {{ {customers} }} }}");
        let response = server.send(&Request::query(&query)).await;
        let body: Value =
            serde_json::from_str(&response.body).unwrap_or_else(|error| panic!("{error}: {response}"));
        let refused = body["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED";
        assert!(refused || body["data"]["artists"][0]["name"] == "AC/DC", "{response}");
        assert_serves(&server).await;
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_said_and_recovered_from() {
    let mut cluster = database::Cluster::with_music().await;
    let server = Server::start(database::config(&cluster.url)).await;
    assert_serves(&server).await;
    for _ in 0..2 {
        cluster.stop().await;
        for (accept, status) in [(GRAPHQL_RESPONSE, 503), ("application/json", 200)] {
            let request = Request::query("{ artists { name } }").header("accept", accept);
            assert_error(&server.send(&request).await, status, "DATABASE_UNAVAILABLE");
        }
        // What needs no database is answered all the same.
        let typename = server.send(&Request::query("{ __typename }")).await;
        assert_eq!(typename.body, r#"{"data":{"__typename":"Query"}}"#);
        cluster.start_again().await;
        assert_serves(&server).await;
    }
}

#[tokio::test]
async fn a_server_starts_while_the_database_is_away() {
    let mut cluster = database::Cluster::with_music().await;
    cluster.stop().await;
    let server = Server::start(database::config(&cluster.url)).await;
    assert_error(&server.send(&Request::query("{ artists { name } }")).await, 200, "DATABASE_UNAVAILABLE");
    cluster.start_again().await;
    assert_serves(&server).await;
}

fn assert_error(response: &Response, status: u16, code: &str) {
    assert_eq!(response.status, status, "{response}");
    let body: Value =
        serde_json::from_str(&response.body).unwrap_or_else(|error| panic!("{error}: {response}"));
    assert_eq!(body["errors"][0]["extensions"]["code"], code, "{response}");
    assert!(body.get("data").is_none(), "{response}");
}
