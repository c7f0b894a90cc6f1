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
mod target;

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt, try_join_all};
use tokio::sync::Semaphore;
use tokio_postgres::types::ToSql;

use crate::cluster::{Consistency, Shard, Topology};
use crate::compile::{ReadyPart, Target};
use crate::gather::merge::Merge;
use crate::gather::order::{Comparison, Order, Term};
use crate::gather::records;
use crate::operation::variables::Variables;
use crate::operation::{Limit, Operand, Source};
use crate::plan::Root;
use crate::plan::shape;
use crate::pool::Raw;
use crate::route::{self, Related};
use crate::slots::{KeyType, ShardId};
use crate::sql;
use crate::value::{self, SqlValue};

use answer::Answer;
use keys::Keys;

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
                let mut found = vec![None; part.statement.columns.len()];
                let read = self.each_row(part, sent.into_iter().next(), |cells| {
                    found = cells.iter().map(|cell| cell.map(<[u8]>::to_vec)).collect();
                    Ok(())
                });
                match read.await? {
                    Ok(()) => Answer::Cells(found),
                    Err(away) => return Ok(Err(away)),
                }
            }
            (None, _) => {
                let oids = oids(part, part.columns().len());
                let mut records = Vec::new();
                let read = self.each_row(part, sent.into_iter().next(), |cells| {
                    Ok(records::append(&oids, cells, &mut records)?)
                });
                match read.await? {
                    Ok(()) => Answer::Records(vec![records]),
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

    /// What follows the rows of an answer: what relates them, and for each of that the records.
    async fn follow(
        &self,
        answer: &Answer,
        part: &ReadyPart,
        related: &Related,
    ) -> Result<(Keys, Answer), Error> {
        let mut keys = Keys::new(related.columns.len());
        answer.walk(&related.path, |key| keys.add(key))?;
        let mut answers = Answer::Records(vec![Vec::new(); keys.len()]);
        if keys.len() > 0 {
            let values = self.values(part)?;
            let sent = self.related_shards(part.target, &keys, related, &values)?;
            match &part.part.merge {
                Some(merging) => self.related_merged(part, merging, &keys, sent, &mut answers).await?,
                None => self.related_single(part, related, &keys, sent, &mut answers).await?,
            }
            self.follow_all(part, &mut answers).await?;
        }
        Ok((keys, answers))
    }

    /// The rows that are related to others, each of which has them all on one shard.
    async fn related_single(
        &self,
        part: &ReadyPart,
        related: &Related,
        keys: &Keys,
        sent: BTreeMap<ShardId, Vec<usize>>,
        answers: &mut Answer,
    ) -> Result<(), Error> {
        let oids = oids(part, part.columns().len());
        let oids = &oids;
        let shards = sent.iter().map(|(shard, numbers)| async move {
            let mut found: Vec<(usize, Vec<u8>)> = Vec::new();
            let read = self.related_rows(part, *shard, keys, numbers, |cells| {
                let (number, cells) = numbered(cells, numbers)?;
                if found.last().is_none_or(|(last, _)| *last != number) {
                    found.push((number, Vec::new()));
                } else if related.is_one {
                    // Its key is unique on a shard, or else there is no saying which it is.
                    return Ok(());
                }
                if let Some((_, records)) = found.last_mut() {
                    records::append(&oids, cells, records)?;
                }
                Ok(())
            });
            Ok::<_, Error>((read.await?, found, numbers))
        });
        for (read, found, numbers) in try_join_all(shards).await? {
            match read {
                Ok(()) => found.into_iter().for_each(|(number, records)| answers.set(number, records)),
                Err(away) => {
                    let cell = shape::unavailable(away.iter().map(|shard| &**shard));
                    numbers.iter().for_each(|number| answers.set(*number, cell.clone()));
                }
            }
        }
        Ok(())
    }

    /// The rows that are related to others and can be on any shard.
    async fn related_merged(
        &self,
        part: &ReadyPart,
        merging: &route::Merge,
        keys: &Keys,
        sent: BTreeMap<ShardId, Vec<usize>>,
        answers: &mut Answer,
    ) -> Result<(), Error> {
        // The number comes first in each row, and in the order.
        let number =
            Term { cell: 0, comparison: Comparison::Int8, direction: crate::operation::Direction::Asc };
        let order = Order::new([number].into_iter().chain(terms(merging, 1)));
        let merge = Mutex::new(Merge::new(order, sent.len(), 0..u64::MAX));
        let shards = sent.iter().enumerate().map(|(source, (shard, numbers))| {
            let merge = &merge;
            async move {
                let read = self
                    .related_rows(part, *shard, keys, numbers, |cells| Ok(lock(merge).push(source, cells)?));
                let read = read.await;
                lock(merge).end(source);
                read
            }
        });
        let away = away(try_join_all(shards).await?);
        if !away.is_empty() {
            let cell = shape::unavailable(away.iter().map(|shard| &**shard));
            (0..keys.len()).for_each(|number| answers.set(number, cell.clone()));
            return Ok(());
        }
        let page = self.page(merging)?;
        let oids = oids(part, merging.cells);
        let numbers: Vec<usize> = (0..keys.len()).collect();
        let (mut current, mut position, mut records) = (None, 0, Vec::new());
        let mut latest: Vec<Option<Box<[u8]>>> = Vec::new();
        let mut merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
        merge.each(|cells| {
            let (number, cells) = numbered(cells, &numbers)?;
            if current != Some(number) {
                if let Some(number) = current.replace(number) {
                    answers.set(number, std::mem::take(&mut records));
                }
                position = 0;
                latest.clear();
            }
            if merging.repeats {
                // The order ends with the key, so two rows of one place in it are one row.
                let place = merging.order.iter().map(|term| cells.get(term.cell).copied().flatten());
                let place: Vec<Option<Box<[u8]>>> = place.map(|cell| cell.map(Box::from)).collect();
                if place == latest {
                    return Ok(ControlFlow::Continue(()));
                }
                latest = place;
            }
            if page.contains(&position) {
                records::append(&oids, &cells[..merging.cells], &mut records)?;
            }
            position += 1;
            Ok::<_, Error>(ControlFlow::<()>::Continue(()))
        })?;
        if let Some(number) = current {
            answers.set(number, records);
        }
        Ok(())
    }

    /// Hands on the rows that are related to some of the others, each with the number of its one among `numbers`.
    async fn related_rows(
        &self,
        part: &ReadyPart,
        shard: ShardId,
        keys: &Keys,
        numbers: &[usize],
        on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), Error> + Send,
    ) -> Result<Result<(), Away>, Error> {
        let arrays = keys.arrays(&part.statement.types, numbers);
        let values = self.values(part)?;
        let arrays: Vec<Raw<'_>> = arrays.iter().map(|array| Raw(Some(array))).collect();
        let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(values.len());
        parameters.extend(arrays.iter().map(|array| array as &(dyn ToSql + Sync)));
        parameters.extend(values[arrays.len()..].iter().map(|value| value as &(dyn ToSql + Sync)));
        self.read_any(part, shard, &parameters, on_row).await
    }

    /// All rows of a list, to be merged.
    async fn merged(
        &self,
        part: &ReadyPart,
        merging: &route::Merge,
        sent: Vec<Sent>,
    ) -> Result<Result<Merge, Away>, Error> {
        let order = Order::new(terms(merging, 0));
        let merge = Mutex::new(Merge::new(order, sent.len(), self.page(merging)?));
        let shards = sent.into_iter().enumerate().map(|(source, sent)| {
            let merge = &merge;
            async move {
                let read =
                    self.each_row(part, Some(sent), |cells| Ok(lock(merge).push(source, cells)?)).await;
                lock(merge).end(source);
                read
            }
        });
        let away = away(try_join_all(shards).await?);
        let merge = merge.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(if away.is_empty() { Ok(merge) } else { Err(away) })
    }

    /// Hands on the rows that a shard has.
    async fn each_row(
        &self,
        part: &ReadyPart,
        sent: Option<Sent>,
        on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), Error> + Send,
    ) -> Result<Result<(), Away>, Error> {
        let Some(Sent { shard, values }) = sent else { return Ok(Ok(())) };
        let parameters: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.read_any(part, shard, &parameters, on_row).await
    }

    /// Hands on the rows that the first of the shards has which may be asked and is there.
    async fn read_any(
        &self,
        part: &ReadyPart,
        first: ShardId,
        parameters: &[&(dyn ToSql + Sync)],
        mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), Error> + Send,
    ) -> Result<Result<(), Away>, Error> {
        let mut away = Vec::new();
        for shard in candidates(self.request.topology.map(), part.target, first) {
            let mut rows = 0;
            let read = self.read(part, shard, parameters, |cells| {
                rows += 1;
                on_row(cells)
            });
            match read.await? {
                Ok(()) => return Ok(Ok(())),
                Err(shards) => away.extend(shards),
            }
            if rows > 0 {
                // Another shard would begin from the first row.
                break;
            }
        }
        Ok(Err(away))
    }

    async fn read(
        &self,
        part: &ReadyPart,
        shard: ShardId,
        parameters: &[&(dyn ToSql + Sync)],
        mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<(), Error> + Send,
    ) -> Result<Result<(), Away>, Error> {
        // Nobody closes it.
        let _turn = self.turns.acquire().await;
        let shard: &Shard = self.request.topology.shard(shard);
        let limit = self.request.max_bytes;
        let mut count = |cells: &[Option<&[u8]>]| {
            let bytes: usize = cells.iter().map(|cell| 8 + cell.map_or(0, <[u8]>::len)).sum();
            if self.bytes.fetch_add(bytes, Relaxed) + bytes > limit {
                return Err(Error::TooLarge { limit });
            }
            on_row(cells)
        };
        let read = async {
            let mut rows =
                shard.rows(&part.statement.prepared(), parameters, self.request.consistency).await?;
            let each = rows.each(|cells| count(cells).map(ControlFlow::<()>::Continue)).await;
            each.map(drop).map_err(|error| error.of(shard.name()))
        };
        match read.await {
            Ok(()) => Ok(Ok(())),
            Err(Error::Cluster(error)) if error.is_unavailable() => {
                tracing::warn!(%error, "a shard is not available");
                Ok(Err(vec![error.shard]))
            }
            Err(error) => Err(error),
        }
    }

    fn values(&self, part: &ReadyPart) -> Result<Vec<SqlValue>, Error> {
        sql::bind(&part.statement.binds, self.request.variables, self.request.conditions)
            .map_err(Error::Variables)
    }

    /// The shards that a statement is sent to, with the values for each.
    fn sent(&self, target: Target, values: Vec<SqlValue>) -> Result<Vec<Sent>, Error> {
        let map = self.request.topology.map();
        Ok(match target {
            Target::Keys(bind, slot_of) => target::by_shard(map, &values[bind], slot_of)
                .into_iter()
                .map(|(shard, keys)| {
                    let mut values = values.clone();
                    values[bind] = SqlValue::List(keys);
                    Sent { shard, values }
                })
                .collect(),
            Target::All => {
                let shards = map.owning().iter();
                shards.map(|shard| Sent { shard: *shard, values: values.clone() }).collect()
            }
            _ => vec![Sent { shard: target::single(map, target, &values, self.request.any)?, values }],
        })
    }

    /// The shards that have what is related to rows, with the numbers of those.
    fn related_shards(
        &self,
        target: Target,
        keys: &Keys,
        related: &Related,
        values: &[SqlValue],
    ) -> Result<BTreeMap<ShardId, Vec<usize>>, Error> {
        let map = self.request.topology.map();
        let all = || (0..keys.len()).collect::<Vec<_>>();
        let mut shards = BTreeMap::new();
        match target {
            Target::All => {
                shards.extend(map.owning().iter().map(|shard| (*shard, all())));
            }
            Target::Related(position, slot_of) => {
                let key_type = KeyType::of(related.columns[position]);
                for number in all() {
                    let slot = key_type
                        .zip(keys.value(number, position))
                        .and_then(|(key_type, value)| target::slot_of_bytes(value, key_type, slot_of));
                    // What is no key has no rows.
                    let Some(slot) = slot else { continue };
                    shards.entry(map.shard(slot)).or_insert_with(Vec::new).push(number);
                }
            }
            _ => {
                shards.insert(target::single(map, target, values, self.request.any)?, all());
            }
        }
        Ok(shards)
    }

    /// Which rows of a merged list are wanted.
    fn page(&self, merging: &route::Merge) -> Result<Range<u64>, Error> {
        let rows = |operand: &Operand| {
            let value = match &operand.source {
                Source::Constant(value) => value.clone(),
                Source::Variable(path) => match self.request.variables.at(path) {
                    // It is bound besides, so mistakes are known by now.
                    Some(variable) => value::parse(&operand.kind, variable).unwrap_or(SqlValue::Null),
                    None => SqlValue::Null,
                },
                Source::List(_) => SqlValue::Null,
            };
            if let SqlValue::Int8(rows) = value { u64::try_from(rows).unwrap_or_default() } else { 0 }
        };
        let offset = merging.offset.as_ref().map_or(0, rows);
        let limit = match &merging.limit {
            None => 1,
            Some(Limit::Default(limit)) => (*limit).into(),
            Some(Limit::Given(operand)) => rows(operand),
        };
        Ok(offset..offset.saturating_add(limit))
    }
}

