//! Gives every request an id and tells the log how it went.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::REQUEST_ID;

/// An id of a client that is longer is replaced, so that logs stay readable.
const LONGEST_ID: usize = 128;

/// The middleware.
pub(super) async fn middleware(request: Request, next: Next) -> Response {
    observe(request, |request| next.run(request)).await
}

/// Has a request answered, and tells of it.
pub(super) async fn observe<F>(request: Request, answer: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let id = request.headers().get(REQUEST_ID).filter(|id| is_plain(id)).cloned().unwrap_or_else(fresh_id);
    // Writing out a field takes as long as all else that is done here, so at this level there is only the one that
    // tells requests apart.
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let finish = Finish { started: Instant::now(), status: None };
    async move {
        tracing::debug!(method = %request.method(), path = request.uri().path(), "asked");
        let mut finish = finish;
        let mut response = answer(request).await;
        finish.status = Some(response.status());
        response.headers_mut().insert(REQUEST_ID, id);
        response
    }
    .instrument(span)
    .await
}

/// Logs how a request went when it is dropped, which for a client that went away is before there is a response.
struct Finish {
    started: Instant,
    status: Option<StatusCode>,
}

impl Drop for Finish {
    fn drop(&mut self) {
        let milliseconds = self.started.elapsed().as_secs_f64() * 1_000.0;
        match self.status {
            Some(status) if status.is_server_error() => {
                tracing::warn!(status = status.as_u16(), milliseconds, "answered");
            }
            Some(status) => tracing::debug!(status = status.as_u16(), milliseconds, "answered"),
            None => tracing::debug!(milliseconds, "the client went away"),
        }
    }
}

fn is_plain(id: &HeaderValue) -> bool {
    !id.is_empty() && id.len() <= LONGEST_ID && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// Ids that differ between requests and, by a random start, between processes.
fn fresh_id() -> HeaderValue {
    static NEXT: LazyLock<AtomicU64> =
        LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one(std::process::id())));
    let id = format!("{:016x}", NEXT.fetch_add(1, Ordering::Relaxed));
    // Hexadecimal digits are a valid header value.
    HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("0"))
}
