//! One database on one server, with what reads it: a pool, and a folder for what is answered together. Where there are
//! several servers, it knows whether the server may be asked at the moment.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{PgLsn, ToSql};

use super::breaker::Breaker;
use super::clock::Moment;
use super::health::Rules;
use super::metrics::Counts;
use super::server::Server;
use crate::compile::{Compiled, Ready};
use crate::config;
use crate::fold::Folder;
use crate::pool::{self, Pool, Prepared, Rows, Settings};
use crate::serializer;
use crate::value::SqlValue;

/// One database on one server.
#[derive(Debug)]
pub struct Instance {
    settings: Settings,
    folding: Option<Folding>,
    pool: Pool,
    folder: Option<Folder>,
    /// Absent where there is a single database.
    guard: Option<Guard>,
}

/// How requests are folded, and over how many connections.
pub(super) type Folding = (config::Folding, u32);

/// Whether an instance is asked.
struct Guard {
    server: Arc<Server>,
    breaker: Breaker,
    /// How many requests are with the folder.
    folding: AtomicUsize,
    counts: Counts,
}

/// A request that is with the folder.
struct Underway<'a>(&'a AtomicUsize);

impl Instance {
    /// The only database, which is asked whatever happens.
    pub(super) fn single(
        settings: &Settings,
        folding: Option<Folding>,
    ) -> Result<Arc<Instance>, pool::Error> {
        Instance::with_pool(None, settings, folding, Pool::new(settings)?)
    }

    /// A database on one of several servers.
    pub(super) fn on(
        server: Arc<Server>,
        settings: &Settings,
        folding: Option<Folding>,
    ) -> Result<Arc<Instance>, pool::Error> {
        let pool = Pool::within(settings, server.quota())?;
        Instance::with_pool(Some(server), settings, folding, pool)
    }

    fn with_pool(
        server: Option<Arc<Server>>,
        settings: &Settings,
        folding: Option<Folding>,
        pool: Pool,
    ) -> Result<Arc<Instance>, pool::Error> {
        let folder = folding.as_ref().map(|(folding, lanes)| Folder::new(folding, *lanes, settings));
        let guard = server.map(|server| Guard::new(server, settings.database.as_deref().unwrap_or_default()));
        let (settings, folder) = (settings.clone(), folder.transpose()?);
        let instance = Arc::new(Instance { settings, folding, pool, folder, guard });
        if let Some(guard) = &instance.guard {
            guard.server.health().watch_over(Arc::downgrade(&instance));
        }
        Ok(instance)
    }

    /// The same with other folding; what is read alone is over the same connections as before.
    pub(super) fn folded(&self, folding: Option<Folding>) -> Result<Arc<Instance>, pool::Error> {
        let guard = self.guard.as_ref().map(|guard| Arc::clone(&guard.server));
        Instance::with_pool(guard, &self.settings, folding, self.pool.clone())
    }

    /// The server that it is on; `None` for the only database.
    pub fn server(&self) -> Option<&Arc<Server>> {
        self.guard.as_ref().map(|guard| &guard.server)
    }

    /// The connections for what is read alone.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What answers requests together; `None` where nothing does.
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// The settings of its connections.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How requests are folded.
    pub(super) fn folding(&self) -> Option<&Folding> {
        self.folding.as_ref()
    }

    /// Has other connections from now on.
    pub(super) fn renew(&self) {
        self.pool.renew();
        if let Some(folder) = &self.folder {
            folder.renew();
        }
    }

    /// Waits until its server was asked how it does, which has to have begun.
    pub(super) async fn is_known(&self) {
        if let Some(guard) = &self.guard {
            guard.server.health().is_known().await;
        }
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// Why it does not.
    pub(super) async fn ping(&self) -> Result<(), pool::Error> {
        self.admit()?;
        self.pool.ping().await
    }

    /// How many requests are on their way.
    pub(super) fn load(&self) -> usize {
        self.pool.load() + self.guard.as_ref().map_or(0, |guard| guard.folding.load(Relaxed))
    }

    /// Whether it can be read as a replica that has replayed so much, as far as is known. It may be different by the time that
    /// it is asked.
    pub(super) fn is_readable(&self, position: Option<PgLsn>) -> bool {
        let Some(guard) = &self.guard else { return true };
        let health = guard.server.health();
        health.is_readable()
            && position.is_none_or(|position| health.position() >= position)
            && guard.breaker.would_admit(health.returned())
    }

    /// Whether a request may ask it now. Whoever may, has to.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn admit(&self) -> Result<(), pool::Error> {
        let Some(guard) = &self.guard else { return Ok(()) };
        guard.server.start();
        let health = guard.server.health();
        if !health.is_readable() {
            return Err(health.refusal());
        }
        let was_open = guard.breaker.is_open();
        if !guard.breaker.admits(health.returned()) {
            return Err(guard.refusal());
        }
        if was_open && !guard.breaker.is_open() {
            guard.counts.breaker_open.set(0.0);
        }
        Ok(())
    }

