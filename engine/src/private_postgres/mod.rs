//! A Postgres cluster of one's own, from the programs that are installed: found, made, started, and stopped
//! and deleted when dropped. For demos, tests and development; knows nothing of schemas or GraphQL.
//!
//! ```no_run
//! # async fn example() -> Result<(), onefold::private_postgres::Error> {
//! let postgres = onefold::private_postgres::PrivatePostgres::start()?;
//! postgres.create_database("music").await?;
//! println!("{}", postgres.url("music")); // postgres://onefold@%2Ftmp%2Fonefold-4fYqZc/music
//! # Ok(())
//! # }
//! ```
//!
//! The cluster listens on a UNIX socket in a folder that only its own user may enter, so several run side by
//! side without agreeing on anything. It ends with the process that started it, however that process ends.

mod account;
mod error;
mod files;
mod programs;
mod server;

use std::path::PathBuf;

use tokio_postgres::NoTls;

use account::Account;
use files::Files;
use programs::Programs;
use server::Server;

pub use error::Error;

/// The superuser of a private cluster.
const USER: &str = "onefold";

/// The name of the socket file ends with a port even where nothing listens on one.
const SOCKET_PORT: u16 = 5432;

/// How often a random port is drawn again because another program was quicker to take it.
const PORT_ATTEMPTS: usize = 5;

/// What a cluster gives up for speed: surviving a power cut, and replication.
const FAST_SETTINGS: [(&str, &str); 5] = [
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];

/// What a cluster needs that standbys follow: enough of the log for one that was away for a while, too.
const REPLICATED_SETTINGS: [(&str, &str); 4] = [
    ("synchronous_commit", "on"),
    ("wal_level", "replica"),
    ("max_wal_senders", "10"),
    ("wal_keep_size", "256MB"),
];

/// A running Postgres cluster that belongs to this value.
///
/// Dropping it stops the server and deletes what is temporary of its files.
#[derive(Debug)]
pub struct PrivatePostgres {
    // Dropped first: the server must have ended before its files go.
    server: Option<Server>,
    programs: Programs,
    account: Option<Account>,
    files: Files,
    settings: Vec<(String, String)>,
    /// The TCP port on the loopback interface, when it listens on one.
    port: Option<u16>,
}

/// How a private cluster is to be.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    programs: Option<PathBuf>,
    directory: Option<PathBuf>,
    tcp: bool,
    durable: bool,
    settings: Vec<(String, String)>,
    /// The socket's folder of a primary, and its port.
    follows: Option<(PathBuf, u16)>,
}

impl Builder {
    /// Takes `postgres` and `initdb` from this folder instead of looking for them.
    pub fn programs(mut self, folder: impl Into<PathBuf>) -> Self {
        self.programs = Some(folder.into());
        self
    }

    /// Keeps the data in this folder, which is made when it is not there; what it holds from an earlier run is
    /// used again. By default the data is temporary.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Listens on a free TCP port of the loopback interface too, with a password; see [`PrivatePostgres::tcp_url`].
    pub fn tcp(mut self) -> Self {
        self.tcp = true;
        self
    }

