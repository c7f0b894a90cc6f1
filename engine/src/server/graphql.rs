//! `/graphql`: a request's way to the engine and the answer's way back.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::error::Error;
use super::media::{self, MediaType};
use super::{body, request};
use crate::engine::{self, Consistency, Engine, Outcome};

/// Positions in the logs of shards that a read must have seen.
const CONSISTENCY: HeaderName = HeaderName::from_static("onefold-consistency");

/// What the handlers need.
pub(super) struct Endpoint {
    pub(super) engine: Arc<Engine>,
    pub(super) max_body_bytes: usize,
    /// How long a request's body may take to arrive.
    pub(super) read_timeout: Duration,
}

/// Answers a GET. The schema has queries only, so a GET cannot change anything.
pub(super) async fn get(
    State(endpoint): State<Arc<Endpoint>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let media = match media::negotiate(&headers) {
        Ok(media) => media,
        Err(error) => return error.response(MediaType::Json),
    };
    let request = consistency(&headers).and_then(|consistency| {
        let request = request::from_query_string(&query.unwrap_or_default())?;
        Ok(engine::Request { consistency, ..request })
    });
    match request {
        Ok(request) => endpoint.answer(&request, media).await,
        Err(error) => error.response(media),
    }
}

/// Answers a POST.
pub(super) async fn post(State(endpoint): State<Arc<Endpoint>>, request: Request) -> Response {
    endpoint.post(request).await
}

/// Answers for any other method.
pub(super) async fn other_method(method: Method) -> Response {
    Error::Method(method).response(MediaType::Json)
}

impl Endpoint {
    /// Answers a POST.
    pub(super) async fn post(&self, request: Request) -> Response {
        let media = match media::negotiate(request.headers()) {
            Ok(media) => media,
            Err(error) => return error.response(MediaType::Json),
        };
        match self.decode(request).await {
            Ok(request) => self.answer(&request, media).await,
            Err(error) => error.response(media),
        }
    }

    async fn decode(&self, request: Request) -> Result<engine::Request, Error> {
        media::check_request(request.headers())?;
        let consistency = consistency(request.headers())?;
        let body = body::read(request.into_body(), self.max_body_bytes, self.read_timeout).await?;
        Ok(engine::Request { consistency, ..request::from_json(&body)? })
    }

    /// The engine's future is awaited here and nowhere else: when the client goes away, hyper drops this future, and
    /// with it the query. It drops the body as well, and with it what comes in chunks.
    async fn answer(&self, request: &engine::Request, media: MediaType) -> Response {
        // The engine keeps no lock over a panic, and one bad request must not take down its connection's others.
        let Ok(answer) = AssertUnwindSafe(self.engine.execute(request)).catch_unwind().await else {
            tracing::error!("the engine panicked");
            return Error::Panic.response(media);
        };
        let body = match answer.body {
            engine::Body::Whole(bytes) => Body::from(bytes),
            engine::Body::Chunks(chunks) => Body::from_stream(chunks),
        };
        let mut response = (status(answer.outcome, media), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, media.header());
        headers.insert(VARY, HeaderValue::from_static("accept"));
        response
    }
}

/// What the client must see of what was written before; nothing in particular where it does not say.
fn consistency(headers: &HeaderMap) -> Result<Consistency, Error> {
    if !headers.contains_key(CONSISTENCY) {
        return Ok(Consistency::default());
    }
    let values: Result<Vec<_>, _> = headers.get_all(CONSISTENCY).iter().map(HeaderValue::to_str).collect();
    values.map_err(|_| Error::ConsistencyText)?.join(",").parse().map_err(Error::Consistency)
}

/// The status of the answer to a well-formed request.
///
/// `application/json` always has 200: a client could not tell another status from one of a proxy in between.
/// <https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes>
fn status(outcome: Outcome, media: MediaType) -> StatusCode {
    match (media, outcome) {
        (MediaType::Json, _) | (MediaType::GraphqlResponse, Outcome::Executed) => StatusCode::OK,
        (MediaType::GraphqlResponse, Outcome::Refused) => StatusCode::BAD_REQUEST,
        (MediaType::GraphqlResponse, Outcome::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        (MediaType::GraphqlResponse, Outcome::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
        (MediaType::GraphqlResponse, Outcome::Failed) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newer_media_type_tells_by_status() {
        for (outcome, expected) in [
            (Outcome::Executed, 200),
            (Outcome::Refused, 400),
            (Outcome::Unavailable, 503),
            (Outcome::TimedOut, 504),
            (Outcome::Failed, 500),
        ] {
            assert_eq!(status(outcome, MediaType::GraphqlResponse), expected);
            assert_eq!(status(outcome, MediaType::Json), 200);
        }
    }
}
