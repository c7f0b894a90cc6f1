//! A part → the rows that its shards have, merged where there are several.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::Ordering::Relaxed;

use futures_util::future::try_join_all;
use tokio_postgres::types::ToSql;

use crate::cluster::Shard;
use crate::compile::{ReadyPart, Target};
use crate::gather::connection;
use crate::gather::merge::Merge;
use crate::gather::order::{Order, Term};
use crate::operation::{Limit, Operand};
use crate::route;
use crate::slots::ShardId;
use crate::sql;
use crate::value::SqlValue;

use super::sink::{OnlyRow, Sink};
use super::{Away, Error, Sent, Underway, candidates, target};

impl Underway<'_> {
    /// All rows of a list, to be merged.
    pub(super) async fn merged(
        &self,
        part: &ReadyPart,
        merging: &route::Merge,
        sent: Vec<Sent>,
    ) -> Result<Result<Merge, Away>, Error> {
        let order = Order::new(terms(merging, 0));
        let mut merge = Merge::new(order, sent.len(), self.page(merging)?);
        let shards = merge.feeds().zip(sent).map(|(mut feed, sent)| async move {
            let read = self.each_row(part, Some(sent), &mut feed).await;
            feed.end();
            read
        });
        let away = away(try_join_all(shards).await?);
        Ok(if away.is_empty() { Ok(merge) } else { Err(away) })
    }

    /// The record of a connection, merged from those of the shards.
    pub(super) async fn connection(
        &self,
        part: &ReadyPart,
        merging: &route::Merge,
        merged: &route::MergedConnection,
        sent: Vec<Sent>,
    ) -> Result<Result<Vec<u8>, Away>, Error> {
        let shards = sent.into_iter().map(|sent| async move {
            let mut row = OnlyRow(vec![None]);
            let read = self.each_row(part, Some(sent), &mut row).await?;
            Ok::<_, Error>((read, row.0.into_iter().next().flatten()))
        });
        let (reads, records): (Vec<_>, Vec<_>) = try_join_all(shards).await?.into_iter().unzip();
        let away = away(reads);
        if !away.is_empty() {
            return Ok(Err(away));
        }
        let page = connection::Page {
            order: &Order::new(terms(merging, 0)),
            limit: self.page(merging)?.end,
            backward: merged.backward,
            cells: merging.cells,
        };
        let records: Vec<_> = records.into_iter().flatten().collect();
        Ok(Ok(connection::merge(&records, &merged.cells, merged.answered, page)?))
    }

    /// Hands on the rows that a shard has.
    pub(super) async fn each_row(
        &self,
        part: &ReadyPart,
        sent: Option<Sent>,
        sink: &mut impl Sink,
    ) -> Result<Result<(), Away>, Error> {
        let Some(Sent { shard, values }) = sent else { return Ok(Ok(())) };
        let parameters: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.read_any(part, shard, &parameters, sink).await
    }

    /// Hands on the rows that the first of the shards has which may be asked and is there.
    pub(super) async fn read_any(
        &self,
        part: &ReadyPart,
        first: ShardId,
        parameters: &[&(dyn ToSql + Sync)],
        sink: &mut impl Sink,
    ) -> Result<Result<(), Away>, Error> {
        let mut away = Vec::new();
        for shard in candidates(self.request.topology.map(), part.target, first) {
            match self.read(part, self.request.topology.shard(shard), parameters, sink).await {
                Ok(()) => return Ok(Ok(())),
                Err(Error::Cluster(error)) if error.is_unavailable() => {
                    tracing::warn!(%error, "a shard is not available");
                    away.push(error.shard);
                    // Another one begins from the first row.
                    sink.restart();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Err(away))
    }

    /// Hands on the rows of a shard. When those of a replica break off, the primary is asked for all of them.
    async fn read(
        &self,
        part: &ReadyPart,
        shard: &Shard,
        parameters: &[&(dyn ToSql + Sync)],
        sink: &mut impl Sink,
    ) -> Result<(), Error> {
        // Nobody closes it.
        let _turn = self.turns.acquire().await;
        let prepared = part.statement.prepared();
        let mut rows = shard.rows(&prepared, parameters, self.request.consistency).await?;
        loop {
            let mut held = 0;
            let each = rows.each(|cells| {
                let bytes = cells.iter().map(|cell| 8 + cell.map_or(0, <[u8]>::len)).sum();
                held += bytes;
                self.hold(bytes)?;
                sink.row(cells).map(ControlFlow::<()>::Continue)
            });
            match each.await {
                Ok(_) => return Ok(()),
                Err(Error::Rows(error)) if rows.falls_back(&error) => {
                    tracing::debug!(shard = %shard.name(), %error, "rows break off; the primary is asked");
                    self.bytes.fetch_sub(held, Relaxed);
                    sink.restart();
                    rows = shard.rows_of_primary(&prepared, parameters).await?;
                }
                Err(Error::Rows(error)) => return Err(shard.error(error).into()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Counts bytes of rows.
    fn hold(&self, bytes: usize) -> Result<(), Error> {
        let limit = self.request.max_bytes;
        if self.bytes.fetch_add(bytes, Relaxed) + bytes > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok(())
    }

    pub(super) fn values(&self, part: &ReadyPart) -> Result<Vec<SqlValue>, Error> {
        sql::bind(&part.statement.binds, self.request.variables, self.request.conditions)
            .map_err(Error::Variables)
    }

    /// The shards that a statement is sent to, with the values for each.
    pub(super) fn sent(&self, target: Target, values: Vec<SqlValue>) -> Result<Vec<Sent>, Error> {
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

    /// Which rows of a merged list are wanted.
    pub(super) fn page(&self, merging: &route::Merge) -> Result<Range<u64>, Error> {
        let rows = |operand: &Operand| -> Result<u64, Error> {
            let value = sql::value(operand, self.request.variables).map_err(Error::Variables)?;
            // What is bound as a number of rows is one, and not negative.
            Ok(if let SqlValue::Int8(rows) = value { u64::try_from(rows).unwrap_or_default() } else { 0 })
        };
        let offset = merging.offset.as_ref().map_or(Ok(0), rows)?;
        let limit = match &merging.limit {
            None => 1,
            Some(Limit::Default(limit)) => (*limit).into(),
            Some(Limit::Given(operand)) => rows(operand)?,
        };
        Ok(offset..offset.saturating_add(limit))
    }
}

/// The order of merged rows, whose cells follow so many others.
pub(super) fn terms(merging: &route::Merge, behind: usize) -> impl Iterator<Item = Term> {
    merging.order.iter().map(move |term| Term { cell: term.cell + behind, ..*term })
}

/// All that were away.
pub(super) fn away(reads: Vec<Result<(), Away>>) -> Away {
    let mut away: Away = reads.into_iter().filter_map(Result::err).flatten().collect();
    away.sort();
    away.dedup();
    away
}
