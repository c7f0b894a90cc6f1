//! The rows of an answer → the rows that are related to them, wherever those are.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use futures_util::future::try_join_all;
use tokio_postgres::types::ToSql;

use crate::compile::{ReadyPart, Target};
use crate::gather::merge::Merge;
use crate::gather::order::{Comparison, Order, Term};
use crate::gather::records;
use crate::operation::Direction;
use crate::plan::shape;
use crate::pool::Raw;
use crate::route::{self, Related};
use crate::slots::{KeyType, ShardId};
use crate::value::SqlValue;

use super::answer::Answer;
use super::keys::Keys;
use super::read::{away, terms};
use super::sink::Sink;
use super::{Away, Cells, Error, Underway, oids, target};

impl Underway<'_> {
    /// What follows the rows of an answer: what relates them, and for each of that the records.
    pub(super) async fn follow(
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
            let mut rows = Numbered { numbers, oids, is_one: related.is_one, found: Vec::new() };
            let read = self.related_rows(part, *shard, keys, numbers, &mut rows).await?;
            Ok::<_, Error>((read, rows))
        });
        for (read, Numbered { numbers, found, .. }) in try_join_all(shards).await? {
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
        let number = Term { cell: 0, comparison: Comparison::Int8, direction: Direction::Asc };
        let order = Order::new([number].into_iter().chain(terms(merging, 1)));
        let mut merge = Merge::new(order, sent.len(), 0..u64::MAX);
        let shards = merge.feeds().zip(&sent).map(|(mut feed, (shard, numbers))| async move {
            let read = self.related_rows(part, *shard, keys, numbers, &mut feed).await;
            feed.end();
            read
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
                // The order of what repeats ends with the key, so two rows of one place in it are one row.
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
        sink: &mut impl Sink,
    ) -> Result<Result<(), Away>, Error> {
        let arrays = keys.arrays(&part.statement.types, numbers);
        let values = self.values(part)?;
        let arrays: Vec<Raw<'_>> = arrays.iter().map(|array| Raw(Some(array))).collect();
        let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(values.len());
        parameters.extend(arrays.iter().map(|array| array as &(dyn ToSql + Sync)));
        parameters.extend(values[arrays.len()..].iter().map(|value| value as &(dyn ToSql + Sync)));
        self.read_any(part, shard, &parameters, sink).await
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
}

/// Rows that are related to others, each of which has them one after the other.
struct Numbered<'a> {
    /// The others that were asked about.
    numbers: &'a [usize],
    oids: &'a [u32],
    is_one: bool,
    /// By the numbers of the others, as concatenated records.
    found: Vec<(usize, Vec<u8>)>,
}

impl Sink for Numbered<'_> {
    fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        let (number, cells) = numbered(cells, self.numbers)?;
        if self.found.last().is_none_or(|(last, _)| *last != number) {
            self.found.push((number, Vec::new()));
        } else if self.is_one {
            // Its key is unique on a shard, or else there is no saying which it is.
            return Ok(());
        }
        if let Some((_, records)) = self.found.last_mut() {
            records::append(self.oids, cells, records)?;
        }
        Ok(())
    }

    fn restart(&mut self) {
        self.found.clear();
    }
}

/// The number of the row that another one is related to, and its own cells.
fn numbered<'c, 'd>(cells: Cells<'c, 'd>, numbers: &[usize]) -> Result<(usize, Cells<'c, 'd>), Error> {
    let number = cells.split_first().and_then(|(number, cells)| {
        let number = i64::from_be_bytes((*number)?.try_into().ok()?);
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Some((*numbers.get(place)?, cells))
    });
    number.ok_or(Error::Number)
}
