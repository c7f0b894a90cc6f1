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
        /// Refuse all operations that the program does not know.
        #[arg(long)]
        only_known: bool,
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
    /// List the documents that the program knows, with the ids by which clients can ask for them.
    Operations {
        /// As JSON: ids, files, names of operations, and texts.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Print how Postgres would answer an operation, beside our plan, and what in it is going to be slow.
    ///
    /// Nothing is run. Without `--variables`, plans of an operation that has to have some are for any values.
    Explain(ExplainArguments),
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
pub(super) struct ExplainArguments {
    /// The GraphQL document; `-` for the standard input.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Which operation of the document is meant, when there are several.
    #[arg(long, value_name = "NAME")]
    pub(super) operation: Option<String>,
    /// The operation's variables, as a JSON object.
    #[arg(long, value_name = "JSON")]
    pub(super) variables: Option<String>,
    /// From how many rows on a table is not to be read from one end to the other.
    #[arg(long, value_name = "ROWS", default_value_t = 1_000)]
    pub(super) large_table: u64,
    /// As JSON, with Postgres' plan in full.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) settings: Settings,
    #[command(flatten)]
    pub(super) database: DatabaseUrl,
}

#[derive(Debug, Default, Args)]
pub(super) struct Settings {
    /// The TOML file to read settings from, instead of `onefold.toml`; also by `ONEFOLD_CONFIG`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(super) struct DatabaseUrl {
    /// Where the database is: `postgres://user:password@host:5432/name`; also by `DATABASE_URL`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

/// Options that are settings too.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) database: Option<DatabaseUrl>,
    pub(super) listen: Option<String>,
    pub(super) only_known: bool,
}

impl From<DatabaseUrl> for Options {
    fn from(database: DatabaseUrl) -> Options {
        Options { database: Some(database), ..Options::default() }
    }
}

impl Settings {
    /// Where settings come from when these options are given.
    pub(super) fn sources(self, options: Options) -> Sources {
        let url = options.database.and_then(|database| database.database_url);
        let only_known = options.only_known.then(|| true.to_string());
        let arguments = [
            ("--database-url", "database.url", url),
            ("--listen", "server.listen", options.listen),
            ("--only-known", "server.only_known", only_known),
        ];
        let arguments = arguments
            .into_iter()
            .filter_map(|(option, key, value)| Some(Argument { option, key, value: value? }))
            .collect();
        Sources::of_process(self.config, arguments)
    }
}
