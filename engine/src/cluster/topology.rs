//! The settings of servers and shards → what is there to be read, with as much of what was there before as is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::health::Rules;
use super::instance::{Folding, Instance};
use super::limits::{self, Limits, Wanted};
use super::server::Server;
use super::shard::Shard;
use super::{Consistency, SettingsError};
use crate::config::{self, Config};
use crate::pool::{self, Beforehand, Role};
use crate::slots::{ShardId, SlotMap};

/// Which shards there are at a moment, and where each is. It never changes: another one takes its place.
#[derive(Debug)]
pub struct Topology {
    map: SlotMap,
    /// In the order of the map's.
    shards: Box<[Arc<Shard>]>,
    /// Empty where there is a single database.
    servers: BTreeMap<String, Known>,
}

/// A server with the settings that it was made of.
#[derive(Debug, Clone)]
struct Known {
    server: Arc<Server>,
    /// How a database on it is read, but for the database.
    settings: pool::Settings,
    rules: Rules,
    /// The database that is asked how the server does.
    asked: Option<String>,
    /// The primary that it follows.
    follows: Option<String>,
    /// How many connections the pools of its databases may have together.
    pooled: u32,
}

impl Topology {
    /// What the settings describe. Instances of `before` whose settings are the same are part of it, with their
    /// connections.
    pub(super) fn of(
        config: &Config,
        beforehand: &Beforehand,
        before: Option<&Topology>,
    ) -> Result<Topology, SettingsError> {
        let map = SlotMap::of(config)?;
        if config.servers.is_empty() {
            let (settings, folding) = single(config, beforehand);
            let instance = match before.and_then(|before| before.find(None, &settings)) {
                Some(same) => with_folding(same, folding),
                None => Instance::single(&settings, folding),
            }?;
            let shard = Shard::new(Arc::clone(&map.shards()[0]), instance, Box::default());
            return Ok(Topology { map, shards: Box::new([Arc::new(shard)]), servers: BTreeMap::new() });
        }
        let builder = Builder::new(config, beforehand, before)?;
        let shards: Result<_, _> =
            map.shards().iter().map(|name| builder.shard(name).map(Arc::new)).collect();
        Ok(Topology { map, shards: shards?, servers: builder.servers })
    }

    /// On which shard each slot is.
    pub fn map(&self) -> &SlotMap {
        &self.map
    }

    /// A shard of the map.
    ///
    /// # Panics
    /// It is one of another map.
    pub fn shard(&self, id: ShardId) -> &Arc<Shard> {
        &self.shards[id.0]
    }

    /// All shards, in the order of the map's.
    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    /// Makes sure that what a read must have seen is of shards that there are.
    ///
    /// # Errors
    /// What is wrong, for whoever has sent it.
    pub fn check(&self, consistency: &Consistency) -> Result<(), String> {
        match consistency.shards().find(|name| self.map.find(name).is_none()) {
            None => Ok(()),
            Some(name) => Err(format!(
                "there is no shard `{name}` to be consistent with (header `onefold-consistency`)"
            )),
        }
    }

    /// Takes the place of the one before: servers that were part of that have the limits of this one, and follow its
    /// primaries.
    pub(super) fn begin(&self) {
        for known in self.servers.values() {
            known.server.quota().resize(known.pooled);
            if let Some(primary) = known.follows.as_ref().and_then(|primary| self.servers.get(primary)) {
                known.server.health().follow(primary.server.health());
            }
        }
    }

    /// The instance on a server with these settings.
    fn find(&self, server: Option<&Arc<Server>>, settings: &pool::Settings) -> Option<Arc<Instance>> {
        let is_on = |instance: &Instance| match (instance.server(), server) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        };
        let mut instances = self.shards.iter().flat_map(|shard| shard.instances());
        instances.find(|it| is_on(it) && it.settings() == settings).map(Arc::clone)
    }
}

/// The instance itself if it folds so, else one over the same connections that does.
fn with_folding(instance: Arc<Instance>, folding: Option<Folding>) -> Result<Arc<Instance>, pool::Error> {
    if instance.folding() == folding.as_ref() { Ok(instance) } else { instance.folded(folding) }
}