    /// Runs a statement, after [`admit`](Instance::admit).
    pub(super) async fn rows(
        &self,
        prepared: &Prepared<'_>,
        parameters: &[&(dyn ToSql + Sync)],
        position: Option<PgLsn>,
    ) -> Result<Rows, pool::Error> {
        let rows = self.pool.rows_after(prepared, parameters, position);
        let Some(guard) = &self.guard else { return rows.await };
        let health = guard.server.health();
        guard.counts.requests.increment(1);
        let leaves = health.leaves();
        let limit = health.rules().shard_timeout;
        let result = tokio::select! {
            biased;
            result = timeout(limit, rows) => result.unwrap_or(Err(pool::Error::TimedOut { limit })),
            () = leaves => Err(health.refusal()),
        };
        guard.count(&result);
        result
    }

    /// Answers a request together with others, after [`admit`](Instance::admit).
    pub(super) async fn fold(
        &self,
        operation: &Arc<Compiled>,
        statement: &Ready,
        values: &[SqlValue],
        conditions: &[bool],
        position: Option<PgLsn>,
    ) -> Option<Result<Bytes, serializer::Error>> {
        let answer = self.folder.as_ref()?.execute(operation, statement, values, conditions, position);
        let Some(guard) = &self.guard else { return answer.await };
        let leaves = guard.server.health().leaves();
        let _underway = Underway::new(&guard.folding);
        let answer = tokio::select! {
            biased;
            answer = answer => answer,
            () = leaves => None,
        };
        // Of an answer that there is not, the pool finds out why.
        if answer.is_some() {
            guard.counts.requests.increment(1);
            guard.succeeded();
        }
        answer
    }

    /// Whether it makes sense to ask elsewhere what has failed here, having begun at this moment.
    pub(super) fn falls_back(&self, error: &pool::Error, began: Moment) -> bool {
        match error {
            pool::Error::Unavailable { .. } | pool::Error::Busy { .. } | pool::Error::NotReplayed { .. } => {
                true
            }
            // A statement that takes too long does so everywhere, but not one that a server has stopped at.
            pool::Error::TimedOut { .. } => {
                self.guard.as_ref().is_some_and(|guard| !guard.server.health().has_answered_since(began))
            }
            // What a standby replays can be in the way of what reads it.
            // <https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT>
            pool::Error::Statement(error) => [
                SqlState::T_R_SERIALIZATION_FAILURE,
                SqlState::T_R_DEADLOCK_DETECTED,
                SqlState::QUERY_CANCELED,
            ]
            .contains(error.code()),
            _ => false,
        }
    }
}

impl Guard {
    fn new(server: Arc<Server>, database: &str) -> Guard {
        let Rules { breaker_failures, breaker_pause, .. } = *server.health().rules();
        Guard {
            breaker: Breaker::new(breaker_failures, breaker_pause),
            folding: AtomicUsize::new(0),
            counts: Counts::new(server.name(), database, server.health().role()),
            server,
        }
    }

    fn count(&self, result: &Result<Rows, pool::Error>) {
        match result {
            Ok(_) | Err(pool::Error::Statement(_)) => self.succeeded(),
            Err(pool::Error::Unavailable { .. } | pool::Error::TimedOut { .. }) => {
                if self.breaker.failed() {
                    self.counts.breaker_open.set(1.0);
                    tracing::warn!(server = %self.server.name(), "the server is not asked for a while");
                }
            }
            // Nobody else's requests are meant by those.
            Err(_) => {}
        }
    }

    fn succeeded(&self) {
        if self.breaker.is_open() {
            self.counts.breaker_open.set(0.0);
        }
        self.breaker.succeeded();
        self.server.health().served();
    }

    fn refusal(&self) -> pool::Error {
        let reason = format!(
            "server `{}`: it has failed {} times in a row and is not asked for a while (`sharding.breaker_pause`)",
            self.server.name(),
            self.breaker.limit()
        );
        pool::Error::Unavailable { reason, cause: None }
    }
}

impl<'a> Underway<'a> {
    fn new(count: &'a AtomicUsize) -> Underway<'a> {
        count.fetch_add(1, Relaxed);
        Underway(count)
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("server", self.server.name())
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}
