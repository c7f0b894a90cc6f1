//! GraphiQL at `/`, from files that are part of the binary: nothing is loaded from anywhere else.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;

use crate::config;

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// Only our own scripts and this server; GraphiQL sets styles in elements and carries its fonts in its style sheet.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    font-src data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

macro_rules! asset {
    ($name:literal, $content_type:expr) => {
        (
            concat!("/graphiql/", $name),
            $content_type,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/graphiql/", $name)).as_slice(),
        )
    };
}

/// Path, type and content of what the page loads.
const ASSETS: [(&str, &str, &[u8]); 6] = [
    asset!("react.production.min.js", JAVASCRIPT),
    asset!("react-dom.production.min.js", JAVASCRIPT),
    asset!("graphiql.min.js", JAVASCRIPT),
    asset!("graphiql.min.css", CSS),
    asset!("page.js", JAVASCRIPT),
    asset!("page.css", CSS),
];

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/graphiql/index.html"));

/// The page and its files.
pub(super) fn routes(config: &config::Server) -> Router {
    let page = PAGE.replace("{default_query}", &escape(config.default_query.as_deref().unwrap_or_default()));
    let mut router = Router::new().route("/", file(HTML, page.into()));
    for (path, content_type, content) in ASSETS {
        router = router.route(path, file(content_type, Bytes::from_static(content)));
    }
    router
}

fn file(content_type: &'static str, content: Bytes) -> axum::routing::MethodRouter {
    let tag = tag(&content);
    get(move |headers: HeaderMap| {
        std::future::ready(send(content_type, content.clone(), tag.clone(), &headers))
    })
}

/// The file, or that the browser's copy is still the same. Browsers ask each time, so a new binary shows at once.
fn send(content_type: &'static str, content: Bytes, tag: HeaderValue, request: &HeaderMap) -> Response {
    let fresh = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .any(|known| known.trim() == "*" || known.trim().as_bytes() == tag.as_bytes());
    let headers = [
        (ETAG, tag),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    if fresh {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, content).into_response()
    }
}

/// A weak tag, because the bytes sent differ by compression.
fn tag(content: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish()))
        .unwrap_or_else(|_| HeaderValue::from_static("*"))
}

/// Text in a double-quoted attribute of HTML.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\n', "&#10;")
}
