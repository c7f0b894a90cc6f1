//! Operations that are known before a request comes: found by id and by text, compiled once, alone allowed, and prepared on
//! every connection as soon as it is open.

use std::sync::Arc;

use onefold::compile::Compiler;
use onefold::config::{Config, StatementMode};
use onefold::engine::{Engine, Given, Outcome, Request, Response};
use onefold::known::{self, Document};
use onefold::prelude::*;
use onefold::server::Router;
use onefold_tests::store::Store;
use onefold_tests::{OPERATIONS, TestDatabase, database};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::http::client::{Request as Http, Server, get};

/// A server that knows the test's documents, and has no database.
fn server(config: Config) -> Server {
    Server::knowing(Store::SCHEMA, config, Router::new(), OPERATIONS)
}

fn only_known() -> Config {
    let mut config = Config::default();
    config.server.only_known = true;
    config
}

fn post(request: &Value) -> Http {
    let body = request.to_string();
    Http::new("POST", "/graphql").header("content-type", "application/json").body(body.as_bytes())
}

fn document(name: &str) -> &'static Document {
    OPERATIONS.iter().find(|document| document.name == name).expect("there is such a document")
}

#[test]
fn a_document_is_found_by_its_id() {
    let server = server(Config::default());
    let Document { id, text, .. } = *document("nothing");
    let hash = id.strip_prefix("sha256:").expect("ids are hashes");
    let trimmed = known::id(text.trim_end());
    assert_ne!(id, trimmed);
    let apollo = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
    for request in [
        json!({"documentId": id}),
        json!({"documentId": trimmed}),
        json!({"extensions": apollo}),
        json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash.to_uppercase()}}}),
        // Again, after it was not known elsewhere.
        json!({"query": text, "documentId": id}),
        json!({"query": text, "extensions": apollo}),
        json!({"query": text}),
    ] {
        let response = server.send(&post(&request));
        assert_eq!(
            (response.status, &*response.text()),
            (200, r#"{"data":{"__typename":"Query"}}"#),
            "{request}"
        );
    }
    let apollo = format!("%7B%22persistedQuery%22:%7B%22sha256Hash%22:%22{hash}%22%7D%7D");
    for query in [format!("documentId={id}"), format!("extensions={apollo}")] {
        let response = server.send(&get(&format!("/graphql?{query}")));
        assert_eq!(
            (response.status, &*response.text()),
            (200, r#"{"data":{"__typename":"Query"}}"#),
            "{query}"
        );
    }
}

#[test]
fn what_is_meant_by_an_id_must_be_certain() {
    let server = server(Config::default());
    let code = |request: Value| {
        let response = server.send(&post(&request).header("accept", "application/graphql-response+json"));
        (response.status, response.code())
    };
    let bad = || (400, "BAD_REQUEST".to_owned());
    let unknown = known::id("{ unknown }");
    assert_eq!(code(json!({"documentId": unknown})), (400, "PERSISTED_QUERY_NOT_FOUND".to_owned()));
    assert_eq!(code(json!({"documentId": "custom"})), (400, "PERSISTED_QUERY_NOT_FOUND".to_owned()));
    let hash = unknown.strip_prefix("sha256:").expect("ids are hashes");
    let apollo = json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}});
    assert_eq!(code(apollo), (400, "PERSISTED_QUERY_NOT_FOUND".to_owned()));
    assert_eq!(code(json!({"documentId": unknown, "query": "{ __typename }"})), bad());
    assert_eq!(code(json!({"documentId": 1})), bad());
    assert_eq!(code(json!({"extensions": {"persistedQuery": {}}})), bad());
    // Of several operations one has to be named.
    let artists = document("artists").id;
    assert_eq!(code(json!({"documentId": artists})), (400, "OPERATION_RESOLUTION_FAILURE".to_owned()));
    // Nobody answers from a database that is away, but it is asked.
    let away = code(json!({"documentId": artists, "operationName": "Artists"}));
    assert_eq!(away, (503, "DATABASE_UNAVAILABLE".to_owned()));
}

#[test]
fn only_what_is_known_is_answered_where_that_is_set() {
    let server = server(only_known());
    let Document { id, text, .. } = *document("nothing");
    for request in
        [json!({"documentId": id}), json!({"query": text}), json!({"query": format!("\n{text}\n")})]
    {
        assert_eq!(server.send(&post(&request)).status, 200, "{request}");
    }
    for query in ["{ __typename artists { name } }", "{ __schema { types { name } } }", "{ wrong", ""] {
        let response = server.send(&post(&json!({"query": query})));
        assert_eq!(response.code(), "PERSISTED_QUERY_ONLY", "{query}");
        assert!(response.text().contains("`server.only_known`"), "{}", response.text());
    }
    let error = Engine::new(Store::SCHEMA, only_known()).expect_err("nothing is known");
    assert!(error.to_string().contains("`server.only_known`"), "{error}");
}

