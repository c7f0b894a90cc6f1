//! Settings, read again → other servers, shards and slots for what runs. Whoever asks decides when, and is told all that
//! is wrong; then everything stays as it is.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::config::{self, Config, Ranges};
use crate::slot_table;
use crate::slots::{self, ShardId, Slot, SlotMap};

/// Why something else has gone wrong, with its causes.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type Read = dyn Fn() -> Result<Config, config::Error> + Send + Sync;
type Put = dyn Fn(&Config) -> Result<(), BoxError> + Send + Sync;

/// Takes over other servers, shards and slots while requests run.
pub struct Reloader {
    read: Box<Read>,
    put: Box<Put>,
    current: ArcSwap<Current>,
    /// Held by whoever reloads, so that epochs are compared with those that are in use.
    turn: Mutex<()>,
}

/// What is in use.
#[derive(Debug, Clone)]
pub struct Current {
    /// The settings, with the content of the slot table where there is one. Those of other sections than
    /// [`RELOADED`] are as they were at the start.
    pub config: Config,
    /// The slot map of these settings.
    pub map: SlotMap,
}

/// The sections that are taken over. All others need a new start.
pub const RELOADED: [&str; 3] = ["servers", "shards", "sharding"];

/// What has come of settings that were taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reloaded {
    /// The epoch that is in use now.
    pub epoch: u64,
    /// The slots that are on other shards than before.
    pub moved: Vec<Moved>,
    /// Sections that differ from what is in use and need a new start of the server.
    pub ignored: Vec<&'static str>,
}

/// Slots that were on one shard and are on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which slots.
    pub slots: Ranges,
    /// The name of the shard that they were on.
    pub from: Arc<str>,
    /// The name of the shard that they are on.
    pub to: Arc<str>,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from `{}` to `{}`", self.slots, self.from, self.to)
    }
}

