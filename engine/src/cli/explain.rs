//! The command `explain`: Postgres' plan of an operation beside ours.

use onefold_schema::Schema;
use serde_json::{Map, Value};

use super::Error;
use super::arguments::ExplainArguments;
use crate::compile::Compiler;
use crate::config::Config;
use crate::engine;
use crate::explain::{self, explain};
use crate::pool::{self, Pool};

/// What there is to be printed.
pub(super) async fn run<S: Schema>(
    mut config: Config,
    arguments: ExplainArguments,
    document: String,
    variables: Map<String, Value>,
) -> Result<String, Error> {
    // Whoever asks here is allowed to.
    config.server.only_known = false;
    let pool = pool(&config)?;
    let compiler = Compiler::new(S::SCHEMA, config).map_err(|error| Error::Engine(error.into()))?;
    let ExplainArguments { file, operation, large_table, json, .. } = arguments;
    let explained = explain(&compiler, &pool, &document, operation.as_deref(), &variables, large_table).await;
    let explained = explained.map_err(|error| match error {
        explain::Error::Document(errors) => {
            Error::Document { file, text: document, source: engine::InvalidDocument(errors) }
        }
        other => Error::Explain(other),
    })?;
    match json {
        true => serde_json::to_string_pretty(&explained).map_err(Error::Json),
        false => Ok(explained.to_string()),
    }
}

/// One connection: to the only database, or to the primary of the first shard.
fn pool(config: &Config) -> Result<Pool, Error> {
    let mut settings = pool::Settings { max_connections: 1, ..pool::Settings::from(&config.database) };
    if let Some(shard) = config.shards.values().next() {
        settings.url =
            config.servers.get(&shard.primary).map(|server| server.url.clone()).unwrap_or_default();
        settings.database.clone_from(&shard.database);
    } else if !config.has_database() {
        return Err(Error::NoDatabase);
    }
    Pool::new(&settings).map_err(Error::Pool)
}
