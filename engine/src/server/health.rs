//! `/health/live` says that the process runs, `/health/ready` that it can answer: made for load balancers.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::engine::Engine;

pub(super) fn routes(engine: Arc<Engine>) -> Router {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(engine)
}

async fn live() -> Response {
    report(StatusCode::OK, &json!({"status": "live"}))
}

async fn ready(State(engine): State<Arc<Engine>>) -> Response {
    match engine.ready().await {
        Ok(()) => report(StatusCode::OK, &json!({"status": "ready"})),
        Err(error) => report(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"status": "unavailable", "reason": error.to_string()}),
        ),
    }
}

fn report(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body.to_string())
        .into_response()
}
