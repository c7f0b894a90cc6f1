//! How a server does: it is asked again and again, over a connection of its own. What is known of it decides whether it
//! is read, and requests that wait for a server that does not answer any more are told.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, futures::Notified, watch};
use tokio::time::timeout;
use tokio_postgres::types::PgLsn;

use super::clock::Moment;
use super::instance::Instance;
use super::metrics::Gauges;
use super::positions::Positions;
use crate::config::Sharding;
use crate::pool::{self, Lane, Lanes, Prepared, Role, StatementId};

/// How long a server may take to say how it does. One that is only busy does within that, and requests wait for one that
/// hangs only a few times as long.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// Whether the server is a standby; how far it is, as a standby with what it has replayed; and, for a standby that has
/// received more than that, microseconds since the last transaction that it has replayed.
const QUESTION: &str = "\
    SELECT standby, \
      CASE WHEN standby THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END, \
      CASE WHEN standby AND pg_catalog.pg_last_wal_replay_lsn() < pg_catalog.pg_last_wal_receive_lsn() \
        THEN (extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) \
              * 1000000)::pg_catalog.int8 \
      END \
    FROM (SELECT pg_catalog.pg_is_in_recovery() AS standby OFFSET 0) AS server";

/// What is known of a server.
pub(super) struct Health {
    server: Arc<str>,
    role: Role,
    rules: Rules,
    /// Whether it may be read in its role.
    readable: AtomicBool,
    /// Whether it has not answered several times in a row.
    away: AtomicBool,
    /// Wakes those who wait for it when it goes away.
    left: Notify,
    /// Has it asked now.
    doubt: Notify,
    /// When it was last found to be back after it had not answered.
    returned: AtomicU64,
    /// When it was last asked and did answer.
    answered: AtomicU64,
    /// Whether a request was answered since it was last asked.
    has_served: AtomicBool,
    /// How far it was when it was last asked, a standby with what it has replayed; 0 when that is not known.
    position: AtomicU64,
    /// How often it was asked.
    asked: watch::Sender<u64>,
    details: Mutex<Details>,
    gauges: Gauges,
}

/// What only those have a use for who ask.
#[derive(Default)]
struct Details {
    /// How often in a row it has not answered.
    failures: u32,
    /// Why it does not answer or is not read.
    reason: String,
    /// Of a primary: where its log was.
    positions: Positions,
    /// Of a standby: what it follows.
    follows: Weak<Health>,
    /// What is read on it.
    instances: Vec<Weak<Instance>>,
}

/// The settings that say when a server is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) shard_timeout: Duration,
    pub(super) max_replica_lag: Duration,
    pub(super) health_interval: Duration,
    pub(super) breaker_failures: u32,
    pub(super) breaker_pause: Duration,
}

impl From<&Sharding> for Rules {
    fn from(sharding: &Sharding) -> Rules {
        let Sharding {
            shard_timeout, max_replica_lag, health_interval, breaker_failures, breaker_pause, ..
        } = *sharding;
        Rules { shard_timeout, max_replica_lag, health_interval, breaker_failures, breaker_pause }
    }
}

impl Rules {
    /// How long a server may take to say how it does.
    pub(super) fn answer_within(&self) -> Duration {
        ANSWER_WITHIN.min(self.shard_timeout)
    }
}

/// What a server says of itself.
struct Answer {
    is_standby: bool,
    position: PgLsn,
    lag: Duration,
}

impl Health {
    pub(super) fn new(server: Arc<str>, role: Role, rules: Rules) -> Health {
        let gauges = Gauges::new(&server, role);
        Health {
            server,
            role,
            rules,
            // A primary is believed to be one until it is known to be none.
            readable: AtomicBool::new(role == Role::Primary),
            away: AtomicBool::new(false),
            left: Notify::new(),
            doubt: Notify::new(),
            returned: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            has_served: AtomicBool::new(false),
            position: AtomicU64::new(0),
            asked: watch::Sender::new(0),
            details: Mutex::new(Details { reason: "it was not asked yet".to_owned(), ..Details::default() }),
            gauges,
        }
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whether it may be read in its role, as far as is known.
    pub(super) fn is_readable(&self) -> bool {
        self.readable.load(Relaxed) && !self.is_away()
    }

    /// Whether it has not answered for some time.
    pub(super) fn is_away(&self) -> bool {
        self.away.load(Relaxed)
    }

    /// Waits until it goes away, from the call on.
    pub(super) fn leaves(&self) -> Notified<'_> {
        self.left.notified()
    }

