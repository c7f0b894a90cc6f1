//! A private Postgres starts, stops, starts again and leaves nothing behind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use onefold::private_postgres::{Error, PrivatePostgres};
use onefold_tests::{connect, database, with_database};
use tokio_postgres::NoTls;
use tokio_postgres::config::Host;

#[tokio::test]
async fn answers_and_deletes_its_files() {
    let postgres = PrivatePostgres::start().unwrap();
    postgres.create_database("Musik & mehr/ü").await.unwrap();
    let client = connect(&postgres.url("Musik & mehr/ü")).await;
    let row = client
        .query_one("SELECT current_database()::text, upper('ä'), current_setting('fsync')", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), "Musik & mehr/ü");
    assert_eq!(row.get::<_, String>(1), "Ä");
    assert_eq!(row.get::<_, String>(2), "off");

    let sockets = socket_folder(&postgres.url("postgres"));
    let data: String =
        client.query_one("SELECT current_setting('data_directory')", &[]).await.unwrap().get(0);
    assert!(sockets.exists() && Path::new(&data).exists());
    drop(postgres);
    assert!(!sockets.exists() && !Path::new(&data).exists());
}

#[tokio::test]
async fn a_database_of_the_same_name_is_an_error() {
    let postgres = PrivatePostgres::start().unwrap();
    let error = postgres.create_database("postgres").await.unwrap_err();
    assert_eq!(error.to_string(), "the database `postgres` could not be created");
}

#[tokio::test]
async fn stops_and_starts_again_with_its_data() {
    let mut postgres = PrivatePostgres::builder().tcp().start().unwrap();
    let url = postgres.tcp_url("postgres").unwrap();
    connect(&url).await.batch_execute("CREATE TABLE kept AS SELECT 42 AS answer").await.unwrap();
    postgres.stop();
    assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
    assert!(tokio_postgres::connect(&postgres.url("postgres"), NoTls).await.is_err());
    postgres.start_again().unwrap();
    let row = connect(&url).await.query_one("SELECT answer FROM kept", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 42);
    connect(&postgres.url("postgres")).await;
}

#[tokio::test]
async fn asks_for_the_password_over_tcp() {
    let postgres = PrivatePostgres::builder().tcp().start().unwrap();
    let url = postgres.tcp_url("postgres").unwrap();
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    config.password("wrong");
    assert!(config.connect(NoTls).await.is_err());
}

#[tokio::test]
async fn keeps_a_named_directory() {
    let folder = shared_folder();
    let directory = folder.path().join("kept");
    let start = || PrivatePostgres::builder().directory(&directory).durable().start().unwrap();
    let postgres = start();
    postgres.create_database("music").await.unwrap();
    drop(postgres);
    let postgres = start();
    let client = connect(&postgres.url("music")).await;
    let fsync: String = client.query_one("SHOW fsync", &[]).await.unwrap().get(0);
    assert_eq!(fsync, "on");
}

#[test]
fn settings_are_applied_and_mistakes_quoted_from_the_log() {
    let error =
        PrivatePostgres::builder().setting("shared_bufers", "1MB").start().expect_err("no such setting");
    assert!(matches!(error, Error::Exited { .. }), "{error}");
    assert!(error.to_string().contains("shared_bufers"), "{error}");
}

#[test]
fn a_folder_without_postgres_is_named() {
    let error = PrivatePostgres::builder().programs("/nowhere").start().unwrap_err();
    assert_eq!(error.to_string(), "`/nowhere` does not have the programs `postgres` and `initdb`");
}

#[tokio::test]
async fn test_databases_are_apart_and_dropped() {
    let one = database().await;
    let other = database().await;
    one.execute("CREATE TABLE only_here ()").await;
    assert!(other.connect().await.batch_execute("SELECT FROM only_here").await.is_err());
    let (url, name) = (with_database(&one.url, "postgres"), one.name.clone());
    drop(one);
    let found = connect(&url).await.query("SELECT FROM pg_database WHERE datname = $1", &[&name]).await;
    assert!(found.unwrap().is_empty());
}

#[test]
fn database_names_are_replaced_in_urls() {
    assert_eq!(
        with_database("postgres://a:b@h:1/old?sslmode=disable", "new"),
        "postgres://a:b@h:1/new?sslmode=disable"
    );
}

/// `with-postgres` is a process with a cluster; killed the hard way, it can clean up nothing itself.
#[test]
fn ends_with_its_process_even_when_that_is_killed() {
    let mut owner = Command::new(env!("CARGO_BIN_EXE_with-postgres"))
        .args(["sh", "-c", "echo $ONEFOLD_TEST_DATABASE_URL; exec cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let sockets = socket_folder(url.trim());
    assert!(sockets.exists());
    owner.kill().unwrap();
    owner.wait().unwrap();

    // The watcher waits for Postgres before it deletes, and tells nobody.
    let deadline = Instant::now() + Duration::from_secs(60);
    while sockets.exists() {
        assert!(Instant::now() < deadline, "`{}` is still there", sockets.display());
        std::thread::yield_now();
    }
}

#[test]
fn the_command_decides_how_with_postgres_ends() {
    let status =
        Command::new(env!("CARGO_BIN_EXE_with-postgres")).args(["sh", "-c", "exit 7"]).status().unwrap();
    assert_eq!(status.code(), Some(7));
}

/// A folder that the server's user may enter when these tests run as root.
fn shared_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn socket_folder(url: &str) -> PathBuf {
    let config: tokio_postgres::Config = url.parse().unwrap();
    match config.get_hosts() {
        [Host::Unix(folder)] => folder.clone(),
        hosts => panic!("{hosts:?}"),
    }
}
