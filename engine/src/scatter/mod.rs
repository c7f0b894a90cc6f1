//! Parts of an operation → what their shards answer, put together as the cells of one row or the rows of one list.
//!
//! The parts of a stage are sent side by side. What follows a part is sent when its rows are there, once for all of them:
//! the values that relate them are collected from the binary records, and the records that come back are put in their
//! places. JSON is written only from the finished row.
//!
//! A shard that is away takes from the answer what it has a part of: a cell says so, and the serializer makes an error and
//! null of it. A list is never shorter because a shard was not asked.

mod answer;
mod error;
mod keys;
mod read;
mod related;
mod sink;
mod target;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use futures_util::future::{BoxFuture, FutureExt, try_join_all};
use tokio::sync::Semaphore;

use crate::cluster::{Consistency, Topology};
use crate::compile::ReadyPart;
use crate::gather::merge::Merge;
use crate::gather::records;
use crate::operation::variables::Variables;
use crate::plan::Root;
use crate::plan::shape;
use crate::route;
use crate::slots::ShardId;
use crate::value::SqlValue;

use answer::Answer;
use sink::{OnlyRow, Records};

pub use error::Error;
pub use target::{candidates, single};

/// What a request brings along, and how it may be answered.
#[derive(Debug, Clone, Copy)]
pub struct Scatter<'a> {
    /// Where its shards are.
    pub topology: &'a Topology,
    /// What reads must have seen.
    pub consistency: &'a Consistency,
    /// The values of its variables.
    pub variables: &'a Variables,
    /// The values of the operation's conditions.
    pub conditions: &'a [bool],
    /// The shard that is asked for what all have.
    pub any: ShardId,
    /// The most statements that are on their way at once: `sharding.max_concurrency`.
    pub max_concurrency: usize,
    /// The most bytes of rows that are held: `sharding.max_gathered_bytes`.
    pub max_bytes: usize,
}

/// What a request is answered with.
#[derive(Debug)]
pub enum Gathered {
    /// The cells of the response's only row.
    Cells(Vec<Option<Vec<u8>>>),
    /// The rows of the response, as concatenated records.
    Records(Vec<u8>),
    /// Rows of the response, still to be merged.
    Merged(Merged),
    /// Shards that are away would have had a part of every row.
    Unavailable(Vec<Arc<str>>),
}

/// A list that is merged as it is read.
#[derive(Debug)]
pub struct Merged {
    merge: Merge,
    cells: usize,
}

/// The statements and rows of a request that are on their way.
struct Underway<'a> {
    request: Scatter<'a>,
    turns: Semaphore,
    bytes: AtomicUsize,
}

/// What a statement is sent with to one shard.
struct Sent {
    shard: ShardId,
    values: Vec<SqlValue>,
}

/// The cells of a row, absent for null.
type Cells<'c, 'd> = &'c [Option<&'d [u8]>];

/// Names of shards that were not available; sorted, each once.
type Away = Vec<Arc<str>>;

impl Scatter<'_> {
    /// Sends the parts of an operation and puts together what comes back.
    ///
    /// # Errors
    /// Those of [`Error`]; not that a shard is away, which is part of the answer.
    pub async fn run(self, parts: &[ReadyPart]) -> Result<Gathered, Error> {
        let turns = Semaphore::new(self.max_concurrency.max(1));
        let underway = Underway { request: self, turns, bytes: AtomicUsize::new(0) };
        if let [part] = parts
            && part.part.cells.is_empty()
        {
            return underway.whole(part).await;
        }
        let answers = try_join_all(parts.iter().map(|part| underway.part(part))).await?;
        let count = parts.iter().map(|part| part.part.cells.len()).sum();
        let mut cells = vec![None; count];
        for (part, answer) in parts.iter().zip(answers) {
            let places = part.part.cells.iter();
            match answer {
                Ok(Answer::Cells(found)) => places.zip(found).for_each(|(place, cell)| cells[*place] = cell),
                Ok(Answer::Records(records)) => {
                    let records = records.into_iter().next().filter(|records| !records.is_empty());
                    places.zip([records]).for_each(|(place, cell)| cells[*place] = cell);
                }
                Err(away) => {
                    let cell = shape::unavailable(away.iter().map(|shard| &**shard));
                    places.for_each(|place| cells[*place] = Some(cell.clone()));
                }
            }
        }
        Ok(Gathered::Cells(cells))
    }
}

