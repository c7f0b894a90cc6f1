//! A statement and its values → typed rows, by prepared statements on pooled connections. Knows no GraphQL but the
//! derives that make a row an object.

use std::sync::Arc;

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use deadpool_postgres::{
    Config, CreatePoolError, ManagerConfig, Pool, PoolConfig, PoolError, RecyclingMethod, Runtime,
};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};
use uuid::Uuid;

/// Why rows could not be read. A loader hands the same error to all who wait for it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("no connection could be had")]
    Pool(#[source] Arc<PoolError>),
    #[error("the statement failed")]
    Statement(#[source] Arc<tokio_postgres::Error>),
}

/// Connections to Postgres.
#[derive(Clone)]
pub struct Database(Pool);

impl Database {
    /// A pool that opens its connections when they are needed.
    pub fn new(url: String, connections: usize) -> Result<Database, CreatePoolError> {
        let config = Config {
            url: Some(url),
            // Compiling a statement takes longer than any of them runs.
            options: Some("-c jit=off".to_owned()),
            // A connection is used again without asking Postgres whether it is alive.
            manager: Some(ManagerConfig { recycling_method: RecyclingMethod::Fast }),
            pool: Some(PoolConfig::new(connections)),
            ..Config::default()
        };
        config.create_pool(Some(Runtime::Tokio1), NoTls).map(Database)
    }

    /// Runs a statement, which is prepared once on each connection.
    pub async fn rows(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let client = self.0.get().await.map_err(|error| Error::Pool(Arc::new(error)))?;
        let failed = |error| Error::Statement(Arc::new(error));
        let statement = client.prepare_cached(sql).await.map_err(failed)?;
        client.query(&statement, values).await.map_err(failed)
    }

    /// Runs a statement and makes each row a `T`.
    pub async fn read<T: for<'r> From<&'r Row>>(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<T>, Error> {
        Ok(self.rows(sql, values).await?.iter().map(T::from).collect())
    }
}

/// Who writes. Its columns stand in statements in the order of the fields, as those of the others do.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct User {
    #[graphql(skip)]
    pub key: i32,
    pub id: Uuid,
    pub username: String,
    pub full_name: String,
    pub bio: Option<String>,
}

impl From<&Row> for User {
    fn from(row: &Row) -> Self {
        User { key: row.get(0), id: row.get(1), username: row.get(2), full_name: row.get(3), bio: row.get(4) }
    }
}

/// What is written.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct Post {
    #[graphql(skip)]
    pub key: i32,
    #[graphql(skip)]
    pub author_key: i32,
    pub id: Uuid,
    pub title: String,
    pub content: String,
    pub published: bool,
    pub created_at: DateTime<Utc>,
}

impl From<&Row> for Post {
    fn from(row: &Row) -> Self {
        Post {
            key: row.get(0),
            author_key: row.get(1),
            id: row.get(2),
            title: row.get(3),
            content: row.get(4),
            published: row.get(5),
            created_at: row.get(6),
        }
    }
}

/// What is written about it.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct Comment {
    #[graphql(skip)]
    pub post_key: i32,
    #[graphql(skip)]
    pub author_key: i32,
    pub id: Uuid,
    pub content: String,
}

impl From<&Row> for Comment {
    fn from(row: &Row) -> Self {
        Comment { post_key: row.get(0), author_key: row.get(1), id: row.get(2), content: row.get(3) }
    }
}
