//! What is wrong with the servers, shards and slots of the settings.

use std::collections::{BTreeMap, BTreeSet};

use onefold_schema::{Placement, SchemaDef};

use super::super::{Config, Owners, Shard, SlotMistake, duration, keys};

/// All mistakes, each with what to write instead. Values of the wrong kind have been found before, and so have those that
/// may not be 0.
pub(in crate::config) fn mistakes(schema: &SchemaDef, config: &Config) -> Vec<String> {
    let mut check = Check { config, mistakes: Vec::new() };
    check.sections();
    check.servers();
    check.shards();
    check.roles();
    check.databases();
    check.slots();
    check.timeouts();
    check.placements(schema);
    check.mistakes
}

struct Check<'c> {
    config: &'c Config,
    mistakes: Vec<String>,
}

impl Check<'_> {
    fn report(&mut self, mistake: impl Into<String>) {
        self.mistakes.push(mistake.into());
    }

    /// Which sections there are at all.
    fn sections(&mut self) {
        let Config { servers, shards, .. } = self.config;
        if self.config.database.url.is_some() && !(servers.is_empty() && shards.is_empty()) {
            self.report(
                "`database.url` (or `DATABASE_URL`, or `--database-url`) and `[servers]` are both set; leave out \
                 the URL, or `[servers]` and `[shards]` if there is one database only",
            );
        }
        match (servers.keys().next(), shards.keys().next()) {
            (None, Some(_)) => {
                self.report("there are `[shards]` and no server; add `[servers.north]`, say, with its `url`");
            }
            (Some(server), None) => self.report(format!(
                "there are `[servers]` and no shard; add `[shards.one]`, say, with `primary = \"{server}\"` and \
                 `slots = [\"0-8191\"]`"
            )),
            _ => {}
        }
    }

    fn servers(&mut self) {
        for (name, server) in &self.config.servers {
            self.name("servers", name);
            if server.url.trim().is_empty() {
                self.report(format!(
                    "`servers.{name}.url` is missing; write `postgres://user:password@host:5432/name`"
                ));
            }
            if server.max_connections == Some(0) {
                self.report(format!("`servers.{name}.max_connections` must be at least 1"));
            }
        }
    }

    /// Names are parts of headers, of metrics and of variables of the environment.
    fn name(&mut self, section: &str, name: &str) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_plain) {
            self.report(format!(
                "`[{section}]` has the name {name:?}; names are made of letters, digits, `_` and `-`"
            ));
        }
    }

    fn shards(&mut self) {
        for (name, shard) in &self.config.shards {
            self.name("shards", name);
            // Without any server that is all there is to say.
            if !self.config.servers.is_empty() {
                self.shard_servers(name, shard);
            }
            if shard.database.as_deref().is_some_and(str::is_empty) {
                self.report(format!(
                    "`shards.{name}.database` is empty; leave it out for the database of the server's URL"
                ));
            }
        }
    }

    fn shard_servers(&mut self, name: &str, shard: &Shard) {
        if shard.primary.is_empty() {
            let servers = self.config.servers.keys();
            let names: Vec<String> = servers.map(|server| format!("`{server}`")).collect();
            self.report(format!(
                "`shards.{name}.primary` is missing; write which of `[servers]` it is: {}",
                names.join(", ")
            ));
        } else {
            self.known_server(&format!("`shards.{name}.primary` is"), &shard.primary);
        }
        let mut seen = BTreeSet::new();
        for replica in &shard.replicas {
            if *replica == shard.primary {
                self.report(format!("`shards.{name}.replicas` has `{replica}`, which is its primary"));
            } else if !seen.insert(replica) {
                self.report(format!("`shards.{name}.replicas` has `{replica}` twice"));
            } else {
                self.known_server(&format!("`shards.{name}.replicas` has"), replica);
            }
        }
    }

    fn known_server(&mut self, subject: &str, server: &str) {
        let servers = &self.config.servers;
        if !servers.contains_key(server) {
            let near = keys::closest(server, servers.keys());
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            self.report(format!("{subject} `{server}`, which is none of `[servers]`{hint}"));
        }
    }

    /// A replica follows one server, and a primary none.
    fn roles(&mut self) {
        let shards = &self.config.shards;
        let mut followed: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for (name, shard) in shards {
            for replica in shard.replicas.iter().filter(|replica| **replica != shard.primary) {
                if let Some((other, _)) = shards.iter().find(|(_, other)| other.primary == *replica) {
                    self.report(format!(
                        "`{replica}` is a replica in `shards.{name}` and the primary in `shards.{other}`; \
                         a server is one or the other"
                    ));
                }
                let (first, primary) = *followed.entry(replica).or_insert((name, &shard.primary));
                if primary != shard.primary {
                    self.report(format!(
                        "`{replica}` is a replica of `{primary}` in `shards.{first}` and of `{}` in \
                         `shards.{name}`; a server follows one",
                        shard.primary
                    ));
                }
            }
        }
    }

    /// Two shards on one database would answer each row twice.
    fn databases(&mut self) {
        let Config { servers, shards, .. } = self.config;
        let database = |shard: &Shard| -> Option<String> {
            let server = servers.get(&shard.primary)?;
            let url = server.url.parse::<tokio_postgres::Config>().ok();
            let of_url = || url.and_then(|url| Some(url.get_dbname().or(url.get_user())?.to_owned()));
            shard.database.clone().or_else(of_url)
        };
        let mut seen: BTreeMap<(&str, String), &str> = BTreeMap::new();
        for (name, shard) in shards {
            let Some(database) = database(shard) else { continue };
            if let Some(first) = seen.get(&(&*shard.primary, database.clone())) {
                self.report(format!(
                    "`shards.{first}` and `shards.{name}` are the same database `{database}` of `{}`; set \
                     `database` in one of them",
                    shard.primary
                ));
            } else {
                seen.insert((&shard.primary, database), name);
            }
        }
    }

    fn slots(&mut self) {
        let Config { servers, shards, sharding, .. } = self.config;
        if shards.is_empty() {
            if sharding.slot_table.is_some() {
                self.report("`sharding.slot_table` is set and there are no `[shards]`");
            }
            return;
        }
        let Some(table) = &sharding.slot_table else {
            if sharding.slot_table_server.is_some() {
                self.report(
                    "`sharding.slot_table_server` is set without `sharding.slot_table`; write \
                     `slot_table = \"onefold.slots\"`, or leave it out",
                );
            }
            let mistakes = Owners::of(shards).err().unwrap_or_default();
            return self.mistakes.extend(mistakes.iter().map(|mistake| {
                let advice = match mistake {
                    SlotMistake::Syntax { .. } => "",
                    SlotMistake::Shared { .. } => "; leave each in the `slots` of one",
                    SlotMistake::Missing { .. } => "; each has to be in the `slots` of one of `[shards]`",
                };
                format!("{mistake}{advice}")
            }));
        };
        let parts: Vec<&str> = table.split('.').collect();
        if parts.len() > 2 || parts.iter().any(|part| part.is_empty()) {
            self.report(format!(
                "`sharding.slot_table` is `{table}`, which is no table; write `onefold.slots`, or `slots`"
            ));
        }
        match &sharding.slot_table_server {
            Some(server) => self.known_server("`sharding.slot_table_server` is", server),
            None => {
                let example = servers.keys().next().map_or("north", String::as_str);
                self.report(format!(
                    "`sharding.slot_table` is set without `sharding.slot_table_server`; write which of `[servers]` \
                     has the table: `slot_table_server = \"{example}\"`"
                ));
            }
        }
        let given: Vec<String> = shards
            .iter()
            .filter(|(_, shard)| !shard.slots.is_empty())
            .map(|(name, _)| format!("`shards.{name}.slots`"))
            .collect();
        if !given.is_empty() {
            self.report(format!(
                "`sharding.slot_table` says which slots a shard has; leave out {}",
                given.join(", ")
            ));
        }
        if sharding.epoch > 1 {
            self.report("`sharding.slot_table` has its own epoch; leave out `sharding.epoch`");
        }
    }

    /// A shard that hangs must be given up while there is time to say so.
    fn timeouts(&mut self) {
        let Config { sharding, limits, shards, .. } = self.config;
        if !shards.is_empty() && sharding.shard_timeout >= limits.request_timeout {
            self.report(format!(
                "`sharding.shard_timeout` is {}, which is not below `limits.request_timeout`, {}",
                duration::print(sharding.shard_timeout),
                duration::print(limits.request_timeout),
            ));
        }
    }

    fn placements(&mut self, schema: &SchemaDef) {
        let shards = &self.config.shards;
        if shards.is_empty() {
            return;
        }
        for table in schema.tables {
            let Placement::Shard(shard) = table.placement else { continue };
            if !shards.contains_key(shard) {
                self.report(format!(
                    "the table `{}` of the schema is on the shard `{shard}`, which is none of `[shards]`; add \
                     `[shards.{shard}]`, which needs no `slots`",
                    table.name
                ));
            }
        }
    }
}