/// Why settings were not taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// They cannot be read, or are wrong.
    #[error("the settings are wrong")]
    Config(#[source] config::Error),
    /// The slot table cannot be read, or is no map.
    #[error(transparent)]
    SlotTable(#[from] slot_table::Error),
    /// Not every slot is on one shard.
    #[error(transparent)]
    Slots(#[from] slots::Error),
    /// The slots differ, or the epoch is lower, and nothing says that the map is a later one.
    #[error(
        "the slot map has the epoch {found} and {}; a later map needs an epoch above {current}",
        if *.differs { "differs from the one in use" } else { "the one in use a later one" }
    )]
    Epoch {
        /// The epoch of the map that is in use.
        current: u64,
        /// That of the map that was read.
        found: u64,
        /// Whether they put slots on different shards.
        differs: bool,
    },
    /// One database has become several servers, or the other way round.
    #[error("the server was started with {0}; for anything else it needs a new start")]
    Kind(&'static str),
    /// What is to use the settings refuses them.
    #[error("the settings cannot be used")]
    Put(#[source] BoxError),
}

impl Error {
    /// Everything that is wrong, each in a text of its own.
    pub fn messages(&self) -> Vec<String> {
        match self {
            Error::Config(config::Error::Invalid(problems)) => {
                problems.0.iter().map(ToString::to_string).collect()
            }
            error => vec![chain(error)],
        }
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        // Some errors are told with their causes.
        if !text.ends_with(&message) {
            text = format!("{text}: {message}");
        }
        cause = error.source();
    }
    text
}

impl Reloader {
    /// For a server that runs with these settings, in which the slot table is already read. `read` gives them as they
    /// are at the moment, and `put` has them used.
    ///
    /// # Errors
    /// The settings have no slot map.
    pub fn new(
        config: Config,
        read: impl Fn() -> Result<Config, config::Error> + Send + Sync + 'static,
        put: impl Fn(&Config) -> Result<(), BoxError> + Send + Sync + 'static,
    ) -> Result<Reloader, slots::Error> {
        let map = SlotMap::of(&config)?;
        Ok(Reloader {
            read: Box::new(read),
            put: Box::new(put),
            current: ArcSwap::from_pointee(Current { config, map }),
            turn: Mutex::new(()),
        })
    }

    /// What is in use at the moment.
    pub fn current(&self) -> Arc<Current> {
        self.current.load_full()
    }

    /// Reads the settings and the slot table, and has what is in [`RELOADED`] used from now on. The log is told, too.
    ///
    /// # Errors
    /// Why not; then everything stays as it is.
    pub async fn reload(&self) -> Result<Reloaded, Error> {
        let _turn = self.turn.lock().await;
        let result = self.try_reload().await;
        match &result {
            Ok(reloaded) => {
                for moved in &reloaded.moved {
                    tracing::info!("{moved}");
                }
                for section in &reloaded.ignored {
                    tracing::warn!("`[{section}]` has changed, which needs a new start of the server");
                }
                tracing::info!(epoch = reloaded.epoch, "the settings were reloaded");
            }
            Err(error) => {
                for message in error.messages() {
                    tracing::error!("{message}");
                }
                tracing::error!("the settings were not reloaded; those before are still in use");
            }
        }
        result
    }

    async fn try_reload(&self) -> Result<Reloaded, Error> {
        let mut found = (self.read)().map_err(Error::Config)?;
        let current = self.current.load_full();
        match (current.config.shards.is_empty(), found.shards.is_empty()) {
            (true, false) => return Err(Error::Kind("one database")),
            (false, true) => return Err(Error::Kind("shards")),
            _ => {}
        }
        slot_table::fill(&mut found).await?;
        let map = SlotMap::of(&found)?;
        let differs = !map.agrees_with(&current.map);
        let (before, after) = (current.map.epoch(), map.epoch());
        if after < before || differs && after == before {
            return Err(Error::Epoch { current: before, found: after, differs });
        }

        let ignored = ignored(&current.config, &found);
        let Config { servers, shards, sharding, .. } = found;
        let config = Config { servers, shards, sharding, ..current.config.clone() };
        (self.put)(&config).map_err(Error::Put)?;
        let moved = moved(&current.map, &map);
        self.current.store(Arc::new(Current { config, map }));
        Ok(Reloaded { epoch: after, moved, ignored })
    }
}

impl fmt::Debug for Reloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloader").field("current", &self.current.load()).finish_non_exhaustive()
    }
}

/// The sections that differ and are not taken over.
fn ignored(current: &Config, found: &Config) -> Vec<&'static str> {
    // Every section is named here, so that a new one is not forgotten.
    let Config { server, database, folding, servers: _, shards: _, sharding: _, limits, tables, log } = found;
    let sections = [
        ("server", current.server != *server),
        ("database", current.database != *database),
        ("folding", current.folding != *folding),
        ("limits", current.limits != *limits),
        ("tables", current.tables != *tables),
        ("log", current.log != *log),
    ];
    sections.into_iter().filter(|(_, differs)| *differs).map(|(section, _)| section).collect()
}

/// The slots that are on shards of other names, by these.
fn moved(before: &SlotMap, after: &SlotMap) -> Vec<Moved> {
    let mut moved: Vec<((ShardId, ShardId), Vec<u16>)> = Vec::new();
    for slot in Slot::all() {
        let shards = (before.shard(slot), after.shard(slot));
        if before.name(shards.0) == after.name(shards.1) {
            continue;
        }
        match moved.iter_mut().find(|(others, _)| *others == shards) {
            Some((_, slots)) => slots.push(slot.number()),
            None => moved.push((shards, vec![slot.number()])),
        }
    }
    let moved = moved.into_iter().map(|((from, to), slots)| Moved {
        slots: Ranges::of(slots),
        from: Arc::clone(before.name(from)),
        to: Arc::clone(after.name(to)),
    });
    moved.collect()
}
