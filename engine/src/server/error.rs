//! What is wrong with a request before its document is looked at, as a GraphQL response with the right status.

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::media::MediaType;
use crate::engine::ConsistencyError;

/// Why a request is not well formed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("`{0}` is not allowed here; send `GET` or `POST`")]
    Method(Method),
    #[error("there is nothing at `{0}`; GraphQL is at `/graphql`")]
    Path(String),
    #[error(
        "none of the media types of `accept` can be sent; accept `application/graphql-response+json` or \
         `application/json`, in UTF-8"
    )]
    NotAcceptable,
    #[error("a request needs `content-type: application/json`")]
    NoContentType,
    #[error("a request of type `{0}` is not understood; send `content-type: application/json`")]
    ContentType(String),
    #[error("requests are read in UTF-8, not in `{0}`")]
    Charset(String),
    #[error("a request in `content-encoding: {0}` is not understood; send it uncompressed")]
    ContentEncoding(String),
    #[error("the request is longer than {limit} bytes, the limit set by `server.max_body_bytes`")]
    TooLong { limit: usize },
    #[error("the request did not arrive within the time set by `limits.request_timeout`")]
    TooSlow,
    #[error("the request broke off")]
    Broken(#[source] axum::Error),
    #[error("the request has no body; send a JSON object with `query`")]
    Empty,
    #[error("the request is not UTF-8: {0}")]
    Utf8(#[source] std::str::Utf8Error),
    #[error("the request is not JSON: {0}")]
    Json(#[source] serde_json::Error),
    #[error("batches are not supported: send one request, a JSON object, at a time")]
    Batch,
    #[error("a request is a JSON object with `query`, not {0}")]
    NotAnObject(&'static str),
    #[error("the request has no `query`, and no `documentId` instead of it")]
    NoQuery,
    #[error("`{0}` is not the id of `query`; leave out one of them")]
    OtherDocument(String),
    #[error("`{name}` must be {expected}, not {found}")]
    Parameter { name: &'static str, expected: &'static str, found: &'static str },
    #[error("`{name}` is not JSON: {source}")]
    ParameterJson { name: &'static str, source: serde_json::Error },
    #[error("`{0}` stands twice in the query string")]
    Repeated(&'static str),
    #[error("the query string is not percent-encoded UTF-8")]
    QueryString,
    #[error("the header `onefold-consistency` is wrong: {0}")]
    Consistency(#[source] ConsistencyError),
    #[error("the header `onefold-consistency` is not ASCII")]
    ConsistencyText,
    #[error("the server failed while it answered; its log says more")]
    Panic,
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Error::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Error::Path(_) => StatusCode::NOT_FOUND,
            Error::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Error::NoContentType | Error::ContentType(_) | Error::Charset(_) | Error::ContentEncoding(_) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Error::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::Broken(_)
            | Error::Empty
            | Error::Utf8(_)
            | Error::Json(_)
            | Error::Batch
            | Error::NotAnObject(_)
            | Error::NoQuery
            | Error::OtherDocument(_)
            | Error::Parameter { .. }
            | Error::ParameterJson { .. }
            | Error::Repeated(_)
            | Error::Consistency(_)
            | Error::ConsistencyText
            | Error::QueryString => StatusCode::BAD_REQUEST,
            Error::Panic => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error as a program tells it apart, in `extensions.code`.
    fn code(&self) -> &'static str {
        match self.status() {
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::NOT_ACCEPTABLE => "NOT_ACCEPTABLE",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
            StatusCode::PAYLOAD_TOO_LARGE => "REQUEST_TOO_LARGE",
            StatusCode::REQUEST_TIMEOUT => "REQUEST_TIMEOUT",
            StatusCode::BAD_REQUEST => "BAD_REQUEST",
            _ => "INTERNAL_SERVER_ERROR",
        }
    }

    /// The response: the status is the same in both media types, because what came in is no GraphQL request.
    pub(super) fn response(&self, media: MediaType) -> Response {
        // Written by hand for the order of the members: the message comes first.
        let message = Value::from(self.to_string());
        let body =
            format!(r#"{{"errors":[{{"message":{message},"extensions":{{"code":"{}"}}}}]}}"#, self.code());
        let mut response = (self.status(), Body::from(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, media.header());
        match self {
            Error::Method(_) => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
            }
            // The rest of the request is still on its way and nobody will read it.
            Error::TooLong { .. } | Error::TooSlow => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// Answers for a path that is none of ours.
pub(super) async fn not_found(uri: Uri) -> Response {
    Error::Path(uri.path().to_owned()).response(MediaType::Json)
}
