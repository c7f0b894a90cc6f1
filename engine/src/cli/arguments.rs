//! The arguments of the command line, and the settings among them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{Argument, Sources};

#[derive(Debug, Parser)]
#[command(
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Settings are read from `onefold.toml` in the working directory, then from the environment \
        (`DATABASE_URL`, and `ONEFOLD_LIMITS__MAX_DEPTH` for `max_depth` in `[limits]`), then from the options. \
        The later ones win."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Action,
}

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Serve GraphQL over HTTP, with GraphiQL at `/`.
    Serve {
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        database: DatabaseUrl,
        /// The address and port to listen on, `127.0.0.1:4000` by default; port 0 takes a free one.
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Print the schema in GraphQL's definition language.
    Sdl {
        #[command(flatten)]
        settings: Settings,
    },
    /// Print the SQL statement that an operation is compiled to.
    Sql {
        /// The GraphQL document; `-` for the standard input.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which operation of the document is meant, when there are several.
        #[arg(long, value_name = "NAME")]
        operation: Option<String>,
        /// The operation's variables, as a JSON object.
        #[arg(long, value_name = "JSON")]
        variables: Option<String>,
        /// The statement of many requests that are answered together, instead of that of one.
        #[arg(long)]
        folded: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Compare the schema with the live database, or with those of all shards: missing tables and columns, wrong types,
    /// missing indexes; rows on the wrong shard, tables that differ between shards.
    ///
    /// The exit code is 1 when queries would fail.
    Check {
        /// GraphQL documents: also tell of each operation to which shards it is sent, or how Citus answers it. Without a
        /// database only that is told.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        operations: Vec<PathBuf>,
        #[command(flatten)]
        settings: Settings,
        #[command(flatten)]
        database: DatabaseUrl,
    },
    /// Print the SQL that creates the tables of the schema.
    Ddl {
        /// Also what has Citus spread the tables over its nodes.
        #[arg(long)]
        citus: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Settings {
    /// The TOML file to read settings from, instead of `onefold.toml`; also by `ONEFOLD_CONFIG`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DatabaseUrl {
    /// Where the database is: `postgres://user:password@host:5432/name`; also by `DATABASE_URL`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl Settings {
    /// Where settings come from when these options are given.
    pub(super) fn sources(self, database: Option<DatabaseUrl>, listen: Option<String>) -> Sources {
        let url = database.and_then(|database| database.database_url);
        let arguments = [("--database-url", "database.url", url), ("--listen", "server.listen", listen)];
        let arguments = arguments
            .into_iter()
            .filter_map(|(option, key, value)| Some(Argument { option, key, value: value? }))
            .collect();
        Sources::of_process(self.config, arguments)
    }
}
