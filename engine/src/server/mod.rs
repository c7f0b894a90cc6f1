//! GraphQL over HTTP: requests in, an [`Engine`]'s answers out, with health checks and GraphiQL beside it. Knows
//! nothing of what a document means.
//!
//! <https://graphql.github.io/graphql-over-http/draft/>

mod admin;
mod body;
mod error;
mod example;
mod front;
mod graphiql;
mod graphql;
mod health;
mod media;
mod metrics;
mod observe;
mod query_string;
mod request;
mod serve;
mod write_timeout;

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::routing::get;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::config::{self, Config};
use crate::engine::Engine;

use front::Front;
use graphql::Endpoint;

pub use admin::admin;
pub use axum::Router;
pub use example::example_query;
pub use metrics::record as record_metrics;
pub use serve::{serve, serve_with, stop_signal};

/// Names a request in the log and in the answer; taken from the client when it sends one.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Shorter responses are sent as they are: compressing them saves no packet.
const COMPRESS_ABOVE_BYTES: u64 = 1_024;

/// The routes of a server: `/graphql`, `/health/live`, `/health/ready`, `/metrics` after [`record_metrics`], and GraphiQL
/// at `/`. The setting `server.write_timeout` is no matter of routes but of connections: [`serve`] sees to it.
pub fn router(engine: Arc<Engine>, config: &Config) -> Router {
    routes(endpoint(engine, config), config, Router::new())
}

/// The same and further routes, with a shorter way for what most requests are.
fn front(engine: Arc<Engine>, config: &Config, further: Router) -> Front {
    let endpoint = endpoint(engine, config);
    Front::new(Arc::clone(&endpoint), routes(endpoint, config, further))
}

fn endpoint(engine: Arc<Engine>, config: &Config) -> Arc<Endpoint> {
    Arc::new(Endpoint {
        engine,
        max_body_bytes: config.server.max_body_bytes,
        read_timeout: config.limits.request_timeout,
    })
}

fn routes(endpoint: Arc<Endpoint>, config: &Config, further: Router) -> Router {
    let engine = Arc::clone(&endpoint.engine);
    let mut router = Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::other_method))
        .with_state(endpoint)
        .merge(health::routes(engine))
        .merge(further);
    if config.server.graphiql {
        router = router.merge(graphiql::routes(&config.server));
    }
    if config.server.metrics {
        router = router.merge(metrics::routes());
    }
    router = router.fallback(error::not_found);
    if config.server.compression {
        // The fastest level: responses are made and compressed per request, and the slower levels cost more time
        // than all of the query.
        let layer = CompressionLayer::new()
            .quality(CompressionLevel::Fastest)
            .compress_when(SizeAbove::new(COMPRESS_ABOVE_BYTES));
        router = router.layer(layer);
    }
    if let Some(cors) = cors(&config.server) {
        router = router.layer(cors);
    }
    router.layer(axum::middleware::from_fn(observe::middleware))
}

/// What pages of other origins may do; `None` when none may do anything.
fn cors(config: &config::Server) -> Option<CorsLayer> {
    if config.cors.is_empty() {
        return None;
    }
    let origin = if config.cors.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(config.cors.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
    };
    Some(
        CorsLayer::new()
            .allow_origin(origin)
            .allow_methods([Method::GET, Method::POST])
            // Whatever the page asks to send: authorization headers have many names, and none is trusted for being
            // there.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers([CONTENT_TYPE, CONTENT_ENCODING, REQUEST_ID])
            .max_age(Duration::from_secs(24 * 60 * 60)),
    )
}
