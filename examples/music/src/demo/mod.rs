//! The demo: a private Postgres with the tables of the store, filled with made-up data.

mod goods;
mod people;
mod sales;
mod words;

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use made_up::{Random, Rows};
use onefold::catalog;
use onefold::private_postgres::{self, PrivatePostgres};
use onefold::schema::Schema;
use tokio_postgres::NoTls;

use crate::Music;

/// The name of the database.
const DATABASE: &str = "music";

/// Every run makes the same store.
const SEED: u64 = 1877;

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no private Postgres to be had.
    #[error(transparent)]
    Postgres(#[from] private_postgres::Error),
    /// The tables could not be made or filled.
    #[error("the store's tables could not be made")]
    Sql(#[from] tokio_postgres::Error),
}

/// Starts a private Postgres with the store in it; returns the URL of the database too. Shows its progress on a
/// terminal.
///
/// # Errors
/// No Postgres is installed, or it could not be started or filled.
pub async fn start() -> Result<(String, PrivatePostgres), Error> {
    let progress = ProgressBar::new_spinner().with_message("starting a private Postgres");
    progress.enable_steady_tick(Duration::from_millis(100));
    // The two take about as long, and neither needs the other.
    let rows = tokio::task::spawn_blocking(generate);
    let postgres = tokio::task::block_in_place(PrivatePostgres::start)?;
    postgres.create_database(DATABASE).await?;
    let url = postgres.url(DATABASE);
    progress.finish_and_clear();
    fill(&url, rows.await.expect("making up rows does not panic")).await?;
    Ok((url, postgres))
}

/// Makes the tables in an empty database and fills them with what [`start`] fills them with.
///
/// # Errors
/// The database cannot be reached, or has one of the tables already.
pub async fn create(url: &str) -> Result<(), Error> {
    fill(url, generate()).await
}

/// The rows of all tables, each after those that it refers to.
fn generate() -> Vec<Rows> {
    let mut random = Random::new(SEED);
    let goods = goods::generate(&mut random);
    let staff = people::employees(&mut random);
    let customers = people::customers(&mut random, &staff);
    let (invoices, lines) = sales::generate(&mut random, &customers, &goods.prices);
    let mut rows = goods.rows;
    rows.extend([staff.rows, customers.rows, invoices, lines]);
    rows
}

async fn fill(url: &str, rows: Vec<Rows>) -> Result<(), Error> {
    let (mut client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let progress = progress_bar(rows.iter().map(|rows| rows.count).sum());
    let transaction = client.transaction().await?;
    transaction.batch_execute(&catalog::ddl(Music::SCHEMA)).await?;
    // The rows refer to one another as they should; checking each foreign key would take longer than all else.
    transaction.batch_execute("SET LOCAL session_replication_role = replica").await?;
    for rows in rows {
        progress.set_message(rows.table);
        rows.copy_into(&transaction, &progress).await?;
    }
    transaction.commit().await?;
    progress.set_message("analyzing");
    client.batch_execute("ANALYZE").await?;
    progress.finish_and_clear();
    drop(client);
    // The connection ends by itself once the client is gone.
    let _ = connection.await;
    Ok(())
}

fn progress_bar(rows: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("filling the store {wide_bar} {pos}/{len} rows, {msg:14}");
    ProgressBar::new(rows).with_style(style.expect("the template is well-formed"))
}