/// A document is known for ids of every table, though it is compiled for one of them beforehand.
#[tokio::test]
async fn a_known_document_finds_rows_of_every_table_by_their_ids() {
    let database = onefold_tests::database().await;
    database.execute(&onefold::catalog::ddl(Store::SCHEMA)).await;
    database
        .execute("INSERT INTO artist VALUES (1, 'AC/DC'); INSERT INTO album VALUES (7, 'Powerage', 1)")
        .await;
    let mut config = only_known();
    config.database.url = Some(database.url.clone());
    let text = "query ($id: ID!) { node(id: $id) { ... on Album { title } ... on Artist { name albums { nodeId } } } }";
    let ids = "{ artists { nodeId albums { nodeId } } }";
    let documents = [("node", "node-id", text), ("ids", "ids-id", ids)];
    let documents = documents.map(|(name, id, text)| Document { name, id, text });
    let engine = Engine::with_operations(Store::SCHEMA, config, &documents).expect("they are right");
    let ask = async |id: &str, variables: Value| {
        let Value::Object(variables) = variables else { unreachable!("they are an object") };
        let request =
            Request { document_id: Some(id.into()), variables: variables.into(), ..Request::default() };
        let body = engine.execute(&request).await.body.whole().await.expect("the body comes to its end");
        serde_json::from_slice::<Value>(&body).expect("a response is JSON")
    };
    let rows = ask("ids-id", json!({})).await;
    let artist = &rows["data"]["artists"][0];
    let album = &artist["albums"][0]["nodeId"];
    let answer = ask("node-id", json!({"id": album})).await;
    assert_eq!(answer, json!({"data": {"node": {"title": "Powerage"}}}));
    let answer = ask("node-id", json!({"id": artist["nodeId"]})).await;
    assert_eq!(answer, json!({"data": {"node": {"name": "AC/DC", "albums": [{"nodeId": album}]}}}));
}

#[test]
fn documents_that_the_settings_refuse_are_told_at_the_start() {
    let mut config = Config::default();
    config.limits.max_limit = 4;
    config.limits.default_limit = 2;
    let error =
        Engine::with_operations(Store::SCHEMA, config, OPERATIONS).expect_err("5 albums are too many");
    let message = error.to_string();
    assert!(
        message.starts_with("`artists.graphql`: 4:") && message.contains("`limits.max_limit`"),
        "{message}"
    );
}

#[test]
fn a_request_compiles_nothing_that_is_known() {
    let mut config = Config::default();
    // What a request compiles is forgotten at once.
    config.limits.cached_operations = 0;
    let documents = [
        Document {
            name: "albums",
            id: "custom",
            text: "query ($id: Int!, $title: String, $order: OrderDirection!) {
              albums(where: {artistId: {eq: $id}, title: {eq: $title}}, orderBy: {title: $order}) { title }
            }",
        },
        Document {
            name: "any",
            id: "any",
            text: "query ($where: AlbumWhere) { albums(where: $where) { title } }",
        },
    ];
    let mut compiler = Compiler::new(Store::SCHEMA, config).expect("the schema is right");
    compiler.learn(&documents).expect("it is right");
    assert_eq!(compiler.known().count(), 4 + 1);
    let values = |json: &Value| Given::from(json.as_object().cloned().expect("variables are an object"));
    let text = |json: &Value| {
        let raw = RawValue::from_string(json.to_string()).expect("it is JSON");
        Given::json(&raw).expect("it is plain")
    };
    let prepare = |json: Value| {
        let by_id = compiler.prepare_known("custom", None, &values(&json)).expect("it is known").operation;
        for variables in [values(&json), text(&json)] {
            let again = compiler.prepare_known("custom", None, &variables).expect("it is known");
            let by_text = compiler.prepare(documents[0].text, None, &variables).expect("it is known");
            assert!(Arc::ptr_eq(&by_id, &again.operation) && Arc::ptr_eq(&by_id, &by_text.operation));
        }
        assert!(compiler.known().any(|known| Arc::ptr_eq(known, &by_id)), "{json}");
        by_id
    };
    let short = prepare(json!({"id": 1, "order": "ASC"}));
    let long = prepare(json!({"id": 2, "order": "ASC", "title": "x"}));
    assert!(!Arc::ptr_eq(&short, &long));
    prepare(json!({"id": 1, "order": "DESC"}));
    prepare(json!({"id": 1, "order": "DESC", "title": "x"}));
    // What conditions there are in variables is known when they come.
    let title = values(&json!({"where": {"title": {"eq": "x"}}}));
    let other = compiler.prepare_known("any", None, &title).expect("it is compiled").operation;
    assert!(!compiler.known().any(|known| Arc::ptr_eq(known, &other)));
}

/// What is prepared on the connection that it is asked on.
#[derive(Table)]
#[table(name = "pg_prepared_statements", schema = "pg_catalog")]
pub struct PreparedStatement {
    #[key]
    pub name: String,
    pub statement: String,
}

