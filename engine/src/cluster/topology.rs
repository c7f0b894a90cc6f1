//! The settings of servers and shards → what is there to be read, with as much of what was there before as is the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::SettingsError;
use super::instance::Instance;
use super::limits::{self, Limits, Wanted};
use super::server::Server;
use super::shard::Shard;
use crate::config::{self, Config};
use crate::pool::{self, Role};
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
    url: String,
    role: Role,
    /// How many connections the pools of its databases may have together.
    pooled: u32,
}

impl Topology {
    /// What the settings describe. Instances of `before` whose settings are the same are part of it, with their
    /// connections.
    pub(super) fn of(config: &Config, before: Option<&Topology>) -> Result<Topology, SettingsError> {
        let map = SlotMap::of(config)?;
        if config.servers.is_empty() {
            let name = Arc::clone(&map.shards()[0]);
            let (settings, folding) = single(config);
            let same = before.and_then(|before| before.find(&name, &settings, folding.as_ref()));
            let instance = match same {
                Some(instance) => instance,
                None => Arc::new(Instance::new(Arc::clone(&name), &settings, folding, None)?),
            };
            let shard = Shard::new(name, instance, Box::default());
            return Ok(Topology { map, shards: Box::new([Arc::new(shard)]), servers: BTreeMap::new() });
        }
        let builder = Builder::new(config, before)?;
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

    /// Makes the limits of its connections those of the servers, also where a server was there before.
    pub(super) fn apply_limits(&self) {
        for known in self.servers.values() {
            known.server.quota().resize(known.pooled);
        }
    }

    fn find(
        &self,
        server: &str,
        settings: &pool::Settings,
        folding: Option<&(config::Folding, u32)>,
    ) -> Option<Arc<Instance>> {
        let mut instances = self.shards.iter().flat_map(|shard| shard.instances());
        instances.find(|it| it.name() == server && it.is_of(settings, folding)).map(Arc::clone)
    }
}

/// The settings of a single database, `database.url`.
fn single(config: &Config) -> (pool::Settings, Option<(config::Folding, u32)>) {
    let mut settings = pool::Settings::from(&config.database);
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
    before: Option<&'a Topology>,
    limits: BTreeMap<&'a str, Limits>,
    servers: BTreeMap<String, Known>,
}

impl<'a> Builder<'a> {
    fn new(config: &'a Config, before: Option<&'a Topology>) -> Result<Builder<'a>, SettingsError> {
        let roles = roles(config)?;
        let limits = limits(config)?;
        let mut servers = BTreeMap::new();
        for (name, limits) in &limits {
            let (url, role) = (&config.servers[*name].url, roles[name]);
            let known = before.and_then(|before| before.servers.get(*name));
            let known = match known.filter(|known| known.url == *url && known.role == role) {
                Some(known) => Known { pooled: limits.pooled, ..known.clone() },
                None => {
                    let server = Arc::new(Server::new(name, limits.pooled));
                    Known { server, url: url.clone(), role, pooled: limits.pooled }
                }
            };
            servers.insert((*name).to_owned(), known);
        }
        Ok(Builder { config, before, limits, servers })
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
        let sharding = &self.config.sharding;
        let defaults = pool::Settings::from(&self.config.database);
        let settings = pool::Settings {
            url: known.url.clone(),
            database: database.cloned(),
            role: Some(known.role),
            max_connections: own_limit(self.config, server),
            // A shard that hangs answers for itself within its time.
            connect_timeout: defaults.connect_timeout.min(sharding.shard_timeout),
            acquire_timeout: defaults.acquire_timeout.min(sharding.shard_timeout),
            statement_timeout: sharding.shard_timeout,
            ..defaults
        };
        let mut folding = self.config.folding.clone();
        folding.stall_timeout = folding.stall_timeout.min(sharding.shard_timeout);
        let folding = (limits.lanes > 0).then_some((folding, limits.lanes));
        let same = self.before.and_then(|before| before.find(server, &settings, folding.as_ref()));
        if let Some(instance) = same {
            return Ok(instance);
        }
        let name = Arc::clone(known.server.name());
        let instance = Instance::new(name, &settings, folding, Some(known.server.quota()));
        instance.map(Arc::new).map_err(|cause| SettingsError::Server { server: server.to_owned(), cause })
    }
}

/// What each server is that some shard is on.
fn roles(config: &Config) -> Result<BTreeMap<&str, Role>, SettingsError> {
    let mut roles: BTreeMap<&str, (Role, String)> = BTreeMap::new();
    for (shard, settings) in &config.shards {
        let primary = (&settings.primary, Role::Primary, format!("is the primary of `{shard}`"));
        let replicas = settings
            .replicas
            .iter()
            .map(|server| (server, Role::Standby, format!("follows `{}`", settings.primary)));
        for (server, role, is) in std::iter::once(primary).chain(replicas) {
            if !config.servers.contains_key(server) {
                return Err(SettingsError::UnknownServer { shard: shard.clone(), server: server.clone() });
            }
            let (first_role, first) = roles.entry(server).or_insert_with(|| (role, is.clone()));
            if *first_role != role || (role == Role::Standby && *first != is) {
                return Err(SettingsError::Roles {
                    server: server.clone(),
                    first: first.clone(),
                    second: is,
                });
            }
        }
    }
    Ok(roles.into_iter().map(|(server, (role, _))| (server, role)).collect())
}

/// What the connections to each server are for that some shard is on.
fn limits(config: &Config) -> Result<BTreeMap<&str, Limits>, SettingsError> {
    let mut databases: BTreeMap<&str, u32> = BTreeMap::new();
    for shard in config.shards.values() {
        for server in std::iter::once(&shard.primary).chain(&shard.replicas) {
            *databases.entry(server).or_default() += 1;
        }
    }
    let mut wanted = Vec::new();
    for (server, databases) in &databases {
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
        wanted.push(Wanted { connections, databases: *databases });
    }
    let total = config.sharding.max_connections;
    let least = limits::LEAST * u32::try_from(wanted.len()).unwrap_or(u32::MAX);
    if total < least {
        let setting = "sharding.max_connections".to_owned();
        return Err(SettingsError::Connections { setting, limit: total, least });
    }
    let lanes = if config.folding.enabled { config.folding.connections } else { 0 };
    Ok(databases.into_keys().zip(limits::divide(&wanted, total, lanes)).collect())
}

/// How many connections to a server there may be by its own settings.
fn own_limit(config: &Config, server: &str) -> u32 {
    let own = config.servers.get(server).and_then(|server| server.max_connections);
    own.unwrap_or(config.database.max_connections)
}