    /// When it was last found to be back after it had not answered.
    pub(super) fn returned(&self) -> Moment {
        Moment(self.returned.load(Relaxed))
    }

    /// Whether it has said how it does after this moment.
    pub(super) fn has_answered_since(&self, moment: Moment) -> bool {
        Moment(self.answered.load(Relaxed)) > moment
    }

    /// How far it is at least.
    pub(super) fn position(&self) -> PgLsn {
        PgLsn::from(self.position.load(Relaxed))
    }

    /// Counts that a request was answered.
    pub(super) fn served(&self) {
        if !self.has_served.load(Relaxed) {
            self.has_served.store(true, Relaxed);
        }
    }

    /// Why it is not read.
    pub(super) fn refusal(&self) -> pool::Error {
        let reason = format!("server `{}`: {}", self.server, self.details().reason);
        pool::Error::Unavailable { reason, cause: None }
    }

    /// Renews the connections of an instance when the server has not answered, or is something else than before.
    pub(super) fn watch_over(&self, instance: Weak<Instance>) {
        let mut details = self.details();
        details.instances.retain(|instance| instance.strong_count() > 0);
        details.instances.push(instance);
    }

    /// Measures how far it is behind by this primary.
    pub(super) fn follow(&self, primary: &Arc<Health>) {
        self.details().follows = Arc::downgrade(primary);
    }

    /// Waits until it was asked for the first time.
    pub(super) async fn is_known(&self) {
        // It ends only with the sender, which is here.
        let _ = self.asked.subscribe().wait_for(|asked| *asked > 0).await;
    }

    /// Asks for as long as it is polled.
    pub(super) async fn watch(&self, to: Lanes) {
        let mut lane = None;
        loop {
            let before = Moment::now();
            let is_new = lane.as_ref().is_none_or(|lane: &Arc<Lane>| lane.is_closed());
            match self.ask(&mut lane, &to).await {
                Ok(answer) => self.has_answered(before, &answer, is_new),
                Err(error) => {
                    lane = None;
                    self.has_failed(before, &error);
                }
            }
            self.asked.send_modify(|asked| *asked += 1);
            let pause = match self.is_away() {
                true => self.rules.health_interval.min(self.rules.breaker_pause),
                false => self.rules.health_interval,
            };
            // Not at once, whatever is set.
            let pause = pause.max(Duration::from_millis(1)).saturating_sub(Moment::now().since(before));
            // Whoever wakes it has to do with a change, so there are not many of those.
            let _ = timeout(pause, self.doubt.notified()).await;
        }
    }

    async fn ask(&self, lane: &mut Option<Arc<Lane>>, to: &Lanes) -> Result<Answer, pool::Error> {
        if let Some(open) = lane.as_ref().filter(|lane| !lane.is_closed())
            && let Ok(answer) = ask(open).await
        {
            return Ok(answer);
        }
        let limit = self.rules.answer_within();
        let opened = timeout(limit, to.open()).await.unwrap_or_else(|_| {
            Err(pool::Error::Unavailable { reason: format!("no connection within {limit:?}"), cause: None })
        });
        ask(lane.insert(Arc::new(opened?))).await
    }

