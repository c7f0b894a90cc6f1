//! The command `check`: the schema and the settings against one database, or those of all shards.

use std::process::ExitCode;

use onefold_schema::Schema;

use super::Error;
use crate::catalog::{self, Object, Place, Problem, ServerPool, Severity, ShardPools};
use crate::cluster::{self, Shortage};
use crate::config::{Config, Shard};
use crate::pool::{self, Pool};
use crate::slots::SlotMap;

/// All that does not fit, as text, and whether that is a failure. The slot table is already read.
pub(super) async fn check<S: Schema>(config: &Config) -> Result<(String, ExitCode), Error> {
    if !config.has_database() {
        return Err(Error::NoDatabase);
    }
    let (what, problems) = if config.shards.is_empty() {
        let pool = Pool::new(&pool::Settings::from(&config.database)).map_err(Error::Pool)?;
        ("the database fits", catalog::check(S::SCHEMA, &pool).await.map_err(Error::Check)?)
    } else {
        let map = SlotMap::of(config).map_err(Error::Slots)?;
        let shortages = cluster::shortages(config).map_err(Error::Cluster)?;
        let mut problems = catalog::check_shards(S::SCHEMA, &map, &shards(config)?).await;
        problems.extend(shortages.into_iter().map(shortage));
        ("all shards fit", problems)
    };
    let of = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let mut report: String = problems.iter().map(Problem::to_string).map(|line| line + "\n").collect();
    report.push_str(&match (errors, warnings) {
        (0, 0) => format!("{what} the schema `{}`\n", S::SCHEMA.name),
        (errors, warnings) => format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")),
    });
    Ok((report, if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }))
}

/// The shards of the settings, each server with a connection of its own.
fn shards(config: &Config) -> Result<Vec<ShardPools>, Error> {
    let shards = config.shards.iter().map(|(name, shard)| {
        let server = |server| server_pool(config, server, shard);
        Ok(ShardPools {
            name: name.as_str().into(),
            primary: server(&shard.primary)?,
            replicas: shard.replicas.iter().map(server).collect::<Result<_, _>>()?,
        })
    });
    shards.collect()
}

fn server_pool(config: &Config, server: &String, shard: &Shard) -> Result<ServerPool, Error> {
    let settings = pool::Settings {
        url: config.servers.get(server).map(|server| server.url.clone()).unwrap_or_default(),
        database: shard.database.clone(),
        max_connections: 1,
        ..pool::Settings::from(&config.database)
    };
    let pool = Pool::new(&settings).map_err(|source| Error::Server { server: server.clone(), source })?;
    Ok(ServerPool { server: server.clone(), pool })
}

/// What a server with few connections means for requests.
fn shortage(Shortage { server, connections, databases }: Shortage) -> Problem {
    let message = format!(
        "its {databases} databases share {}, so what asks them all opens and closes some each \
         time, which is slow; set `servers.{server}.max_connections` to {} or more, and `sharding.max_connections` to \
         what all servers have",
        count(connections as usize, "connection"),
        databases + 1
    );
    Problem {
        severity: Severity::Warning,
        place: Place::Database,
        object: Object::Server(server),
        column: None,
        message,
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
