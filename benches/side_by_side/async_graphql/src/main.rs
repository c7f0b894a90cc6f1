//! The usual server of Rust: async-graphql's resolvers over typed rows, and for each request and each relation a
//! `DataLoader`, which reads a level of the response with one statement.

mod database;
mod loaders;
mod schema;

use std::env;
use std::error::Error;

use async_graphql::{EmptyMutation, EmptySubscription};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use database::Database;
use loaders::Loaders;
use schema::Query;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let database = Database::new(env::var("DATABASE_URL")?, env::var("CONNECTIONS")?.parse()?)?;
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).data(database.clone()).finish();
    let router = Router::new().route("/graphql", post(graphql)).with_state((schema, database));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|socket| {
        // Without it a response is only slower.
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

async fn graphql(
    State((schema, database)): State<(Schema, Database)>,
    request: GraphQLRequest,
) -> GraphQLResponse {
    schema.execute(request.into_inner().data(Loaders::new(&database))).await.into()
}
