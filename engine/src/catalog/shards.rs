//! A schema and a slot map against the databases of all shards → everything that does not fit.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use onefold_schema::{EnumDef, Placement, ScalarType, SchemaDef, TableDef, TableKind};

use super::check::compare;
use super::name::Qualified;
use super::rows::{self, Content, Identity};
use super::{Error, Object, Place, Problem, Severity};
use crate::config::Ranges;
use crate::pool::{self, Pool};
use crate::slots::{ShardId, Slot, SlotMap};

/// How many shards are asked at the same time: each reads whole tables.
const CONCURRENCY: usize = 8;

/// A shard with pools to its database on each of its servers.
#[derive(Debug, Clone)]
pub struct ShardPools {
    /// Its name in the slot map.
    pub name: Arc<str>,
    /// The server that it is written to.
    pub primary: ServerPool,
    /// The servers that follow it.
    pub replicas: Vec<ServerPool>,
}

/// The database of a shard on one server.
#[derive(Debug, Clone)]
pub struct ServerPool {
    /// The name of the server.
    pub server: String,
    /// Its connections, of which one is used.
    pub pool: Pool,
}

/// Compares the schema and the slot map with the databases of these shards and returns all that does not fit, errors
/// first. What is the same on several shards is one problem.
///
/// Beside what [`check`](super::check) finds, these are shards that are not reached or are no primary, replicas that follow
/// another server, two shards that are one database, rows on a shard that has not their slot, columns that carry another
/// slot than that of the shard key, and reference tables that are not the same everywhere. All sharded tables and reference
/// tables are read from end to end.
pub async fn check_shards(schema: &SchemaDef, map: &SlotMap, shards: &[ShardPools]) -> Vec<Problem> {
    let found: Vec<Found> = stream::iter(shards)
        .map(|shard| Found::in_shard(schema, map, shard))
        .buffered(CONCURRENCY)
        .collect()
        .await;
    let mut problems = in_common(&found);
    problems.extend(one_database(&found));
    problems.extend(references(schema, &found));
    problems.sort_by_key(|problem| problem.severity);
    problems
}

/// What was found in one shard.
struct Found {
    shard: Arc<str>,
    problems: Vec<Problem>,
    /// Absent where it could not be asked for.
    identity: Option<Identity>,
    /// What is in reference tables, by [`TableDef::name`].
    references: BTreeMap<&'static str, Content>,
}

impl Found {
    async fn in_shard(schema: &SchemaDef, map: &SlotMap, shard: &ShardPools) -> Found {
        let name = Arc::clone(&shard.name);
        let mut found =
            Found { shard: name, problems: Vec::new(), identity: None, references: BTreeMap::new() };
        if let Err(error) = found.primary(schema, map, &shard.primary).await {
            found.report(Severity::Error, server(&shard.primary), format!("cannot be read: {error}"));
        }
        for replica in &shard.replicas {
            if let Err(error) = found.replica(replica).await {
                // The primary answers for it.
                found.report(Severity::Warning, server(replica), format!("cannot be read: {error}"));
            }
        }
        found
    }

    async fn primary(
        &mut self,
        schema: &SchemaDef,
        map: &SlotMap,
        primary: &ServerPool,
    ) -> Result<(), Error> {
        if rows::is_standby(&primary.pool).await? {
            let message =
                "is a primary in the settings and follows another server; set that one as `primary`";
            self.report(Severity::Error, server(primary), message.to_owned());
        }
        self.identity = rows::identity(&primary.pool).await.ok();
        let problems = compare(schema, &primary.pool).await?;
        self.schema(schema, problems);
        let name = Arc::clone(&self.shard);
        for table in schema.tables.iter().filter(|table| is_on(&name, table)) {
            self.rows(map, primary, table).await;
        }
        Ok(())
    }

    async fn replica(&mut self, replica: &ServerPool) -> Result<(), Error> {
        if !rows::is_standby(&replica.pool).await? {
            let message = "is a replica in the settings and follows no server";
            self.report(Severity::Error, server(replica), message.to_owned());
            return Ok(());
        }
        let identity = rows::identity(&replica.pool).await.ok();
        if let (Some(own), Some(identity)) = (&self.identity, identity)
            && *own != identity
        {
            let message =
                "is a replica in the settings and follows another server than the primary of the shard";
            self.report(Severity::Error, server(replica), message.to_owned());
        }
        Ok(())
    }

