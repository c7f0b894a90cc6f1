//! A client that goes away takes its query with it, through every layer of the server.

use std::io::Write;
use std::net::TcpStream;

use onefold::config::Config;
use onefold_tests::TestDatabase;
use tokio_postgres::Client;

use crate::http::client::{Response, Server, get, post};

/// Statements of the server that wait for a lock.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity \
    WHERE application_name = 'onefold' AND datname = current_database() AND wait_event_type = 'Lock'";

/// Asks until so many statements wait; a test that asks forever is stopped by its runner.
async fn wait_for(client: &Client, waiting: i64) {
    loop {
        let row = client.query_one(WAITING, &[]).await.expect("the view can be read");
        if row.get::<_, i64>(0) == waiting {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn store() -> TestDatabase {
    let database = onefold_tests::database().await;
    database.execute("CREATE TABLE artist (artist_id int PRIMARY KEY, name text)").await;
    database
}

#[test]
fn the_query_of_a_client_that_goes_away_is_cancelled() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(store());
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let server = Server::start(config);
    assert_eq!(server.send(&get("/health/ready")).status, 200);

    let holder = runtime.block_on(database.connect());
    let lock = holder.batch_execute("BEGIN; LOCK TABLE artist IN ACCESS EXCLUSIVE MODE");
    runtime.block_on(lock).expect("the table can be locked");
    // The lock is held by another session than the one that looks, which must not wait for it.
    let watcher = runtime.block_on(database.connect());

    let query = post("{ artists { name } }").keep_alive();
    let mut goes = TcpStream::connect(server.address()).expect("the server listens");
    goes.write_all(&query.bytes()).expect("the server reads");
    let mut stays = TcpStream::connect(server.address()).expect("the server listens");
    stays.write_all(&query.bytes()).expect("the server reads");
    runtime.block_on(wait_for(&watcher, 2));
    drop(goes);
    runtime.block_on(wait_for(&watcher, 1));

    // The other client's is not, and is answered as soon as it can be.
    runtime.block_on(holder.batch_execute("COMMIT")).expect("the lock can be given back");
    let response = Response::read(&mut stays);
    assert_eq!((response.status, response.text().as_str()), (200, r#"{"data":{"artists":[]}}"#));
}
