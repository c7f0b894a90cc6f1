//! A number of clients that each send their next request when the last one is answered: how much a server can do.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::connection::Connection;
use super::{Error, LONGEST, Requests, Sample, histogram, record};
use crate::kernel;

/// Clients that keep a server busy.
pub struct Closed {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    requests: Requests,
    buffer: Vec<u8>,
}

impl Closed {
    /// Connects the clients, and has them send their first requests.
    pub fn start(address: SocketAddr, mut requests: Requests, connections: usize) -> Result<Closed, Error> {
        let poll = Poll::new()?;
        let mut clients = Vec::with_capacity(connections);
        for number in 0..connections {
            clients.push(Connection::open(address, poll.registry(), Token(number))?);
        }
        for client in &mut clients {
            client.send(requests.next(), Instant::now())?;
        }
        Ok(Closed {
            poll,
            events: Events::with_capacity(connections),
            connections: clients,
            requests,
            buffer: vec![0; 256 * 1024],
        })
    }

    /// Goes on for so long, and until a response has been timed. Requests stay under way, so that there is no start and
    /// no end in what is measured.
    pub fn go_on(&mut self, duration: Duration) -> Result<Sample, Error> {
        let client = kernel::thread_cpu();
        let mut latencies = histogram();
        let mut answered = 0;
        let start = Instant::now();
        let mut last = start;
        loop {
            let now = Instant::now();
            let left = (start + duration).saturating_duration_since(now);
            if left.is_zero() && !latencies.is_empty() {
                let client = kernel::thread_cpu() - client;
                return Ok(Sample { answered, elapsed: now - start, latencies, client });
            }
            if now - last > LONGEST {
                return Err(Error::Hangs);
            }
            self.poll.poll(&mut self.events, Some(if left.is_zero() { LONGEST } else { left }))?;
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                if !connection.receive(&mut self.buffer)? {
                    continue;
                }
                last = Instant::now();
                answered += 1;
                // What was under way before may have waited for the measure to start.
                if connection.since >= start {
                    record(&mut latencies, last - connection.since);
                }
                connection.send(self.requests.next(), last)?;
            }
        }
    }

    /// Waits until the last requests are answered, so that the next measure does not share the machine with them.
    pub fn finish(mut self) -> Result<(), Error> {
        let deadline = Instant::now() + LONGEST;
        let mut left = self.connections.len();
        while left > 0 {
            let Some(timeout) = deadline.checked_duration_since(Instant::now()) else {
                return Err(Error::Hangs);
            };
            self.poll.poll(&mut self.events, Some(timeout))?;
            for event in &self.events {
                if self.connections[event.token().0].receive(&mut self.buffer)? {
                    left -= 1;
                }
            }
        }
        Ok(())
    }
}
