//! Requests of one operation that wait at the same moment → one execution, and each its own answer.
//!
//! A few lanes are kept beside the pool. While one of them is free, a request goes at once and alone, in the plain form of
//! its statement. While none is, requests wait, and the next lane that is free takes all of an operation's together: the
//! batch form of the statement reads their values from arrays. So nobody waits for a batch to fill, and the busier the
//! database is, the less each request costs it.
//!
//! Requests that cannot be folded, because their operation binds no value, do not wait for a lane to be free: they are sent
//! to the one with the least to do, and Postgres takes them in turn.
//!
//! Only operations that are short for certain come here, so that none holds up others. A batch that fails is no answer:
//! each of its requests is told to go alone, on a connection of the pool, where its own mistake is its own.

mod batch;
mod cost;
mod counts;
mod lanes;
mod parameters;
mod queue;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio_postgres::types::PgLsn;

use crate::compile::{Compiled, Fold, Ready};
use crate::config;
use crate::pool;
use crate::serializer;
use crate::value::SqlValue;
use counts::Counts;
use lanes::{Lanes, Running, Turn};
use parameters::Parameters;
use queue::{Batch, Member, Question, Queue};

pub use counts::{BATCH_MEMBERS, REQUESTS, Status};

/// Folds the requests of an engine. It connects its lanes when the first request comes.
#[derive(Debug)]
pub struct Folder {
    shared: Arc<Shared>,
    to: pool::Lanes,
    tasks: OnceLock<Tasks>,
}

struct Shared {
    limits: Limits,
    coalesce: bool,
    lanes: Arc<Lanes>,
    queue: Mutex<Queue>,
    /// Tells that there is something in the queue.
    work: Notify,
    counts: Counts,
}

/// What is folded, and how much of it at once.
#[derive(Debug)]
struct Limits {
    max_batch: usize,
    max_rows: u64,
    max_duration: Duration,
    pipeline: usize,
}

/// What runs beside the requests; it ends with the folder.
#[derive(Debug)]
struct Tasks([AbortHandle; 2]);

/// What becomes of a request that waited.
#[derive(Debug, Clone)]
enum Answer {
    /// It is answered, unless its rows do not fit the schema.
    Body(Result<Bytes, serializer::Error>),
    /// It has to go alone.
    Alone,
}

impl Folder {
    /// Folds requests over so many connections.
    ///
    /// # Errors
    /// [`pool::Error::Settings`]
    pub fn new(
        folding: &config::Folding,
        connections: u32,
        settings: &pool::Settings,
    ) -> Result<Folder, pool::Error> {
        let limits = Limits {
            max_batch: folding.max_batch,
            max_rows: folding.max_rows,
            max_duration: folding.max_duration,
            pipeline: folding.pipeline,
        };
        let shared = Shared {
            limits,
            coalesce: folding.coalesce,
            lanes: Arc::new(Lanes::new(connections)),
            queue: Mutex::default(),
            work: Notify::new(),
            counts: Counts::new(),
        };
        Ok(Folder {
            shared: Arc::new(shared),
            to: pool::Lanes::new(settings, folding.stall_timeout)?,
            tasks: OnceLock::new(),
        })
    }

    /// Answers a request, perhaps together with others that wait; `None` when it has to be answered elsewhere.
    ///
    /// Where there is a position, it is answered by a standby that has replayed the log up to there, or not at all.
    ///
    /// When the future is dropped, the others are still answered.
    ///
    /// # Errors
    /// The rows of the answer are not what the operation reads.
    pub async fn execute(
        &self,
        operation: &Arc<Compiled>,
        statement: &Ready,
        values: &[SqlValue],
        conditions: &[bool],
        position: Option<PgLsn>,
    ) -> Option<Result<Bytes, serializer::Error>> {
        let shared = &self.shared;
        let fold = operation.fold.as_ref()?;
        if !shared.limits.take(fold) {
            return None;
        }
        self.start();
        // A request never waits for a lane to be connected; the pool answers it, or knows why it cannot.
        if !shared.lanes.are_open() {
            return None;
        }
        let parameters = Parameters::encode(values, &statement.types)?;
        let question = Question { parameters, conditions: conditions.into() };
        // Requests that cannot differ are only ever answered together by being the same.
        if fold.batch.is_none() && !shared.coalesce {
            let running = shared.lanes.least_busy(shared.limits.pipeline)?;
            return shared.run_one(&running, operation, statement, &question, position).await;
        }
        if let Some(turn) = shared.lanes.try_turn() {
            return shared.run_one(&turn.run(), operation, statement, &question, position).await;
        }
        let (asker, answer) = oneshot::channel();
        let member = Member { question, position, askers: vec![asker] };
        shared.queue().push(statement.id, operation, member, shared.coalesce);
        shared.work.notify_one();
        match answer.await {
            Ok(Answer::Body(body)) => Some(body),
            // Who answers nobody is gone.
            Ok(Answer::Alone) | Err(_) => None,
        }
    }

