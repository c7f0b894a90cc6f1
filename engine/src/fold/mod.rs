//! Requests of one operation that wait at the same moment → one execution, and each its own answer.
//!
//! A few lanes run one statement after the other. While one is free, a request goes at once and alone, in the plain form
//! of its statement. While none is, requests wait, and the next lane that is free takes all of an operation's together:
//! the batch form of the statement reads their values from arrays. So nobody waits for a batch to fill, and the busier
//! the database is, the less each request costs it.
//!
//! Only operations that are short for certain are folded, so that none holds up others. A batch that fails is no answer:
//! each of its requests is told to go alone, on a connection of the pool, where its own mistake is its own.

mod cost;
mod parameters;
mod queue;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;

use crate::compile::{Compiled, Ready};
use crate::config;
use crate::pool::{self, Lane, Lanes};
use crate::serializer::{self, Inputs, Writer};
use crate::value::SqlValue;
use parameters::Parameters;
use queue::{Batch, Member, Question, Queue};

/// Folds the requests of an engine. It starts its lanes when the first request comes.
#[derive(Debug)]
pub struct Folder {
    shared: Arc<Shared>,
    lanes: Lanes,
    /// How many lanes there are.
    connections: u32,
    workers: OnceLock<Workers>,
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    coalesce: bool,
    queue: Mutex<Queue>,
    /// Wakes a lane that has nothing to do.
    work: Notify,
    /// Wakes a lane that is not connected.
    demand: Notify,
    /// How many lanes are connected.
    open: AtomicUsize,
}

/// What is folded, and how much of it at once.
#[derive(Debug)]
struct Limits {
    max_batch: usize,
    max_rows: u64,
    max_duration: Duration,
}

/// The tasks of the lanes; they end with the folder.
#[derive(Debug)]
struct Workers(Vec<AbortHandle>);

/// What becomes of a request that waited.
#[derive(Debug)]
enum Answer {
    /// It is answered.
    Body(Bytes),
    /// Its rows do not fit the schema.
    Misfit(serializer::Error),
    /// It has to go alone.
    Alone,
}

impl Folder {
    /// Folds requests over so many of the connections that the settings of the pool allow.
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
        };
        let shared = Shared {
            limits,
            coalesce: folding.coalesce,
            queue: Mutex::default(),
            work: Notify::new(),
            demand: Notify::new(),
            open: AtomicUsize::new(0),
        };
        let lanes = Lanes::new(settings)?;
        Ok(Folder { shared: Arc::new(shared), lanes, connections, workers: OnceLock::new() })
    }

    /// Answers a request together with others that wait; `None` when it has to be answered alone.
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
    ) -> Option<Result<Bytes, serializer::Error>> {
        if !self.shared.folds(operation) {
            return None;
        }
        self.workers.get_or_init(|| Workers::start(&self.shared, &self.lanes, self.connections));
        // A request never waits for a lane to be connected; the pool answers it, or knows why it cannot.
        if self.shared.open.load(Ordering::Relaxed) < self.connections as usize {
            self.shared.demand.notify_one();
            if self.shared.open.load(Ordering::Relaxed) == 0 {
                return None;
            }
        }
        let parameters = Parameters::encode(values, &statement.types)?;
        let question = Question { parameters, conditions: conditions.into() };
        let (asker, answer) = oneshot::channel();
        {
            let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.push(statement.id, operation, question, asker, self.shared.coalesce);
        }
        self.shared.work.notify_one();
        match answer.await {
            Ok(Answer::Body(body)) => Some(Ok(body)),
            Ok(Answer::Misfit(error)) => Some(Err(error)),
            // A lane that is gone has answered nobody.
            Ok(Answer::Alone) | Err(_) => None,
        }
    }
}

impl Shared {
    /// Whether requests of the operation wait for lanes at all.
    fn folds(&self, operation: &Compiled) -> bool {
        let Some(fold) = &operation.fold else { return false };
        // Requests that cannot differ are only ever answered together by being the same.
        let shares = fold.batch.is_some() || self.coalesce;
        shares && fold.rows <= self.limits.max_rows && !cost::is_above(fold, self.limits.max_duration)
    }

    /// The requests that are served next, as soon as there are any.
    async fn next(&self) -> Batch {
        loop {
            let work = self.work.notified();
            let batch = self.queue.lock().unwrap_or_else(PoisonError::into_inner).pop(&self.limits);
            match batch {
                Some(batch) => return batch,
                None => work.await,
            }
        }
    }
}

impl Limits {
    /// How many requests of an operation are answered at once.
    fn members(&self, operation: &Compiled) -> usize {
        let Some(fold) = &operation.fold else { return 1 };
        if fold.batch.is_none() {
            return 1;
        }
        // Ten times the rows that one may have, so that small ones fold to many and large ones to few.
        let by_rows = (self.max_rows.saturating_mul(10) / fold.rows.max(1)) as usize;
        self.max_batch.min(by_rows).min(cost::fitting(fold, self.max_duration)).max(1)
    }
}

