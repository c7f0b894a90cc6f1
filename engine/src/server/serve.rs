//! Runs a server on a listener until it is told to stop, then lets what runs finish.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use futures_util::future::{self, Either};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tower::make::Shared;

use super::write_timeout::Listener;
use super::{front, metrics};
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
    serve_with(listener, engine, config, Router::new(), stop).await
}

/// Serves these routes too, [`admin`](super::admin) for instance. They must be none of those that there are.
///
/// # Errors
/// What the listener fails with.
pub async fn serve_with(
    listener: TcpListener,
    engine: Arc<Engine>,
    config: &Config,
    further: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        tracing::info!("stopping: running requests are finished, new ones are refused");
        // Nobody listens when the server has failed by itself.
        let _ = stopping.send(());
    };
    let listener = Listener::new(listener, config.server.write_timeout);
    let server =
        axum::serve(listener, Shared::new(front(engine, config, further))).with_graceful_shutdown(stop);
    let server = pin!(server.into_future());
    let timeout = pin!(async {
        if stopped.await.is_err() {
            future::pending::<()>().await;
        }
        tokio::time::sleep(config.server.shutdown_timeout).await;
    });
    let upkeep = pin!(metrics::upkeep());
    let server = future::select(server, upkeep);
    match future::select(server, timeout).await {
        Either::Left((Either::Left((result, _)), _)) => result,
        Either::Left((Either::Right((never, _)), _)) => match never {},
        Either::Right(_) => {
            tracing::warn!("requests still run after `server.shutdown_timeout` and are broken off");
            Ok(())
        }
    }
}

/// Listens for SIGTERM and SIGINT (ctrl-c) from now on; the future is done when one of them has come.
///
/// # Errors
/// The signals cannot be listened for.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        future::select(pin!(terminate.recv()), pin!(interrupt.recv())).await;
    })
}