    fn report(&mut self, severity: Severity, object: Object, message: String) {
        // The shard is added when it is known which others have the same.
        self.problems.push(Problem { severity, place: Place::Database, object, column: None, message });
    }

    /// Takes over what does not fit of the tables that are to be on the shard, and of the enums of their columns.
    fn schema(&mut self, schema: &SchemaDef, problems: Vec<Problem>) {
        let here: Vec<&TableDef> =
            schema.tables.iter().copied().filter(|table| is_on(&self.shard, table)).collect();
        let is_here = |object: &Object| match object {
            Object::Table(name) => here.iter().any(|table| Qualified::table(table).plain() == *name),
            Object::Enum(name) => here
                .iter()
                .flat_map(|table| enums(table))
                .any(|definition| Qualified::enumeration(definition).plain() == *name),
            // It is called on any shard.
            Object::Function(_) | Object::Server(_) | Object::Shard(_) => true,
        };
        self.problems.extend(problems.into_iter().filter(|problem| is_here(&problem.object)));
    }

    /// Looks at the rows of a table, unless it cannot be read as the schema has it.
    async fn rows(&mut self, map: &SlotMap, primary: &ServerPool, table: &'static TableDef) {
        let object = table_object(table);
        let is_wrong = |problem: &Problem| problem.severity == Severity::Error && problem.object == object;
        if self.problems.iter().any(is_wrong) {
            return;
        }
        let result = match table.placement {
            Placement::Sharded(key) => match rows::slots(&primary.pool, table, key).await {
                Ok(slots) => {
                    self.slots(map, table, &slots.unwrap_or_default());
                    Ok(())
                }
                Err(error) => Err(error),
            },
            Placement::Reference => rows::content(&primary.pool, table).await.map(|content| {
                self.references.insert(table.name, content);
            }),
            Placement::Shard(_) => Ok(()),
        };
        if let Err(error) = result {
            let hint = match &error {
                Error::Pool(pool::Error::TimedOut { .. }) => " (setting `database.statement_timeout`)",
                _ => "",
            };
            self.report(Severity::Error, object, format!("its rows cannot be read: {error}{hint}"));
        }
    }

    fn slots(&mut self, map: &SlotMap, table: &TableDef, found: &[rows::SlotRows]) {
        let mut elsewhere: BTreeMap<ShardId, (u64, Vec<u16>)> = BTreeMap::new();
        for slot in found {
            let Some(number) = slot.slot else {
                let message = format!("has {} without a shard key, which nobody finds", count(slot.rows));
                self.report(Severity::Error, table_object(table), message);
                continue;
            };
            // Postgres computes no other.
            let Some(owner) = Slot::new(number).map(|slot| map.shard(slot)) else { continue };
            if **map.name(owner) != *self.shard {
                let (rows, slots) = elsewhere.entry(owner).or_default();
                *rows += slot.rows;
                slots.push(number);
            }
        }
        if !elsewhere.is_empty() {
            let mut message = String::from("has rows of slots that are on other shards: ");
            for (position, (owner, (rows, slots))) in elsewhere.into_iter().enumerate() {
                let comma = if position > 0 { ", " } else { "" };
                // Writing to a text cannot fail.
                let _ = write!(
                    message,
                    "{comma}{} of {} on `{}`",
                    count(rows),
                    Ranges::of(slots),
                    map.name(owner)
                );
            }
            self.report(Severity::Error, table_object(table), message);
        }
        let disagreeing: u64 = found.iter().map(|slot| slot.disagreeing).sum();
        if let Placement::Sharded(key) = table.placement
            && let Some(carrier) = key.slot_in
            && disagreeing > 0
        {
            let message = format!(
                "has {} in which `{}` carries another slot than that of `{}`",
                count(disagreeing),
                table.columns[carrier].column,
                table.columns[key.column].column,
            );
            self.report(Severity::Error, table_object(table), message);
        }
    }
}