    /// Has a lane connected, which otherwise happens beside the first requests. Why that may not be possible, is for the
    /// pool to say.
    pub async fn connect(&self) {
        self.start();
        self.shared.lanes.connected().await;
    }

    /// Has other connections from now on, see [`pool::Lanes::renew`].
    pub fn renew(&self) {
        self.to.renew();
    }

    /// What has been folded so far.
    pub fn status(&self) -> Status {
        self.shared.counts.status()
    }

    fn start(&self) {
        self.tasks.get_or_init(|| {
            let (shared, to) = (Arc::clone(&self.shared), self.to.clone());
            let connect = tokio::spawn(async move { shared.lanes.connect(&to).await });
            let serve = tokio::spawn(serve(Arc::clone(&self.shared)));
            Tasks([connect.abort_handle(), serve.abort_handle()])
        });
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request that does not wait.
    async fn run_one(
        &self,
        running: &Running<'_>,
        operation: &Compiled,
        statement: &Ready,
        question: &Question,
        position: Option<PgLsn>,
    ) -> Option<Result<Bytes, serializer::Error>> {
        if let Some(position) = position
            && !running.lane().has_replayed(position).await.unwrap_or(false)
        {
            return None;
        }
        let started = Instant::now();
        self.counts.count(1, 1);
        match batch::run_one(running, operation, statement, question).await {
            Ok(answer) => {
                // Those that are ahead take their time first.
                self.measured(operation, started, running.with);
                Some(answer)
            }
            Err(error) => {
                tracing::debug!(%error, "a request failed on a lane; it goes alone");
                self.failed(operation, started, &error);
                None
            }
        }
    }

    /// Answers the requests of a batch.
    async fn run(&self, turn: Turn, mut batch: Batch) {
        let too_far = batch.split_off(&turn.run()).await;
        too_far.into_iter().for_each(|member| member.answer(&Answer::Alone));
        if batch.members.is_empty() {
            return;
        }
        let started = Instant::now();
        let members = batch.members.len();
        self.counts.count(batch.members.iter().map(|member| member.askers.len()).sum(), members);
        // A panic in a serializer is a bug, and no reason to leave anybody without an answer.
        let result = AssertUnwindSafe(batch::run(&turn.run(), &batch)).catch_unwind().await;
        // The next batch need not wait until the answers are handed out.
        drop(turn);
        let answers = match result {
            Ok(Ok(answers)) => {
                self.measured(&batch.operation, started, members);
                answers
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, members, "a batch failed; its requests go alone");
                self.failed(&batch.operation, started, &error);
                return batch.answer_all(&Answer::Alone);
            }
            Err(_) => {
                tracing::error!(members, "a batch panicked; its requests go alone");
                return batch.answer_all(&Answer::Alone);
            }
        };
        for (member, answer) in batch.members.into_iter().zip(answers) {
            member.answer(&Answer::Body(answer));
        }
    }

    /// After a stall the operation is not folded for a while, so that it does not cost every lane that long.
    fn failed(&self, operation: &Compiled, started: Instant, error: &pool::Error) {
        if let (pool::Error::TimedOut { .. }, Some(fold)) = (error, &operation.fold) {
            cost::stalled(fold, started.elapsed());
        }
    }

    fn measured(&self, operation: &Compiled, started: Instant, requests: usize) {
        if let Some(fold) = &operation.fold {
            cost::measured(fold, started.elapsed(), requests);
        }
    }
}

impl Limits {
    /// Whether requests of the operation are short enough.
    fn take(&self, fold: &Fold) -> bool {
        fold.rows <= self.max_rows && !cost::is_above(fold, self.max_duration)
    }

    /// How many requests of an operation are answered at once.
    fn members(&self, operation: &Compiled) -> usize {
        let Some(fold) = operation.fold.as_ref().filter(|fold| fold.batch.is_some()) else { return 1 };
        // Ten times the rows that one may have, so that small ones fold to many and large ones to few.
        let by_rows = (self.max_rows.saturating_mul(10) / fold.rows.max(1)) as usize;
        self.max_batch.min(by_rows).min(cost::fitting(fold, self.max_duration)).max(1)
    }
}

/// Takes requests from the queue as lanes get free.
async fn serve(shared: Arc<Shared>) {
    loop {
        shared.work.notified().await;
        while !shared.queue().is_empty() {
            match shared.lanes.turn().await {
                Some(turn) => {
                    // Taken only now, so that all who have come meanwhile are among them.
                    let batch = shared.queue().pop(&shared.limits);
                    if let Some(batch) = batch {
                        let shared = Arc::clone(&shared);
                        tokio::spawn(async move { shared.run(turn, batch).await });
                    }
                }
                None => {
                    let left = std::mem::take(&mut *shared.queue());
                    left.answer_all(&shared.limits, &Answer::Alone);
                }
            }
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("limits", &self.limits)
            .field("lanes", &self.lanes)
            .field("status", &self.counts.status())
            .finish_non_exhaustive()
    }
}
