//! The body of a response: whole, or the chunks of a long list as its rows come in.
//!
//! Chunks are made when they are asked for, by whoever asks: no task works ahead. So a client that reads slowly slows
//! Postgres down, and one that goes away drops the statement with the body.

use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, stream};
use tracing::{Instrument, Span};

use crate::cluster::Rows;
use crate::compile::Compiled;
use crate::pool;
use crate::serializer::{self, CHUNK_BYTES, Inputs, Serializer, Suspended, Writer};

/// The body of a response.
#[derive(Debug)]
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// A list that is longer than `server.stream_above_bytes`.
    Chunks(Chunks),
}

/// The chunks of a body, not one of them empty. The statement runs until the last; dropped before it, it is cancelled.
///
/// After an error there is nothing more, and what came before is no JSON: whoever hands the chunks on must break off as
/// well, so that nobody takes them for the whole.
pub struct Chunks(BoxStream<'static, Result<Bytes, BrokenOff>>);

/// Why a body ends before its end.
#[derive(Debug, thiserror::Error)]
pub enum BrokenOff {
    /// The database did not answer to the end.
    #[error(transparent)]
    Database(#[from] pool::Error),
    /// A row does not fit the schema.
    #[error("the database does not fit the schema: {0}")]
    Rows(#[from] serializer::Error),
}

impl Body {
    /// All of the body.
    ///
    /// # Errors
    /// It ends before its end.
    pub async fn whole(self) -> Result<Bytes, BrokenOff> {
        let mut chunks = match self {
            Body::Whole(bytes) => return Ok(bytes),
            Body::Chunks(chunks) => chunks,
        };
        let mut whole = BytesMut::new();
        while let Some(chunk) = chunks.next().await {
            whole.extend_from_slice(&chunk?);
        }
        Ok(whole.freeze())
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, BrokenOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks").finish_non_exhaustive()
    }
}

/// What is still to be written of a response, with all that it takes.
pub(super) struct Rest {
    pub(super) rows: Rows,
    pub(super) written: Suspended,
    pub(super) compiled: Arc<Compiled>,
    pub(super) serializer: fn(&Compiled) -> &Serializer,
    pub(super) conditions: Vec<bool>,
    pub(super) externals: Vec<Bytes>,
}

impl Chunks {
    pub(super) fn new(first: Bytes, rest: Rest) -> Chunks {
        let span = Span::current();
        let state = (Unfinished { span: span.clone(), ended: false }, rest);
        let rest = stream::unfold(Some(state), move |state| {
            let next = async {
                let (mut unfinished, rest) = state?;
                match rest.next().await {
                    Ok((chunk, Some(rest))) => Some((Ok(chunk), Some((unfinished, rest)))),
                    Ok((chunk, None)) => {
                        unfinished.ended = true;
                        Some((Ok(chunk), None))
                    }
                    Err(error) => {
                        unfinished.ended = true;
                        tracing::error!(%error, "a response was broken off");
                        // The server sends what it has before it hears of the error, so that a client sees a response
                        // that breaks off and not a connection that was closed for no reason.
                        tokio::task::yield_now().await;
                        Some((Err(error), None))
                    }
                }
            };
            next.instrument(span.clone())
        });
        // Whoever compresses it asks once more after the end.
        Chunks(stream::once(std::future::ready(Ok(first))).chain(rest).fuse().boxed())
    }
}

impl Rest {
    /// The next chunk and what is left after it. At an error all is given up, so that the connection is free.
    async fn next(mut self) -> Result<(Bytes, Option<Rest>), BrokenOff> {
        // The time that the client took for the last chunk is not the statement's.
        self.rows.renew();
        let inputs = Inputs { conditions: &self.conditions, externals: &self.externals };
        let mut writer = (self.serializer)(&self.compiled).resume(inputs, self.written);
        match fill(&mut self.rows, &mut writer, CHUNK_BYTES).await? {
            Some(chunk) => {
                self.written = writer.suspend();
                Ok((chunk, Some(self)))
            }
            None => {
                // The connection need not wait for the client to take the end.
                drop(self.rows);
                Ok((writer.finish()?, None))
            }
        }
    }
}

/// Writes rows until there is a chunk of more than so many bytes; `None` when there are no rows left.
pub(super) async fn fill(
    rows: &mut Rows,
    writer: &mut Writer<'_>,
    above: usize,
) -> Result<Option<Bytes>, BrokenOff> {
    rows.each(|cells| {
        writer.row(cells)?;
        Ok(writer.hand_out(above).map_or(ControlFlow::Continue(()), ControlFlow::Break))
    })
    .await
}

/// Tells the log of a body that nobody wanted to its end.
struct Unfinished {
    span: Span,
    ended: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.ended {
            self.span.in_scope(|| tracing::debug!("the client went away before the end of the response"));
        }
    }
}