/// The number of the row that another one is related to, and its own cells.
fn numbered<'c, 'd>(
    cells: &'c [Option<&'d [u8]>],
    numbers: &[usize],
) -> Result<(usize, &'c [Option<&'d [u8]>]), Error> {
    let number = cells.split_first().and_then(|(number, cells)| {
        let number = i64::from_be_bytes((*number)?.try_into().ok()?);
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Some((*numbers.get(place)?, cells))
    });
    number.ok_or(Error::Number)
}

/// The order of merged rows, whose cells follow so many others.
fn terms(merging: &route::Merge, behind: usize) -> impl Iterator<Item = Term> {
    merging.order.iter().filter_map(move |term| {
        let comparison = Comparison::of(term.scalar)?;
        Some(Term { cell: term.cell + behind, comparison, direction: term.direction })
    })
}

/// The numbers of the types of a part's first cells.
fn oids(part: &ReadyPart, cells: usize) -> Vec<u32> {
    records::oids(&part.columns()[..cells])
}

/// All that were away.
fn away(reads: Vec<Result<(), Away>>) -> Away {
    let mut away: Away = reads.into_iter().filter_map(Result::err).flatten().collect();
    away.sort();
    away.dedup();
    away
}

fn lock(merge: &Mutex<Merge>) -> std::sync::MutexGuard<'_, Merge> {
    merge.lock().unwrap_or_else(PoisonError::into_inner)
}
