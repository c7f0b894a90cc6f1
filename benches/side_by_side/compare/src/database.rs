//! A Postgres with the data set: a private one, or one that runs already.

use std::future::Future;
use std::io;

use onefold::private_postgres::{self, PrivatePostgres};
use tokio::runtime;
use tokio_postgres::{Client, NoTls};

use crate::kernel::{self, Pid};

/// The tables and their rows.
const DATA: &str = include_str!("../../data.sql");

/// The tables, and how many rows each has.
const TABLES: [(&str, i64); 3] = [("tb_user", 10_000), ("tb_post", 50_000), ("tb_comment", 200_000)];

/// The database in a private Postgres.
const NAME: &str = "blog";

/// What differs from Postgres' defaults in a private Postgres. All data is in memory, as it is in all but the first
/// requests anyway, nothing runs in the background, and there is room for the connections of all servers.
const SETTINGS: [(&str, &str); 6] = [
    ("shared_buffers", "512MB"),
    ("work_mem", "16MB"),
    ("random_page_cost", "1.1"),
    ("jit", "off"),
    ("autovacuum", "off"),
    ("max_connections", "150"),
];

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no private Postgres")]
    Private(#[from] private_postgres::Error),
    #[error("no runtime")]
    Runtime(#[source] io::Error),
    #[error("the database fails")]
    Postgres(#[from] tokio_postgres::Error),
    #[error(
        "the table `{table}` is there, but has {rows} rows instead of {expected}: name an empty database"
    )]
    OtherData { table: &'static str, rows: i64, expected: i64 },
    #[error(
        "the database does not run on this machine, or not where its processes can be seen, so that their processor \
         time is not known"
    )]
    Elsewhere,
}

/// A Postgres with the data set.
pub struct Database {
    url: String,
    version: String,
    settings: Vec<(&'static str, String)>,
    postmaster: Pid,
    users: Vec<String>,
    /// Runs as long as this.
    _private: Option<PrivatePostgres>,
}

impl Database {
    /// Starts the Postgres that is installed, with nothing but the data set.
    pub fn start() -> Result<Database, Error> {
        let builder = SETTINGS
            .into_iter()
            .fold(PrivatePostgres::builder().tcp(), |builder, (name, value)| builder.setting(name, value));
        let private = builder.start()?;
        block_on(private.create_database(NAME))??;
        // As between machines, and not by a UNIX socket, which costs less.
        let url = private.tcp_url(NAME).expect("it was started with TCP");
        Self::load(url, Some(private))
    }

    /// Takes a Postgres that runs already, and loads the data set if it is not there.
    pub fn connect(url: String) -> Result<Database, Error> {
        Self::load(url, None)
    }

    fn load(url: String, private: Option<PrivatePostgres>) -> Result<Database, Error> {
        block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            let connection = tokio::spawn(connection);
            fill(&client).await?;
            let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
            let postmaster = kernel::postmaster_of(backend.unsigned_abs()).ok_or(Error::Elsewhere)?;
            let version = setting(&client, "server_version").await?;
            let mut settings = Vec::new();
            for (name, _) in SETTINGS {
                settings.push((name, setting(&client, name).await?));
            }
            let users = client.query("SELECT id::text FROM tb_user ORDER BY pk_user", &[]).await?;
            let users = users.iter().map(|row| row.get(0)).collect();
            drop(client);
            // It ends when its client is gone; what could fail has been answered already.
            let _ = connection.await;
            Ok(Database { url, version, settings, postmaster, users, _private: private })
        })?
    }

    /// For the servers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// As Postgres says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What has an influence on the results.
    pub fn settings(&self) -> &[(&'static str, String)] {
        &self.settings
    }

    /// The process whose children the backends are.
    pub fn postmaster(&self) -> Pid {
        self.postmaster
    }

    /// The ids of all users.
    pub fn users(&self) -> &[String] {
        &self.users
    }
}

async fn setting(client: &Client, name: &str) -> Result<String, Error> {
    Ok(client.query_one("SELECT current_setting($1)", &[&name]).await?.get(0))
}

/// Makes the tables, or checks that they are those of an earlier run.
async fn fill(client: &Client) -> Result<(), Error> {
    let there = client.query_one("SELECT to_regclass('tb_user') IS NOT NULL", &[]).await?;
    if !there.get::<_, bool>(0) {
        client.batch_execute(DATA).await?;
        client.batch_execute("VACUUM (FREEZE, ANALYZE)").await?;
    }
    for (table, expected) in TABLES {
        let rows = client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await?.get(0);
        if rows != expected {
            return Err(Error::OtherData { table, rows, expected });
        }
    }
    Ok(())
}

/// Nothing else is to be done meanwhile.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Runtime)?;
    Ok(runtime.block_on(future))
}
