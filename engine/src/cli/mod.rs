//! The command line of a server: what [`server!`](crate::server!) makes a program of. Results go to the standard
//! output, errors and the log to the standard error; the exit code is 1 for errors and 2 for wrong usage.

mod arguments;
mod check;
mod error;
mod log;
mod run;

use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use onefold_schema::Schema;

use arguments::Arguments;
pub use error::Error;

/// Makes a program of a schema: `onefold::server!(Music);` is all of a `main.rs`.
///
/// The program has the commands `serve`, `sdl`, `sql`, `check` and `ddl`; `--help` tells about them. A program that
/// does something of its own at its start writes `main` by hand, around a [`Command`](crate::cli::Command).
#[macro_export]
macro_rules! server {
    ($schema:ty) => {
        fn main() -> ::std::process::ExitCode {
            $crate::cli::main::<$schema>()
        }
    };
}

/// Runs the command line of a schema's server with the arguments of this process.
#[must_use]
pub fn main<S: Schema>() -> ExitCode {
    Command::<S>::new().main()
}

/// The command line of a schema's server.
///
/// ```no_run
/// # use onefold::prelude::*;
/// # #[derive(Table)]
/// # pub struct Artist { #[key] pub artist_id: i32 }
/// # #[derive(Schema)]
/// # #[schema(tables(Artist))]
/// # pub struct Music;
/// use onefold::private_postgres::PrivatePostgres;
///
/// fn main() -> std::process::ExitCode {
///     onefold::cli::Command::<Music>::new().fallback_database(start).main()
/// }
///
/// /// Starts a Postgres that stops with the server.
/// async fn start() -> Result<(String, PrivatePostgres), onefold::private_postgres::Error> {
///     let postgres = PrivatePostgres::start()?;
///     postgres.create_database("music").await?;
///     Ok((postgres.url("music"), postgres))
/// }
/// ```
pub struct Command<S> {
    fallback_database: Option<FallbackDatabase>,
    default_query: Option<String>,
    schema: PhantomData<fn() -> S>,
}

/// Starts a database: its URL, and what keeps it running.
type FallbackDatabase = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Result<Database, BoxError>>>>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A database that runs for as long as this value lives.
struct Database {
    url: String,
    guard: Box<dyn Any>,
}

impl<S: Schema> Command<S> {
    /// The command line that [`main`] runs.
    #[must_use]
    pub fn new() -> Self {
        Command { fallback_database: None, default_query: None, schema: PhantomData }
    }

    /// What `serve` does when no database URL is set, instead of refusing: it takes the URL that this gives, and
    /// drops what comes with it after the last request.
    #[must_use]
    pub fn fallback_database<F, G, E>(mut self, start: impl FnOnce() -> F + 'static) -> Self
    where
        F: Future<Output = Result<(String, G), E>> + 'static,
        G: 'static,
        E: Into<BoxError>,
    {
        self.fallback_database = Some(Box::new(|| {
            let started = start();
            Box::pin(async move {
                let (url, guard) = started.await.map_err(Into::into)?;
                Ok(Database { url, guard: Box::new(guard) })
            })
        }));
        self
    }

    /// The query that GraphiQL opens with, unless the settings have another.
    #[must_use]
    pub fn default_query(mut self, query: impl Into<String>) -> Self {
        self.default_query = Some(query.into());
        self
    }

    /// Runs with the arguments of this process.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let command = Arguments::command()
            .about(format!("The GraphQL schema `{}`, served from Postgres by Onefold", S::SCHEMA.name));
        let matches = command.get_matches();
        // The matches were made by the same definition, so this cannot fail.
        let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        match run::run(self, arguments) {
            Ok(code) => code,
            Err(error) => {
                eprint!("{}", error.report());
                ExitCode::FAILURE
            }
        }
    }
}

impl<S: Schema> Default for Command<S> {
    fn default() -> Self {
        Command::new()
    }
}