impl Merged {
    /// Hands the cells of each row to `on_row`.
    ///
    /// # Errors
    /// Those of `on_row`.
    pub fn each<E>(&mut self, mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), E>) -> Result<(), E> {
        let cells = self.cells;
        // All sources have ended, so there is nothing to wait for.
        self.merge.each(|row| on_row(&row[..cells]).map(ControlFlow::<()>::Continue)).map(drop)
    }
}

impl Underway<'_> {
    /// The part that answers everything.
    async fn whole(&self, part: &ReadyPart) -> Result<Gathered, Error> {
        // Rows that nothing follows need not be records first.
        if part.related.is_empty()
            && let Some(merging) = &part.part.merge
            && merging.connection.is_none()
        {
            let values = self.values(part)?;
            let sent = self.sent(part.target, values)?;
            return Ok(match self.merged(part, merging, sent).await? {
                Ok(merge) => Gathered::Merged(Merged { merge, cells: merging.cells }),
                Err(away) => Gathered::Unavailable(away),
            });
        }
        Ok(match self.part(part).await? {
            Ok(Answer::Cells(cells)) => Gathered::Cells(cells),
            Ok(Answer::Records(records)) => Gathered::Records(records.into_iter().next().unwrap_or_default()),
            Err(away) => Gathered::Unavailable(away),
        })
    }

    /// A part, with what follows it.
    async fn part(&self, part: &ReadyPart) -> Result<Result<Answer, Away>, Error> {
        if part.part.when.is_some_and(|when| !self.request.conditions[when.0]) {
            return Ok(Ok(Answer::Cells(vec![None])));
        }
        let values = self.values(part)?;
        let sent = self.sent(part.target, values)?;
        let mut answer = match (&part.part.merge, &part.part.root) {
            (Some(merging @ route::Merge { connection: Some(connection), .. }), _) => {
                match self.connection(part, merging, connection, sent).await? {
                    Ok(record) => Answer::Cells(vec![Some(record)]),
                    Err(away) => return Ok(Err(away)),
                }
            }
            (Some(merging), _) => match self.merged(part, merging, sent).await? {
                Ok(mut merge) => {
                    let mut records = Vec::new();
                    let oids = oids(part, merging.cells);
                    let encode = |cells: &[Option<&[u8]>]| {
                        records::append(&oids, &cells[..merging.cells], &mut records)?;
                        Ok::<_, Error>(ControlFlow::<()>::Continue(()))
                    };
                    merge.each(encode)?;
                    Answer::Records(vec![records])
                }
                Err(away) => return Ok(Err(away)),
            },
            (None, Root::Cells(_)) => {
                let mut row = OnlyRow(vec![None; part.statement.columns.len()]);
                match self.each_row(part, sent.into_iter().next(), &mut row).await? {
                    Ok(()) => Answer::Cells(row.0),
                    Err(away) => return Ok(Err(away)),
                }
            }
            (None, _) => {
                let oids = oids(part, part.columns().len());
                let mut rows = Records { oids, records: Vec::new() };
                match self.each_row(part, sent.into_iter().next(), &mut rows).await? {
                    Ok(()) => Answer::Records(vec![rows.records]),
                    Err(away) => return Ok(Err(away)),
                }
            }
        };
        self.follow_all(part, &mut answer).await?;
        Ok(Ok(answer))
    }

    /// Puts into an answer what follows its part.
    fn follow_all<'a>(
        &'a self,
        part: &'a ReadyPart,
        answer: &'a mut Answer,
    ) -> BoxFuture<'a, Result<(), Error>> {
        async move {
            let related = || part.related.iter().zip(&part.part.related);
            let found = related().map(|(ready, related)| self.follow(answer, ready, related));
            let found = try_join_all(found).await?;
            for ((_, related), (keys, answers)) in related().zip(found) {
                answer.replace(&related.path, |key| keys.find(key).and_then(|number| answers.get(number)))?;
            }
            Ok(())
        }
        .boxed()
    }
}

/// The numbers of the types of a part's first cells.
fn oids(part: &ReadyPart, cells: usize) -> Vec<u32> {
    records::oids(&part.columns()[..cells])
}