impl Workers {
    fn start(shared: &Arc<Shared>, lanes: &Lanes, connections: u32) -> Workers {
        let work = |_| tokio::spawn(work(Arc::clone(shared), lanes.clone())).abort_handle();
        Workers((0..connections).map(work).collect())
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

/// How long to wait before a lane that could not be connected is tried again.
const RECONNECT_AFTER: Duration = Duration::from_millis(250);

/// The life of a lane: it is connected when there are requests, and serves them until the connection is lost.
async fn work(shared: Arc<Shared>, lanes: Lanes) {
    loop {
        shared.demand.notified().await;
        match lanes.open().await {
            Ok(lane) => serve(&shared, lane).await,
            // The pool tells those who ask.
            Err(error) => {
                tracing::debug!(%error, "no lane");
                tokio::time::sleep(RECONNECT_AFTER).await;
            }
        }
    }
}

async fn serve(shared: &Shared, mut lane: Lane) {
    shared.open.fetch_add(1, Ordering::Relaxed);
    while !lane.is_closed() {
        let batch = shared.next().await;
        // A panic in a serializer is a bug, and no reason to answer nobody from then on.
        if AssertUnwindSafe(run(&mut lane, batch)).catch_unwind().await.is_err() {
            tracing::error!("a batch of requests panicked");
            break;
        }
    }
    shared.open.fetch_sub(1, Ordering::Relaxed);
    // What waits now might wait for ever.
    if shared.open.load(Ordering::Relaxed) == 0 {
        while let Some(batch) = shared.queue.lock().unwrap_or_else(PoisonError::into_inner).pop(&shared.limits)
        {
            batch.members.into_iter().for_each(|member| member.answer(|| Answer::Alone));
        }
    }
}

/// Executes a batch and answers its requests.
async fn run(lane: &mut Lane, batch: Batch) {
    let Batch { operation, members } = batch;
    let (Some(fold), Some(single)) = (&operation.fold, &operation.statement) else {
        unreachable!("only operations that fold wait")
    };
    let started = Instant::now();
    let count = members.len();
    let mut answers = Answers::new(&operation, &members);
    let result = match (&members[..], &fold.batch) {
        ([member], _) => {
            let parameters: Vec<_> = member.question.parameters.values().collect();
            lane.run(&single.prepared(), &parameters, |cells| answers.row(0, cells)).await
        }
        (members, Some(batch)) => {
            let arrays = arrays(single, members);
            let parameters: Vec<_> = arrays.iter().map(|array| array.as_deref()).collect();
            lane.run(&batch.prepared(), &parameters, |cells| answers.numbered(cells)).await
        }
        (_, None) => unreachable!("`Limits::members` is 1 without a batch form"),
    };
    let answers = match result {
        Ok(()) => answers.finish(),
        Err(error) => {
            tracing::debug!(%error, count, "a batch failed; its requests go alone");
            members.into_iter().for_each(|member| member.answer(|| Answer::Alone));
            return;
        }
    };
    cost::measured(fold, started.elapsed(), count);
    for (member, answer) in members.into_iter().zip(answers) {
        match answer {
            Ok(body) => member.answer(|| Answer::Body(body.clone())),
            Err(error) => member.answer(|| Answer::Misfit(error.clone())),
        }
    }
}

impl Member {
    fn answer(self, answer: impl Fn() -> Answer) {
        for asker in self.askers {
            // Whoever has gone away wants no answer.
            let _ = asker.send(answer());
        }
    }
}

/// The values of a batch: an array of those that vary, and the others once.
fn arrays(single: &Ready, members: &[Member]) -> Vec<Option<Vec<u8>>> {
    let mut values: Vec<_> = members.iter().map(|member| member.question.parameters.values()).collect();
    let array = |bind: &crate::sql::Bind| {
        let mut items: Vec<_> = values.iter_mut().map(|values| values.next().flatten()).collect();
        if bind.varies() {
            Some(parameters::array(&bind.ty, items.into_iter()))
        } else {
            items.swap_remove(0).map(<[u8]>::to_vec)
        }
    };
    single.binds.iter().map(array).collect()
}

/// The answers of a batch while its rows come in.
struct Answers<'a> {
    writers: Vec<Option<Writer<'a>>>,
    errors: Vec<Option<serializer::Error>>,
}

impl<'a> Answers<'a> {
    fn new(operation: &'a Compiled, members: &'a [Member]) -> Answers<'a> {
        let writer = |member: &'a Member| {
            let inputs = Inputs { conditions: &member.question.conditions, externals: &[] };
            Some(operation.serializer.writer(inputs))
        };
        Answers { writers: members.iter().map(writer).collect(), errors: vec![None; members.len()] }
    }

    /// A row of the plain form.
    fn row(&mut self, member: usize, cells: &[Option<&[u8]>]) {
        self.write(member, |writer| writer.row(cells));
    }

    /// A row of the batch form: the number of the request, and its answer.
    fn numbered(&mut self, cells: &[Option<&[u8]>]) {
        let Some((Some(number), answer)) = cells.split_first() else { return };
        // The column is an `int8`, which was checked when the statement was prepared, and counts from 1.
        let number = <[u8; 8]>::try_from(*number).map_or(0, u64::from_be_bytes);
        let member = usize::try_from(number).unwrap_or(0).wrapping_sub(1);
        self.write(member, |writer| writer.answer(answer));
    }

    fn write(
        &mut self,
        member: usize,
        write: impl FnOnce(&mut Writer<'a>) -> Result<(), serializer::Error>,
    ) {
        if let Some(Some(writer)) = self.writers.get_mut(member)
            && let Err(error) = write(writer)
        {
            self.writers[member] = None;
            self.errors[member] = Some(error);
        }
    }

    fn finish(self) -> Vec<Result<Bytes, serializer::Error>> {
        let finish = |(writer, error): (Option<Writer<'a>>, Option<serializer::Error>)| match (writer, error) {
            (Some(writer), _) => writer.finish(),
            (None, Some(error)) => Err(error),
            (None, None) => unreachable!("a writer is given up only for an error"),
        };
        self.writers.into_iter().zip(self.errors).map(finish).collect()
    }
}
