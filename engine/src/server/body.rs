//! Reads a request's body whole, within limits of length and time.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::error::Error;

/// How much of a body that is too long is still read, and for how long. A client that is still sending would find
/// its connection reset and never see the answer.
const LINGER_BYTES: usize = 16 * 1024 * 1024;
const LINGER: Duration = Duration::from_secs(2);

/// The whole body.
pub(super) async fn read(body: Body, limit: usize, timeout: Duration) -> Result<Bytes, Error> {
    let mut stream = body.into_data_stream();
    let read =
        tokio::time::timeout(timeout, collect(&mut stream, limit)).await.map_err(|_| Error::TooSlow)?;
    if let Err(Error::TooLong { .. }) = read {
        // Whether all of it came in makes no difference to the answer.
        let _ = tokio::time::timeout(LINGER, discard(&mut stream)).await;
    }
    read
}

async fn collect(stream: &mut BodyDataStream, limit: usize) -> Result<Bytes, Error> {
    let Some(first) = stream.next().await else { return Ok(Bytes::new()) };
    let first = within(limit, 0, first)?;
    let Some(second) = stream.next().await else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    whole.extend_from_slice(&within(limit, whole.len(), second)?);
    while let Some(chunk) = stream.next().await {
        whole.extend_from_slice(&within(limit, whole.len(), chunk)?);
    }
    Ok(whole.freeze())
}

fn within(limit: usize, so_far: usize, chunk: Result<Bytes, axum::Error>) -> Result<Bytes, Error> {
    let chunk = chunk.map_err(Error::Broken)?;
    if chunk.len() > limit - so_far { Err(Error::TooLong { limit }) } else { Ok(chunk) }
}

async fn discard(stream: &mut BodyDataStream) {
    let mut discarded = 0;
    while let Some(Ok(chunk)) = stream.next().await {
        discarded += chunk.len();
        if discarded > LINGER_BYTES {
            return;
        }
    }
}