/// The settings of a single database, `database.url`.
fn single(config: &Config, beforehand: &Beforehand) -> (pool::Settings, Option<Folding>) {
    let beforehand = beforehand.clone();
    let mut settings = pool::Settings { beforehand, ..pool::Settings::from(&config.database) };
    // Most are left for what takes longer.
    let lanes = match config.folding.enabled {
        true => config.folding.connections.min(settings.max_connections / 4),
        false => 0,
    };
    settings.max_connections -= lanes;
    (settings, (lanes > 0).then(|| (config.folding.clone(), lanes)))
}

/// Makes the shards on several servers.
struct Builder<'a> {
    config: &'a Config,
    beforehand: &'a Beforehand,
    before: Option<&'a Topology>,
    limits: BTreeMap<&'a str, Limits>,
    servers: BTreeMap<String, Known>,
}

impl<'a> Builder<'a> {
    fn new(
        config: &'a Config,
        beforehand: &'a Beforehand,
        before: Option<&'a Topology>,
    ) -> Result<Builder<'a>, SettingsError> {
        let follows = follows(config)?;
        let limits = limits(config)?;
        let rules = Rules::from(&config.sharding);
        let mut servers = BTreeMap::new();
        for (name, limits) in &limits {
            let primary = follows[name];
            let settings = settings(config, name, primary.map_or(Role::Primary, |_| Role::Standby));
            let known = before.and_then(|before| before.servers.get(*name));
            let databases = databases(config, name);
            let known = known.filter(|known| {
                known.settings == settings
                    && known.rules == rules
                    && databases.contains(&known.asked.as_ref())
            });
            let (server, asked) = match known {
                Some(known) => (Arc::clone(&known.server), known.asked.clone()),
                None => {
                    let asked = databases.first().copied().flatten().cloned();
                    let one = pool::Settings { database: asked.clone(), ..settings.clone() };
                    let server = Server::new(name, &one, rules.clone(), limits.pooled)
                        .map_err(|cause| SettingsError::Server { server: (*name).to_owned(), cause })?;
                    (Arc::new(server), asked)
                }
            };
            let (rules, follows) = (rules.clone(), primary.map(ToOwned::to_owned));
            let known = Known { server, settings, rules, asked, follows, pooled: limits.pooled };
            servers.insert((*name).to_owned(), known);
        }
        Ok(Builder { config, beforehand, before, limits, servers })
    }

    fn shard(&self, name: &Arc<str>) -> Result<Shard, SettingsError> {
        let shard = &self.config.shards[&**name];
        let database = shard.database.as_ref();
        let replicas: Result<_, _> =
            shard.replicas.iter().map(|name| self.instance(name, database)).collect();
        Ok(Shard::new(Arc::clone(name), self.instance(&shard.primary, database)?, replicas?))
    }

    fn instance(&self, server: &str, database: Option<&String>) -> Result<Arc<Instance>, SettingsError> {
        let (known, limits) = (&self.servers[server], self.limits[server]);
        // Where connections are opened and closed all the time, that has to be quick.
        let beforehand = match shortage(self.config, server, limits) {
            Some(_) => Beforehand::default(),
            None => self.beforehand.clone(),
        };
        let settings = pool::Settings { database: database.cloned(), beforehand, ..known.settings.clone() };
        let mut folding = self.config.folding.clone();
        folding.stall_timeout = folding.stall_timeout.min(self.config.sharding.shard_timeout);
        let folding = (limits.lanes > 0).then_some((folding, limits.lanes));
        let same = self.before.and_then(|before| before.find(Some(&known.server), &settings));
        let instance = match same {
            Some(same) => with_folding(same, folding),
            None => Instance::on(Arc::clone(&known.server), &settings, folding),
        };
        instance.map_err(|cause| SettingsError::Server { server: server.to_owned(), cause })
    }
}

/// How the databases on a server are read, but for the database.
fn settings(config: &Config, server: &str, role: Role) -> pool::Settings {
    let defaults = pool::Settings::from(&config.database);
    let limit = config.sharding.shard_timeout;
    pool::Settings {
        url: config.servers[server].url.clone(),
        role: Some(role),
        max_connections: own_limit(config, server),
        // A shard that hangs is known to do so within its time.
        connect_timeout: defaults.connect_timeout.min(limit),
        acquire_timeout: defaults.acquire_timeout.min(limit),
        statement_timeout: limit,
        ..defaults
    }
}

