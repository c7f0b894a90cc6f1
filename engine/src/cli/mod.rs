//! The command line of a server: what [`server!`](crate::server!) makes a program of. Results go to the standard
//! output, errors and the log to the standard error; the exit code is 1 for errors and 2 for wrong usage.

mod arguments;
mod check;
mod error;
mod explain;
mod log;
mod operations;
mod run;

use std::any::Any;
use std::io::IsTerminal;
use std::marker::PhantomData;
use std::pin::Pin;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use onefold_schema::Schema;

use crate::config::Config;
use crate::known::Document;
use crate::report::Style;
use arguments::Arguments;
pub use error::Error;

/// Makes a program of a schema: `onefold::server!(Music);` is all of a `main.rs`.
///
/// With `onefold::server!(Music, operations);` it also has the documents that its build script has compiled, see
/// [`build::operations`](crate::build::operations).
///
/// The program has the commands `serve`, `sdl`, `sql`, `operations`, `explain`, `check` and `ddl`; `--help` tells about
/// them. A program that does something of its own at its start writes `main` by hand, around a
/// [`Command`](crate::cli::Command).
#[macro_export]
macro_rules! server {
    ($schema:ty) => {
        fn main() -> ::std::process::ExitCode {
            $crate::cli::main::<$schema>()
        }
    };
    ($schema:ty, operations) => {
        fn main() -> ::std::process::ExitCode {
            $crate::cli::Command::<$schema>::new().operations($crate::operations!()).main()
        }
    };
}

/// The documents that the build script of the crate has compiled by [`build::operations`](crate::build::operations), as
/// [`Engine::with_operations`](crate::engine::Engine::with_operations) and [`Command::operations`] take them.
#[macro_export]
macro_rules! operations {
    () => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/onefold_operations.rs"))
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
    fallback: Option<Fallback>,
    default_query: Option<String>,
    operations: &'static [Document],
    schema: PhantomData<fn() -> S>,
}

/// Starts what there is to be read, and puts it into the settings.
type Fallback = Box<dyn FnOnce(Config) -> Pin<Box<dyn Future<Output = Result<Started, BoxError>>>>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Settings with a database that runs for as long as this value lives.
struct Started {
    config: Config,
    guard: Box<dyn Any>,
}

impl<S: Schema> Command<S> {
    /// The command line that [`main`] runs.
    #[must_use]
    pub fn new() -> Self {
        Command { fallback: None, default_query: None, operations: &[], schema: PhantomData }
    }

    /// What `serve` does when no database is set, instead of refusing: it takes the URL that this gives, and drops what
    /// comes with it after the last request.
    #[must_use]
    pub fn fallback_database<F, G, E>(self, start: impl FnOnce() -> F + 'static) -> Self
    where
        F: Future<Output = Result<(String, G), E>> + 'static,
        G: 'static,
        E: Into<BoxError>,
    {
        self.fallback_servers(|mut config| async move {
            let (url, guard) = start().await?;
            config.database.url = Some(url);
            Ok::<_, E>((config, guard))
        })
    }

    /// The same where one database does not do: `serve` goes on with the settings that this makes of those that it has, by
    /// adding servers and shards, and drops what comes with them after the last request.
    #[must_use]
    pub fn fallback_servers<F, G, E>(mut self, start: impl FnOnce(Config) -> F + 'static) -> Self
    where
        F: Future<Output = Result<(Config, G), E>> + 'static,
        G: 'static,
        E: Into<BoxError>,
    {
        self.fallback = Some(Box::new(|config| {
            let started = start(config);
            Box::pin(async move {
                let (config, guard) = started.await.map_err(Into::into)?;
                Ok(Started { config, guard: Box::new(guard) })
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

    /// What the program knows before a request comes: [`operations!()`](crate::operations!).
    #[must_use]
    pub fn operations(mut self, documents: &'static [Document]) -> Self {
        self.operations = documents;
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
                let style = if std::io::stderr().is_terminal() { Style::Colored } else { Style::Plain };
                eprint!("{}", error.report(style));
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
