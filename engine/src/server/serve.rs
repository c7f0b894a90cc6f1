//! Runs a server on a listener until it is told to stop, then lets what runs finish.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use axum::serve::ListenerExt;
use futures_util::future::{self, Either};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::router;
use crate::config::Config;
use crate::engine::Engine;

/// Serves until `stop` is done. Then no new connections are taken, and those that there are have
/// `server.shutdown_timeout` to finish their requests.
///
/// # Errors
/// What the listener fails with.
pub async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    config: &Config,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        tracing::info!("stopping: running requests are finished, new ones are refused");
        // Nobody listens when the server has failed by itself.
        let _ = stopping.send(());
    };
    // A response is written at once and whole; waiting for more to send along would only delay it.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
    });
    let server = axum::serve(listener, router(engine, config)).with_graceful_shutdown(stop);
    let server = pin!(server.into_future());
    let timeout = pin!(async {
        if stopped.await.is_err() {
            future::pending::<()>().await;
        }
        tokio::time::sleep(config.server.shutdown_timeout).await;
    });
    match future::select(server, timeout).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => {
            tracing::warn!("requests still run after `server.shutdown_timeout` and are broken off");
            Ok(())
        }
    }
}

/// Waits until the process is told to stop: SIGTERM, or ctrl-c.
pub async fn stop_signal() {
    let interrupt = pin!(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot listen for ctrl-c");
            future::pending::<()>().await;
        }
    });
    future::select(interrupt, pin!(terminate())).await;
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "cannot listen for SIGTERM");
            future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    future::pending::<()>().await;
}
