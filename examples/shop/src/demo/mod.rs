//! The demo: a private Postgres whose databases are the shards, filled with made-up rows, each where its slot is.

mod customers;
mod goods;
mod placed;
mod words;

use std::env;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use made_up::Rows;
use onefold::catalog;
use onefold::config::{Config, DatabaseServer, Shard};
use onefold::private_postgres::{self, PrivatePostgres};
use onefold::schema::Schema;
use onefold::slots::{self, SLOTS, SlotMap};
use tokio_postgres::NoTls;

use crate::Shop;

/// The environment variable with the number of shards.
pub const SHARDS_VARIABLE: &str = "SHOP_SHARDS";

/// The environment variable with the number of customers.
pub const CUSTOMERS_VARIABLE: &str = "SHOP_CUSTOMERS";

/// The shard that has the archive and no slots.
const ARCHIVE: &str = "archive";

/// The name of the only server in the settings.
const SERVER: &str = "demo";

/// How large the demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// How many shards customers and suppliers are spread over, beside the archive; 4.
    pub shards: usize,
    /// How many customers there are, each with about ten purchases of three lines; 2,000. A customer is the same in any
    /// size.
    pub customers: usize,
}

impl Default for Size {
    fn default() -> Self {
        Size { shards: 4, customers: 2_000 }
    }
}

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable is no number of shards or customers.
    #[error("environment variable `{name}` is `{value}`; it must be a whole number from 1 to {most}")]
    Size {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// The highest number that it can be.
        most: usize,
    },
    /// There is no private Postgres to be had.
    #[error(transparent)]
    Postgres(#[from] private_postgres::Error),
    /// The slots of the settings are wrong.
    #[error(transparent)]
    Slots(#[from] slots::Error),
    /// The tables could not be made or filled.
    #[error("the shop's tables could not be made")]
    Sql(#[from] tokio_postgres::Error),
}

impl Size {
    /// The size that the environment asks for.
    ///
    /// # Errors
    /// [`Error::Size`].
    pub fn of_environment() -> Result<Size, Error> {
        let default = Size::default();
        Ok(Size {
            shards: number(SHARDS_VARIABLE, default.shards, 500)?,
            customers: number(CUSTOMERS_VARIABLE, default.customers, 1_000_000)?,
        })
    }
}

fn number(name: &'static str, default: usize, most: usize) -> Result<usize, Error> {
    let value = env::var_os(name).unwrap_or_default().to_string_lossy().into_owned();
    match value.parse() {
        _ if value.is_empty() => Ok(default),
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(Error::Size { name, value, most }),
    }
}

/// Starts a private Postgres with the shop in it, as large as the environment asks for; returns the settings with its
/// shards in them too. Shows its progress on a terminal.
///
/// # Errors
/// No Postgres is installed, or it could not be started or filled.
pub async fn start(config: Config) -> Result<(Config, PrivatePostgres), Error> {
    let size = Size::of_environment()?;
    let progress = ProgressBar::new_spinner().with_message("starting a private Postgres");
    progress.enable_steady_tick(Duration::from_millis(100));
    let builder = PrivatePostgres::builder().setting("max_connections", "300");
    let postgres = tokio::task::block_in_place(|| builder.start())?;
    let config = settings(config, &postgres, size.shards);
    progress.set_message(format!("making {} databases", config.shards.len()));
    for shard in config.shards.keys() {
        postgres.create_database(shard).await?;
    }
    progress.finish_and_clear();
    create(&config, size.customers).await?;
    Ok((config, postgres))
}

/// Settings with so many shards, each a database of the cluster that is named like it, and with the archive.
pub fn settings(mut config: Config, postgres: &PrivatePostgres, shards: usize) -> Config {
    let server = DatabaseServer { url: postgres.url("postgres"), max_connections: None };
    config.servers.insert(SERVER.to_owned(), server);
    let shard = |name: &str, slots: Vec<String>| Shard {
        primary: SERVER.to_owned(),
        database: Some(name.to_owned()),
        slots,
        ..Shard::default()
    };
    for number in 0..shards {
        let (name, first) = (format!("s{number}"), |number: usize| number * SLOTS / shards);
        let slots = format!("{}-{}", first(number), first(number + 1) - 1);
        config.shards.insert(name.clone(), shard(&name, vec![slots]));
    }
    config.shards.insert(ARCHIVE.to_owned(), shard(ARCHIVE, Vec::new()));
    config
}

/// Makes the tables in the empty databases of the settings' shards, and fills them with a shop of so many customers.
///
/// # Errors
/// A database cannot be reached, or has one of the tables already.
pub async fn create(config: &Config, customers: usize) -> Result<(), Error> {
    let map = SlotMap::of(config)?;
    let rows = placed::generate(&map, customers);
    let progress = progress_bar(rows.iter().flatten().map(|rows| rows.count).sum());
    for (name, rows) in map.shards().iter().zip(rows) {
        progress.set_message(name.to_string());
        fill(config, &config.shards[&**name], rows, &progress).await?;
    }
    progress.finish_and_clear();
    Ok(())
}

async fn fill(config: &Config, shard: &Shard, rows: Vec<Rows>, progress: &ProgressBar) -> Result<(), Error> {
    let url = config.servers.get(&shard.primary).map(|server| server.url.as_str()).unwrap_or_default();
    let mut database: tokio_postgres::Config = url.parse()?;
    if let Some(name) = &shard.database {
        database.dbname(name);
    }
    let (mut client, connection) = database.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    let transaction = client.transaction().await?;
    transaction.batch_execute(&catalog::ddl(Shop::SCHEMA)).await?;
    // The rows refer to one another as they should; checking each foreign key would take longer than all else.
    transaction.batch_execute("SET LOCAL session_replication_role = replica").await?;
    for rows in rows {
        rows.copy_into(&transaction, progress).await?;
    }
    transaction.commit().await?;
    client.batch_execute("ANALYZE").await?;
    drop(client);
    // The connection ends by itself once the client is gone.
    let _ = connection.await;
    Ok(())
}

fn progress_bar(rows: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("filling the shards {wide_bar} {pos}/{len} rows, {msg:7}");
    ProgressBar::new(rows).with_style(style.expect("the template is well-formed"))
}
