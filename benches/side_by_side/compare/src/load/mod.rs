//! Requests → how fast they are answered. One thread and an event loop, so that the clients take as little as can be of
//! the processors that they share with the servers.

mod closed;
mod connection;
mod paced;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::http;

pub use closed::Closed;
pub use paced::{Pace, paced};

/// The longest time that is told apart from longer ones.
const LONGEST: Duration = Duration::from_secs(60);

/// Why a measure is void.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no connection to the server")]
    Connect(#[source] io::Error),
    #[error("waiting for the server failed")]
    Wait(#[from] io::Error),
    #[error("no answer")]
    Response(#[from] http::Error),
    #[error("the server answers with status {status}: {body}")]
    Refused { status: u16, body: String },
    #[error("the server does not answer within {} s", LONGEST.as_secs())]
    Hangs,
}

/// What a measure has found.
pub struct Sample {
    /// Responses.
    pub answered: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// In nanoseconds.
    pub latencies: Histogram<u64>,
    /// Processor time of the clients.
    pub client: Duration,
}

impl Sample {
    /// The latency in milliseconds that so much of the responses do not exceed.
    pub fn quantile(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1e6
    }
}

/// The bytes of requests, ready to be sent, in an endless row.
pub struct Requests {
    texts: Vec<Vec<u8>>,
    next: usize,
}

impl Requests {
    /// The requests with these bodies, one at least.
    pub fn new(address: SocketAddr, bodies: &[String]) -> Requests {
        Requests { texts: bodies.iter().map(|body| http::post(address, body)).collect(), next: 0 }
    }

    fn next(&mut self) -> &[u8] {
        let text = &self.texts[self.next];
        self.next = (self.next + 1) % self.texts.len();
        text
    }
}

/// To three digits, which is finer than measures are alike.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST.as_nanos() as u64, 3).expect("the bounds are in order")
}

fn record(latencies: &mut Histogram<u64>, latency: Duration) {
    latencies.saturating_record(latency.as_nanos() as u64);
}
