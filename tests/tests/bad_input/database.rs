//! Databases with the music store's tables and hardly a row in them.

use std::time::Duration;

use music::Music;
use onefold::catalog;
use onefold::config::Config;
use onefold::private_postgres::PrivatePostgres;
use onefold::schema::Schema;
use onefold_tests::{TestDatabase, connect, database};

const ROWS: &str = "
    INSERT INTO artist (artist_id, name) VALUES (1, 'AC/DC');
    INSERT INTO genre (genre_id, name) VALUES (1, 'Rock');
";

/// A database in the cluster that the tests share.
pub async fn with_music() -> TestDatabase {
    let database = database().await;
    database.execute(&catalog::ddl(Music::SCHEMA)).await;
    database.execute(ROWS).await;
    database
}

/// Settings that make a missing database known soon.
pub fn config(url: &str) -> Config {
    let mut config = Config::default();
    config.database.url = Some(url.to_owned());
    config.database.connect_timeout = Duration::from_secs(2);
    config
}

/// A cluster that can be stopped.
pub struct Cluster {
    pub url: String,
    // `None` only while it is stopped or started, which blocks.
    postgres: Option<PrivatePostgres>,
}

impl Cluster {
    pub async fn with_music() -> Cluster {
        let postgres = blocking(|| PrivatePostgres::start().unwrap_or_else(|error| panic!("{error}"))).await;
        let url = postgres.url("postgres");
        let client = connect(&url).await;
        client.batch_execute(&catalog::ddl(Music::SCHEMA)).await.expect("the tables can be made");
        client.batch_execute(ROWS).await.expect("the tables take rows");
        Cluster { url, postgres: Some(postgres) }
    }

    pub async fn stop(&mut self) {
        self.change(PrivatePostgres::stop).await;
    }

    pub async fn start_again(&mut self) {
        self.change(|postgres| postgres.start_again().unwrap_or_else(|error| panic!("{error}"))).await;
    }

    async fn change(&mut self, change: impl FnOnce(&mut PrivatePostgres) + Send + 'static) {
        let mut postgres = self.postgres.take().expect("one change comes after the other");
        self.postgres = Some(
            blocking(move || {
                change(&mut postgres);
                postgres
            })
            .await,
        );
    }
}

async fn blocking<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(task).await.expect("the task does not panic")
}
