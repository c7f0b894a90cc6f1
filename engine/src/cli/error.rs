//! Why a command could not do its work, as a person reads it on a terminal.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use crate::report::{self, Style};
use crate::{catalog, cluster, config, engine, explain, pool, slot_table, slots};

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings are wrong.
    #[error("the settings are wrong")]
    Config(#[source] config::Error),
    /// There is no database to serve from.
    #[error(
        "no database is set: pass `--database-url URL`, or set `DATABASE_URL`, or `url` in `[database]` of `onefold.toml`"
    )]
    NoDatabase,
    /// The database that the program starts by itself could not be started.
    #[error("cannot start a database")]
    FallbackDatabase(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The slot map cannot be read from its table.
    #[error("there is no slot map")]
    SlotTable(#[source] slot_table::Error),
    /// The slots of the settings are no map.
    #[error("there is no slot map")]
    Slots(#[source] slots::Error),
    /// The settings of servers and shards are wrong.
    #[error("the settings are wrong")]
    Cluster(#[source] cluster::SettingsError),
    /// The schema or the settings do not fit.
    #[error("cannot serve the schema")]
    Engine(#[source] engine::Error),
    /// The document has no statement.
    #[error("`{}` cannot be compiled", file.display())]
    Document {
        /// Where the document is.
        file: PathBuf,
        /// What it says.
        text: String,
        /// Every mistake in it.
        source: engine::InvalidDocument,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The value of `--variables` is not a JSON object.
    #[error("`--variables` must be a JSON object")]
    Variables(#[source] serde_json::Error),
    /// The value of `log.level` is not a filter.
    #[error(
        "`log.level` must be a level such as `info`, or levels by module such as `info,onefold::pool=debug`"
    )]
    LogLevel(#[source] tracing_subscriber::filter::ParseError),
    /// The pool cannot be made.
    #[error("cannot reach the database")]
    Pool(#[source] pool::Error),
    /// The settings of a server are wrong.
    #[error("cannot reach the server `{server}`")]
    Server {
        /// Its name, of `[servers]`.
        server: String,
        /// What is wrong.
        source: pool::Error,
    },
    /// The schema cannot be compared with the database.
    #[error("cannot compare the schema with the database")]
    Check(#[source] catalog::Error),
    /// Postgres' plan cannot be had.
    #[error("cannot explain the operation")]
    Explain(#[source] explain::Error),
    /// A result is no JSON.
    #[error("cannot write JSON")]
    Json(#[source] serde_json::Error),
    /// The tables of the schema cannot be spread by Citus.
    #[error("Citus cannot distribute the schema")]
    Citus(#[source] catalog::NotDistributable),
    /// The address is taken, not ours, or none at all.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        source: io::Error,
    },
    /// The operating system refused something that a server needs.
    #[error("cannot run the server")]
    Io(#[from] io::Error),
}

impl Error {
    /// The error and its causes, each in lines of its own; mistakes of documents at their lines.
    pub(super) fn report(&self, style: Style) -> String {
        match self {
            Error::Document { file, text, source } => {
                let path = file.display().to_string();
                return report::draw(report::Source { path: &path, text }, &source.0, style);
            }
            Error::Engine(engine::Error::Operations(refused)) => {
                let drawn = refused.iter().map(|refused| {
                    let path = format!("{}.graphql", refused.document.name);
                    let source = report::Source { path: &path, text: refused.document.text };
                    report::draw(source, &refused.errors, style)
                });
                return drawn.collect::<Vec<_>>().join("\n");
            }
            _ => {}
        }
        let mut report = format!("error: {self}\n");
        let mut last = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let message = error.to_string();
            // Some errors of libraries end with their cause, or are nothing but their cause.
            if !last.ends_with(&message) {
                for line in message.lines() {
                    // Writing to a text cannot fail.
                    let _ = writeln!(report, "  {line}");
                }
            }
            last = message;
            cause = error.source();
        }
        report
    }
}
