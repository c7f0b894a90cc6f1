//! Why a private cluster could not be had, and what to do about it.

use std::io;
use std::path::PathBuf;

/// Why a private cluster could not be made, started or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no Postgres on this machine, or none where one would look.
    #[error(
        "no Postgres is installed here: install it (`apt-get install postgresql`, `dnf install postgresql-server`, \
         `brew install postgresql@18`), set `{variable}` to the folder that has `postgres` and `initdb`, or use a \
         database that runs already (`DATABASE_URL`)",
        variable = super::programs::FOLDER_VARIABLE
    )]
    NotInstalled,
    /// The folder that was named has no server in it.
    #[error("`{}` does not have the programs `postgres` and `initdb`", folder.display())]
    NotInFolder {
        /// The folder, from the environment or from the builder.
        folder: PathBuf,
    },
    /// The server is older than what is supported.
    #[error(
        "`{}` is {version}, and Postgres {minimum} or newer is needed: install it (`apt-get install postgresql`, \
         `brew install postgresql@18`)",
        program.display()
    )]
    TooOld {
        /// The server's program.
        program: PathBuf,
        /// What it says of itself.
        version: String,
        /// The oldest major version that will do.
        minimum: u32,
    },
    /// Postgres refuses to run as root, and there is no other user to run it as.
    #[error(
        "Postgres does not run as root, and this machine has neither a user `postgres` nor `nobody` to run it as: \
         run this as another user, or add one (`useradd --system postgres`)"
    )]
    NoAccount,
    /// A program could not be run.
    #[error("`{}` could not be run", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A file or folder of the cluster could not be made or read.
    #[error("`{}` could not be made or read", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// No TCP port could be had.
    #[error("no free TCP port on the loopback interface")]
    Port(#[source] io::Error),
    /// `initdb` failed.
    #[error("`initdb` could not make a cluster:\n{output}")]
    Initdb {
        /// What it wrote.
        output: String,
    },
    /// `pg_basebackup` failed.
    #[error("`pg_basebackup` could not make a standby:\n{output}")]
    Basebackup {
        /// What it wrote.
        output: String,
    },
    /// The server ended instead of accepting connections.
    #[error("Postgres ended while it started:\n{log}")]
    Exited {
        /// The end of its log.
        log: String,
    },
    /// The server neither ended nor accepted connections in time.
    #[error("Postgres did not accept connections within {seconds} s:\n{log}")]
    NotReady {
        /// How long it was given.
        seconds: u64,
        /// The end of its log.
        log: String,
    },
    /// A database could not be made.
    #[error("the database `{name}` could not be created")]
    CreateDatabase {
        /// The database.
        name: String,
        /// The cause.
        source: tokio_postgres::Error,
    },
}