    /// Leaves on what makes commits survive a power cut. By default it is off, for speed.
    pub fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// Lets standbys [follow](Builder::follows) the cluster, and keeps what is committed when the server is killed. By
    /// default both are off, for speed.
    pub fn replicated(mut self) -> Self {
        self.settings.extend(REPLICATED_SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self
    }

    /// Makes a standby that follows another cluster: a copy, to which all is streamed that is written there. The other one
    /// has to be [`replicated`](Builder::replicated), and to run.
    pub fn follows(mut self, primary: &PrivatePostgres) -> Self {
        self.follows = Some((primary.files.sockets().to_owned(), primary.socket_port()));
        self.replicated()
    }

    /// Sets a configuration parameter of the server, as in `postgresql.conf`; the last value wins.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Makes the cluster where needed, starts it and waits until it accepts connections: about a second. Blocks.
    ///
    /// # Errors
    /// No usable Postgres is installed, or the cluster could not be made or started; the message quotes the
    /// server's log.
    pub fn start(self) -> Result<PrivatePostgres, Error> {
        let programs = Programs::find(self.programs.as_deref())?;
        let account = Account::to_drop_to()?;
        let files = Files::create(self.directory, account)?;
        if !files.has_cluster() {
            match &self.follows {
                None => programs.initdb(&files, account)?,
                Some((sockets, port)) => programs.basebackup(&files, account, sockets, *port)?,
            }
        }
        let mut settings = Vec::new();
        if !self.durable {
            settings.extend(FAST_SETTINGS.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        settings.extend(self.settings);

        let mut cluster = PrivatePostgres { server: None, programs, account, files, settings, port: None };
        if !self.tcp {
            cluster.start_again()?;
            return Ok(cluster);
        }
        for attempt in 1.. {
            cluster.port = Some(files::free_port()?);
            match cluster.start_again() {
                Err(Error::Exited { log }) if log.contains("already in use") && attempt < PORT_ATTEMPTS => {}
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        Ok(cluster)
    }
}

impl PrivatePostgres {
    /// Starts a temporary cluster; `PrivatePostgres::builder().start()`. Blocks for about a second.
    ///
    /// # Errors
    /// See [`Builder::start`].
    pub fn start() -> Result<PrivatePostgres, Error> {
        Self::builder().start()
    }

    /// A cluster with options.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The URL of a database, over the UNIX socket. Every cluster has the database `postgres`.
    pub fn url(&self, database: &str) -> String {
        let host = percent_encode(&self.files.sockets().to_string_lossy());
        let database = percent_encode(database);
        match self.port {
            None => format!("postgres://{USER}@{host}/{database}"),
            Some(port) => format!("postgres://{USER}@{host}:{port}/{database}"),
        }
    }

    /// The URL of a database over TCP, with the password; `None` without [`Builder::tcp`].
    pub fn tcp_url(&self, database: &str) -> Option<String> {
        let port = self.port?;
        let password = self.files.password();
        let database = percent_encode(database);
        Some(format!("postgres://{USER}:{password}@127.0.0.1:{port}/{database}"))
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// Postgres refuses, because there is one of that name for instance.
    pub async fn create_database(&self, name: &str) -> Result<(), Error> {
        let failed = |source| Error::CreateDatabase { name: name.to_owned(), source };
        let (client, connection) =
            tokio_postgres::connect(&self.url("postgres"), NoTls).await.map_err(failed)?;
        let connection = tokio::spawn(connection);
        let created =
            client.batch_execute(&format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""))).await;
        drop(client);
        // The connection ends by itself once the client is gone; what it returns is in `created` already.
        let _ = connection.await;
        created.map_err(failed)
    }

    /// The number of the server's process; `None` when it is stopped.
    pub fn process_id(&self) -> Option<u32> {
        self.server.as_ref().map(Server::process_id)
    }

    /// Kills the server, as a crash of the machine would; does nothing when it is stopped. Connections end soon after.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Stops the server as an administrator would: connections are broken off, the data is safe. Blocks until
    /// it has ended; does nothing when it is stopped.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Starts the server after [`stop`](Self::stop), with the same data and under the same URLs. Blocks; does
    /// nothing when it runs.
    ///
    /// # Errors
    /// The server could not be started.
    pub fn start_again(&mut self) -> Result<(), Error> {
        if self.server.is_some() {
            return Ok(());
        }
        let mut arguments = vec![
            "-D".to_owned(),
            self.files.data().to_string_lossy().into_owned(),
            "-k".to_owned(),
            self.files.sockets().to_string_lossy().into_owned(),
            "-p".to_owned(),
            self.socket_port().to_string(),
            "-c".to_owned(),
            format!("listen_addresses={}", if self.port.is_some() { "127.0.0.1" } else { "" }),
        ];
        for (name, value) in &self.settings {
            arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
        }
        self.server = Some(Server::start(&self.programs, &arguments, &self.files, self.account)?);
        Ok(())
    }

    fn socket_port(&self) -> u16 {
        self.port.unwrap_or(SOCKET_PORT)
    }
}

/// Everything but the unreserved characters of a URL as `%XX`; a socket's folder is a host in that form only.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #[test]
    fn folders_become_hosts() {
        assert_eq!(super::percent_encode("/tmp/one fold-ä"), "%2Ftmp%2Fone%20fold-%C3%A4");
    }
}
