//! The engine within another program: operations answered by values of its types, and the routes within its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, QueryError};
use onefold::schema::Schema;
use onefold::server;
use onefold_tests::store::Store;
use onefold_tests::{TestDatabase, database};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn store() -> (TestDatabase, Config) {
    let database = database().await;
    database.execute(&ddl(Store::SCHEMA)).await;
    database
        .execute("INSERT INTO artist VALUES (1, 'AC/DC'), (2, NULL); INSERT INTO album VALUES (7, 'Let There Be Rock', 1)")
        .await;
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    (database, config)
}

#[derive(Debug, PartialEq, Deserialize)]
struct Found {
    artists: Vec<Artist>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Artist {
    name: Option<String>,
    albums: Vec<Album>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Album {
    title: String,
}

#[derive(Serialize)]
struct Variables {
    ids: Vec<i32>,
}

const ARTISTS: &str =
    "query ($ids: [Int!]!) { artists(where: {artistId: {in: $ids}}) { name albums { title } } }";

#[tokio::test]
async fn an_answer_is_a_value_of_a_type() {
    let (_database, config) = store().await;
    let engine = Engine::new(Store::SCHEMA, config).expect("the settings are right");
    let found: Found = engine.query(ARTISTS, Variables { ids: vec![1, 2] }).await.unwrap();
    let expected = vec![
        Artist { name: Some("AC/DC".into()), albums: vec![Album { title: "Let There Be Rock".into() }] },
        Artist { name: None, albums: Vec::new() },
    ];
    assert_eq!(found.artists, expected);
    let none: BTreeMap<String, Option<Value>> =
        engine.query("{ artist(artistId: 3) { name } }", ()).await.unwrap();
    assert_eq!(none["artist"], None);
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let (database, config) = store().await;
    let engine = Engine::new(Store::SCHEMA, config).expect("the settings are right");
    let error = engine.query::<Found>(ARTISTS, json!({"ids": ["x"]})).await.unwrap_err();
    let QueryError::Errors(errors) = &error else { panic!("{error:?}") };
    assert_eq!(errors[0].code(), Some("BAD_USER_INPUT"));
    assert_eq!(error.to_string(), errors[0].message);

    let error = engine.query::<Found>(ARTISTS, [1, 2]).await.unwrap_err();
    assert_eq!(error.to_string(), "the variables are not an object: they are `[1,2]`");

    let error = engine.query::<Found>("{ artists { albums { title } } }", ()).await;
    assert!(error.is_ok(), "a field that may be null may be missing: {error:?}");
    let error = engine.query::<Found>("{ artists { name } }", ()).await.unwrap_err().to_string();
    assert!(error.contains("in_process::Found") && error.contains("missing field `albums`"), "{error}");

    database.execute("DROP TABLE album").await;
    let error = engine.query::<Found>(ARTISTS, Variables { ids: vec![1] }).await.unwrap_err();
    let QueryError::Errors(errors) = &error else { panic!("{error:?}") };
    assert_eq!(errors[0].code(), Some("DATABASE_ERROR"));
}

#[tokio::test]
async fn routes_are_mounted_in_another_application() {
    let (_database, config) = store().await;
    let engine = Engine::new(Store::SCHEMA, config.clone()).expect("the settings are right");
    let application = Router::new()
        .route("/", get(async || "an application"))
        .nest("/data/", server::router(Arc::new(engine), &config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let address = listener.local_addr().expect("a listener has an address");
    let serving = tokio::spawn(async move { axum::serve(listener, application).await });
    let get = async |path: &str| {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the server answers");
        answer
    };
    assert!(get("/").await.ends_with("an application"));
    let answer = get("/data/graphql?query=%7Bartist(artistId:1)%7Bname%7D%7D").await;
    assert!(answer.ends_with("\r\n\r\n{\"data\":{\"artist\":{\"name\":\"AC/DC\"}}}"), "{answer}");
    assert!(get("/data/health/ready").await.starts_with("HTTP/1.1 200 "));
    assert!(get("/data/").await.contains("<title>GraphiQL</title>"));
    serving.abort();
}
