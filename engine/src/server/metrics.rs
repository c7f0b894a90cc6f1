//! `/metrics`: what has been counted and measured in this process, in the format of Prometheus.

use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::engine::BATCH_MEMBERS;

/// The sizes of batches that are told apart.
const SIZES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// How often measurements are summed up, so that they take no memory when nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of this process, unless the program has one of its own.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count and to measure, if nothing in this process does so yet. What was made before, an engine for instance,
/// is not counted.
pub fn record() {
    RECORDER.get_or_init(|| match recorder() {
        Ok(handle) => handle,
        Err(error) => {
            tracing::warn!(%error, "there are no metrics");
            None
        }
    });
}

fn recorder() -> Result<Option<PrometheusHandle>, BuildError> {
    let batch_members = Matcher::Full(BATCH_MEMBERS.to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(batch_members, &SIZES)?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    // A program that records by itself has its own way to show it.
    Ok(metrics::set_global_recorder(recorder).is_ok().then_some(handle))
}

/// The route; none when this process has no recorder of ours.
pub(super) fn routes() -> Router {
    let Some(Some(handle)) = RECORDER.get() else { return Router::new() };
    Router::new().route("/metrics", get(|| async { handle.render() }))
}

/// Sums up measurements for as long as it is polled.
pub(super) async fn upkeep() -> Infallible {
    let Some(Some(handle)) = RECORDER.get() else { return std::future::pending().await };
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        handle.run_upkeep();
    }
}
