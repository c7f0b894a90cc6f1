//! A Postgres with the tables of the music store, in a cluster that `ONEFOLD_TEST_DATABASE_URL` names; without it nothing is
//! asked of one.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use music::Music;
use onefold::catalog::ddl;
use onefold::compile::Ready;
use onefold::schema::Schema;
use onefold::value::SqlValue;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

/// A connection, and which statements it has been shown.
struct Postgres {
    runtime: Runtime,
    client: Client,
    seen: HashSet<u64>,
}

thread_local! {
    static POSTGRES: RefCell<Option<Postgres>> = RefCell::new(connect());
}

fn connect() -> Option<Postgres> {
    let url = std::env::var("ONEFOLD_TEST_DATABASE_URL").ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be made");
    let name = format!("onefold_fuzz_{}", std::process::id());
    let client = runtime.block_on(async {
        let create = format!("CREATE DATABASE {name}");
        open(&url).await.batch_execute(&create).await.expect("a database can be made");
        let (server, _) = url.rsplit_once('/').expect("the URL ends with `/database`");
        let client = open(&format!("{server}/{name}")).await;
        client.batch_execute(&ddl(Music::SCHEMA)).await.expect("tables can be made");
        client
    });
    Some(Postgres { runtime, client, seen: HashSet::new() })
}

async fn open(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("Postgres is there");
    tokio::spawn(connection);
    client
}

/// Has Postgres parse and analyze a statement, if it has not been shown it before.
///
/// # Panics
/// Postgres refuses it.
pub fn prepare(ready: &Ready) {
    POSTGRES.with_borrow_mut(|postgres| {
        let Some(Postgres { runtime, client, seen }) = postgres else { return };
        let mut hasher = DefaultHasher::new();
        ready.text.hash(&mut hasher);
        if !seen.insert(hasher.finish()) {
            return;
        }
        let prepared = runtime.block_on(client.prepare_typed(&ready.text, &ready.types));
        if let Err(error) = prepared {
            // Limits of Postgres: of the stack, of columns of a record.
            let code = error.code().map(|state| state.code().to_owned()).unwrap_or_default();
            assert!(code.starts_with("54"), "{error:?} in {}", ready.text);
        }
    });
}

/// Has Postgres run a statement with values.
///
/// # Panics
/// Postgres takes a value for none of its type.
pub fn run(ready: &Ready, values: &[SqlValue]) {
    POSTGRES.with_borrow_mut(|postgres| {
        let Some(Postgres { runtime, client, .. }) = postgres else { return };
        let found = runtime.block_on(async {
            let statement = client.prepare_typed(&ready.text, &ready.types).await?;
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            client.query(&statement, &values).await
        });
        if let Err(error) = found {
            panic!("{error:?} for {values:?} in {}", ready.text);
        }
    });
}
