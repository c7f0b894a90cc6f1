//! A server as one writes it by hand for speed: each operation that it knows is one SQL statement, and the JSON that
//! Postgres makes of it goes into the response as it is. It reads no GraphQL, only the name of the operation.

mod operations;

use std::borrow::Cow;
use std::env;
use std::error::Error;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt;
use deadpool_postgres::{Config, ManagerConfig, Pool, PoolConfig, RecyclingMethod, Runtime};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpListener;
use tokio_postgres::NoTls;
use tokio_postgres::types::{FromSql, ToSql, Type};
use uuid::Uuid;

use operations::{Body, Operation, Statement};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type BoxError = Box<dyn Error + Send + Sync>;

/// What of a request decides on the answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow)]
    operation_name: Cow<'a, str>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
}

/// The variables of an operation that reads a row by its key.
#[derive(Deserialize)]
struct Key {
    id: Uuid,
}

/// A cell of type `json`, as it stands in the message of Postgres.
struct Json<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        Ok(Json(raw))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::JSON
    }
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let pool = pool(env::var("DATABASE_URL")?, env::var("CONNECTIONS")?.parse()?)?;
    let router = Router::new().route("/graphql", post(graphql)).with_state(pool);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|socket| {
        // Without it a response is only slower.
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

fn pool(url: String, connections: usize) -> Result<Pool, BoxError> {
    let config = Config {
        url: Some(url),
        // Compiling a statement takes longer than any of them runs.
        options: Some("-c jit=off".to_owned()),
        // A connection is used again without asking Postgres whether it is alive.
        manager: Some(ManagerConfig { recycling_method: RecyclingMethod::Fast }),
        pool: Some(PoolConfig::new(connections)),
        ..Config::default()
    };
    Ok(config.create_pool(Some(Runtime::Tokio1), NoTls)?)
}

async fn graphql(State(pool): State<Pool>, body: Bytes) -> Response {
    match answer(&pool, &body).await {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn answer(pool: &Pool, body: &[u8]) -> Result<Bytes, BoxError> {
    let request: Request<'_> = serde_json::from_slice(body)?;
    let name = &*request.operation_name;
    let operation = Operation::named(name).ok_or_else(|| format!("there is no operation `{name}`"))?;
    match &operation.body {
        Body::Constant(response) => Ok(Bytes::from_static(response)),
        Body::All(statement) => run(pool, statement, &[]).await,
        Body::ByKey(statement) => {
            let variables = request.variables.ok_or("the variable `id` is missing")?;
            let Key { id } = serde_json::from_str(variables.get())?;
            run(pool, statement, &[&id]).await
        }
    }
}

async fn run(pool: &Pool, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<Bytes, BoxError> {
    let client = pool.get().await?;
    let prepared = client.prepare_cached(statement.sql).await?;
    let row = client.query_opt(&prepared, values).await?;
    let cell = match &row {
        Some(row) => row.try_get::<_, Json<'_>>(0)?.0,
        None => b"null",
    };
    Ok([statement.before, cell, statement.after].concat().into())
}