/// Problems of all shards, each once, with those that have it.
fn in_common(found: &[Found]) -> Vec<Problem> {
    let mut common: Vec<(&Problem, Vec<Arc<str>>)> = Vec::new();
    for shard in found {
        for problem in &shard.problems {
            match common.iter_mut().find(|(other, _)| *other == problem) {
                Some((_, shards)) => shards.push(Arc::clone(&shard.shard)),
                None => common.push((problem, vec![Arc::clone(&shard.shard)])),
            }
        }
    }
    let problems = common.into_iter().map(|(problem, shards)| {
        let place = if shards.len() == found.len() && shards.len() > 1 {
            Place::EveryShard
        } else {
            Place::Shards(shards)
        };
        Problem { place, ..problem.clone() }
    });
    problems.collect()
}

/// Shards whose primaries are one database, by whatever addresses: every row would be answered by each of them.
fn one_database(found: &[Found]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (position, shard) in found.iter().enumerate() {
        let is_same = |other: &&Found| shard.identity.is_some() && other.identity == shard.identity;
        // Each is told once, of the first of its kind.
        if found[..position].iter().any(|other| is_same(&other)) {
            continue;
        }
        let same: Vec<Arc<str>> =
            found.iter().filter(is_same).map(|other| Arc::clone(&other.shard)).collect();
        if let [first, ..] = &same[..]
            && same.len() > 1
        {
            let object = Object::Shard(first.to_string());
            let message = format!("is the same database as that of {}", list(&same[1..]));
            problems.push(Problem {
                severity: Severity::Error,
                place: Place::Database,
                object,
                column: None,
                message,
            });
        }
    }
    problems
}

/// Reference tables whose rows are not the same on all shards that could be read.
fn references(schema: &SchemaDef, found: &[Found]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for table in schema.tables {
        let mut contents: Vec<(&Content, Vec<Arc<str>>)> = Vec::new();
        for shard in found {
            let Some(content) = shard.references.get(table.name) else { continue };
            match contents.iter_mut().find(|(other, _)| *other == content) {
                Some((_, shards)) => shards.push(Arc::clone(&shard.shard)),
                None => contents.push((content, vec![Arc::clone(&shard.shard)])),
            }
        }
        if contents.len() < 2 {
            continue;
        }
        let mut message = String::from("is not the same on all shards: ");
        for (position, (content, shards)) in contents.iter().enumerate() {
            let comma = if position > 0 { ", " } else { "" };
            let is_as_long = contents[..position].iter().any(|(other, _)| other.rows == content.rows);
            let others = if is_as_long { " with other values" } else { "" };
            // Writing to a text cannot fail.
            let _ = write!(message, "{comma}{}{others} on {}", count(content.rows), names(shards));
        }
        problems.push(Problem {
            severity: Severity::Error,
            place: Place::Database,
            object: table_object(table),
            column: None,
            message,
        });
    }
    problems
}

/// Whether a table is to be on a shard. Sharded ones are on each, as one that has no slots now can get some.
fn is_on(shard: &str, table: &TableDef) -> bool {
    match table.placement {
        _ if table.kind == TableKind::Function => false,
        Placement::Reference | Placement::Sharded(_) => true,
        Placement::Shard(only) => only == shard,
    }
}

fn enums(table: &TableDef) -> impl Iterator<Item = &'static EnumDef> {
    table.scalars().filter_map(ScalarType::enumeration)
}

fn table_object(table: &TableDef) -> Object {
    Object::Table(Qualified::table(table).plain())
}

fn server(server: &ServerPool) -> Object {
    Object::Server(server.server.clone())
}

fn count(rows: u64) -> String {
    format!("{rows} {}", if rows == 1 { "row" } else { "rows" })
}

/// ``shard `one` ``, or ``shards `one`, `two` ``.
pub(super) fn list(shards: &[Arc<str>]) -> String {
    format!("{} {}", if shards.len() == 1 { "shard" } else { "shards" }, names(shards))
}

/// `` `one`, `two` ``
fn names(shards: &[Arc<str>]) -> String {
    shards.iter().map(|shard| format!("`{shard}`")).collect::<Vec<_>>().join(", ")
}