#[derive(Table)]
pub struct Book {
    #[key]
    pub book_id: i32,
    pub title: String,
}

#[derive(Schema)]
#[schema(tables(PreparedStatement, Book))]
pub struct Session;

const KNOWN: &[Document] = &[
    Document { name: "book", id: "book", text: "query ($id: Int!) { book(bookId: $id) { title } }" },
    Document { name: "books", id: "books", text: "{ books(limit: 3) { bookId } }" },
    Document { name: "prepared", id: "prepared", text: "{ preparedStatements(limit: 1000) { statement } }" },
];

async fn library(config: impl FnOnce(&mut Config)) -> (TestDatabase, Engine) {
    let database = database().await;
    database.execute("CREATE TABLE book (book_id integer PRIMARY KEY, title text NOT NULL)").await;
    let engine = engine(&database, config);
    (database, engine)
}

fn engine(database: &TestDatabase, set: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    config.folding.enabled = false;
    set(&mut config);
    Engine::with_operations(Session::SCHEMA, config, KNOWN).expect("the schema is right")
}

/// The statements of known documents that were prepared on the connection before it was asked for them, and its answer.
async fn prepared(engine: &Engine) -> Vec<String> {
    let request = Request { document_id: Some("prepared".into()), ..Request::default() };
    let answer = engine.execute(&request).await;
    let outcome = answer.outcome;
    let answer = body(answer).await;
    assert_eq!(outcome, Outcome::Executed, "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("it is JSON");
    let rows = answer["data"]["preparedStatements"].as_array().expect("there is a list").clone();
    rows.iter().map(|row| row["statement"].as_str().expect("it is text").to_owned()).collect()
}

async fn body(response: Response) -> String {
    let bytes = response.body.whole().await.expect("it ends");
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

fn count(statements: &[String], part: &str) -> usize {
    statements.iter().filter(|statement| statement.contains(part)).count()
}

#[tokio::test]
async fn known_statements_are_prepared_when_a_connection_is_opened() {
    let (database, engine) = library(|_| {}).await;
    let statements = prepared(&engine).await;
    assert_eq!(statements.len(), 3, "{statements:?}");
    assert_eq!(count(&statements, "FROM book"), 2, "{statements:?}");
    // It is used, and nothing is prepared besides.
    let request = Request { document_id: Some("books".into()), ..Request::default() };
    assert_eq!(body(engine.execute(&request).await).await, r#"{"data":{"books":[]}}"#);
    assert_eq!(prepared(&engine).await, statements);

    let few = self::engine(&database, |config| config.database.prepare_on_connect = 1);
    // The second one asks.
    assert_eq!(prepared(&few).await.len(), 2);
    let none = self::engine(&database, |config| config.database.prepare_on_connect = 0);
    assert_eq!(prepared(&none).await.len(), 1);
    let small = self::engine(&database, |config| config.database.statement_cache = 2);
    assert_eq!(count(&prepared(&small).await, "FROM book"), 1);
}

#[tokio::test]
async fn lanes_have_the_statements_of_one_request_and_of_many() {
    let (_database, engine) = library(|config| {
        config.folding.enabled = true;
        config.folding.max_rows = 1000;
    })
    .await;
    engine.ready().await.expect("the database answers");
    let statements = prepared(&engine).await;
    assert_eq!(engine.folding().expect("it folds").requests, 1, "a lane has answered");
    assert_eq!(count(&statements, "WHERE book.book_id = $1"), 1, "{statements:?}");
    assert_eq!(count(&statements, "WITH ORDINALITY AS request"), 1, "{statements:?}");
    assert_eq!(statements.len(), 4, "{statements:?}");
}

#[tokio::test]
async fn statements_that_do_not_fit_are_left_to_those_who_need_them() {
    let (database, engine) = library(|_| {}).await;
    database.execute("ALTER TABLE book RENAME COLUMN title TO called").await;
    let statements = prepared(&engine).await;
    assert_eq!(count(&statements, "FROM book"), 1, "{statements:?}");
    let request = Request { document_id: Some("books".into()), ..Request::default() };
    assert_eq!(engine.execute(&request).await.outcome, Outcome::Executed);

    // One that is locked holds nobody up who does not need it.
    let locked = self::engine(&database, |_| {});
    let client = database.connect().await;
    client.batch_execute("BEGIN; LOCK TABLE book").await.expect("the table is there");
    let statements = prepared(&locked).await;
    assert_eq!(count(&statements, "FROM book"), 0, "{statements:?}");
    client.batch_execute("ROLLBACK").await.expect("there is a transaction");
}

#[tokio::test]
async fn unnamed_statements_are_not_prepared() {
    let (_database, engine) = library(|config| config.database.statements = StatementMode::Unnamed).await;
    let statements = prepared(&engine).await;
    assert_eq!(count(&statements, "FROM book"), 0, "{statements:?}");
}