/// Which primary each server follows that some shard is on; none where it is a primary.
fn follows(config: &Config) -> Result<BTreeMap<&str, Option<&str>>, SettingsError> {
    // With a shard that says so.
    let mut follows: BTreeMap<&str, (Option<&str>, &str)> = BTreeMap::new();
    for (shard, settings) in &config.shards {
        let primary = (&settings.primary, None);
        let replicas = settings.replicas.iter().map(|server| (server, Some(settings.primary.as_str())));
        for (server, primary) in std::iter::once(primary).chain(replicas) {
            if !config.servers.contains_key(server) {
                return Err(SettingsError::UnknownServer { shard: shard.clone(), server: server.clone() });
            }
            let (first, of) = *follows.entry(server).or_insert((primary, shard));
            if first != primary {
                let is = |primary: Option<&str>, shard: &str| match primary {
                    None => format!("is the primary of `shards.{shard}`"),
                    Some(primary) => format!("follows `{primary}` by `shards.{shard}`"),
                };
                return Err(SettingsError::Roles {
                    server: server.clone(),
                    first: is(first, of),
                    second: is(primary, shard),
                });
            }
        }
    }
    Ok(follows.into_iter().map(|(server, (primary, _))| (server, primary)).collect())
}

/// What the connections to each server are for that some shard is on.
fn limits(config: &Config) -> Result<BTreeMap<&str, Limits>, SettingsError> {
    let servers: BTreeSet<&str> = config.shards.values().flat_map(servers).map(String::as_str).collect();
    let mut wanted = Vec::new();
    for server in &servers {
        let connections = own_limit(config, server);
        if connections < limits::LEAST {
            let own = config.servers.get(*server).is_some_and(|server| server.max_connections.is_some());
            let setting = if own {
                format!("servers.{server}.max_connections")
            } else {
                "database.max_connections".into()
            };
            return Err(SettingsError::Connections { setting, limit: connections, least: limits::LEAST });
        }
        wanted.push(Wanted { connections, databases: count(config, server) });
    }
    let total = config.sharding.max_connections;
    let least = limits::LEAST * u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    if total < least {
        let setting = "sharding.max_connections".to_owned();
        return Err(SettingsError::Connections { setting, limit: total, least });
    }
    let lanes = if config.folding.enabled { config.folding.connections } else { 0 };
    Ok(servers.into_iter().zip(limits::divide(&wanted, total, lanes)).collect())
}

/// A server that has fewer connections than databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Its name, of `[servers]`.
    pub server: String,
    /// How many connections its databases share.
    pub connections: u32,
    /// How many databases on it are read.
    pub databases: u32,
}

/// The servers on which a read of all databases has to open and close connections each time.
///
/// # Errors
/// What is wrong with the settings.
pub fn shortages(config: &Config) -> Result<Vec<Shortage>, SettingsError> {
    let limits = limits(config)?.into_iter();
    Ok(limits.filter_map(|(server, limits)| shortage(config, server, limits)).collect())
}

fn shortage(config: &Config, server: &str, limits: Limits) -> Option<Shortage> {
    let databases = count(config, server);
    let is_short = limits.lanes == 0 && limits.pooled < databases;
    is_short.then(|| Shortage { server: server.to_owned(), connections: limits.pooled, databases })
}

/// How many databases on a server are read.
fn count(config: &Config, server: &str) -> u32 {
    u32::try_from(databases(config, server).len()).unwrap_or(u32::MAX)
}

/// The databases on a server that are read, in the order of their shards'; `None` is that of its URL.
fn databases<'a>(config: &'a Config, server: &str) -> Vec<Option<&'a String>> {
    let shards = config.shards.values().filter(|shard| servers(shard).any(|one| one == server));
    shards.map(|shard| shard.database.as_ref()).collect()
}

fn servers(shard: &config::Shard) -> impl Iterator<Item = &String> {
    std::iter::once(&shard.primary).chain(&shard.replicas)
}

/// How many connections to a server there may be by its own settings.
fn own_limit(config: &Config, server: &str) -> u32 {
    let own = config.servers.get(server).and_then(|server| server.max_connections);
    own.unwrap_or(config.database.max_connections)
}