    fn has_answered(&self, before: Moment, answer: &Answer, is_new: bool) {
        let mut details = self.details();
        let was_readable = self.readable.load(Relaxed);
        let reason = match (self.role, answer.is_standby) {
            (Role::Primary, false) => {
                details.positions.add(before, answer.position);
                None
            }
            (Role::Standby, true) => {
                let now = Moment::now();
                let lag = match details.follows.upgrade() {
                    Some(primary) => primary.details().positions.lag(now, answer.position, answer.lag),
                    None => answer.lag,
                };
                self.gauges.lag(lag);
                let limit = self.rules.max_replica_lag;
                (lag > limit).then(|| {
                    format!("it is {lag:?} behind, and may be {limit:?} (`sharding.max_replica_lag`)")
                })
            }
            (Role::Primary, true) => Some("it is a standby and not the primary".to_owned()),
            (Role::Standby, false) => Some("it is no standby, so it is not read as a replica".to_owned()),
        };
        self.position.store(answer.position.into(), Relaxed);
        self.readable.store(reason.is_none(), Relaxed);
        let was_away = self.away.swap(false, Relaxed);
        if was_away || details.failures > 0 || is_new {
            self.returned.store(before.0, Relaxed);
        }
        self.answered.store(before.0, Relaxed);
        details.failures = 0;
        details.reason = reason.unwrap_or_default();
        let changed = (self.role == Role::Standby) != answer.is_standby;
        if let Some(primary) = details.follows.upgrade().filter(|_| changed && was_readable) {
            // It has taken over, so its primary is another server than before.
            primary.doubt.notify_one();
        }
        if was_away {
            tracing::info!(server = %self.server, "the server answers again");
        }
        if was_readable && !details.reason.is_empty() {
            tracing::warn!(server = %self.server, reason = details.reason, "the server is not read");
        }
        self.gauges.is_up(true);
        drop(details);
        // Connections of before are to something else, or may have died with nobody noticing.
        if was_away || (changed && was_readable) {
            self.renew();
        }
    }

    fn has_failed(&self, before: Moment, error: &pool::Error) {
        let mut details = self.details();
        // What it had replayed may be lost with the connection that it has said it on.
        self.position.store(0, Relaxed);
        // One that answers requests is there, however long it takes for this.
        details.failures = if self.has_served.swap(false, Relaxed) { 1 } else { details.failures + 1 };
        details.reason = format!("it does not answer: {}", reason(error));
        let unknown_for = before.since(Moment(self.answered.load(Relaxed)));
        if self.role == Role::Standby && unknown_for > self.rules.max_replica_lag {
            self.readable.store(false, Relaxed);
        }
        if details.failures < self.rules.breaker_failures || self.away.swap(true, Relaxed) {
            return;
        }
        tracing::warn!(server = %self.server, reason = details.reason, "the server is away");
        self.gauges.is_up(false);
        drop(details);
        self.left.notify_waiters();
        self.renew();
    }

    fn renew(&self) {
        let instances = self.details().instances.clone();
        instances.iter().filter_map(Weak::upgrade).for_each(|instance| instance.renew());
    }

    fn details(&self) -> MutexGuard<'_, Details> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there was no answer, without the words that are the same for all.
fn reason(error: &pool::Error) -> String {
    match error {
        pool::Error::Unavailable { reason, .. } => reason.clone(),
        other => other.to_string(),
    }
}

async fn ask(lane: &Arc<Lane>) -> Result<Answer, pool::Error> {
    static ID: LazyLock<StatementId> = LazyLock::new(StatementId::unique);
    let question = Prepared { id: *ID, text: QUESTION, types: &[], columns: None };
    let mut answer = None;
    lane.run(&question, &[], |cells| answer = read(cells)).await?;
    answer.ok_or_else(|| pool::Error::Protocol {
        reason: "a server says nothing of itself that is understood".to_owned(),
        cause: None,
    })
}

fn read(cells: &[Option<&[u8]>]) -> Option<Answer> {
    let [standby, position, lag] = cells else { return None };
    let bytes = |cell: &Option<&[u8]>| cell.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    Some(Answer {
        is_standby: *standby == Some(&[1]),
        // A standby that has replayed nothing yet is nowhere.
        position: PgLsn::from(bytes(position).map_or(0, u64::from_be_bytes)),
        // Clocks differ, so it can be negative.
        lag: Duration::from_micros(bytes(lag).map_or(0, i64::from_be_bytes).try_into().unwrap_or(0)),
    })
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health")
            .field("server", &self.server)
            .field("role", &self.role)
            .field("readable", &self.readable)
            .field("away", &self.away)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
