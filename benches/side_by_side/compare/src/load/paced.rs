//! Requests that come at random moments whether or not earlier ones are answered, as those of many users do: how long
//! an answer takes at a load that is given.
//!
//! The time of an answer counts from the moment that was planned for its request, even when no connection was free then
//! or the client was late. So a server that stops for a moment pays for all who come meanwhile.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use rustix::fd::OwnedFd;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use super::connection::Connection;
use super::{Error, LONGEST, Requests, Sample, histogram, record};
use crate::kernel;
use crate::random::Random;

/// When requests come.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// On average.
    pub per_second: f64,
    /// For so long their answers are not counted.
    pub warm_up: Duration,
    /// Then they are.
    pub measure: Duration,
}

/// Sends requests at a pace, and waits for all their answers.
pub fn paced(
    address: SocketAddr,
    mut requests: Requests,
    connections: usize,
    pace: Pace,
) -> Result<Sample, Error> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(connections + 1);
    let mut clients = Vec::with_capacity(connections);
    for number in 0..connections {
        clients.push(Connection::open(address, poll.registry(), Token(number))?);
    }
    let timer = Timer::new(&poll, Token(connections))?;
    let mut buffer = vec![0; 256 * 1024];

    // Those who are free, and the planned moments of requests for which nobody was.
    let mut free: VecDeque<usize> = (0..connections).collect();
    let mut waiting: VecDeque<Instant> = VecDeque::new();

    let mut latencies = histogram();
    let mut answered = 0;
    let cpu = kernel::thread_cpu();
    let mut planned = Plan::new(pace);
    let (start, end) = (planned.start + pace.warm_up, planned.start + pace.warm_up + pace.measure);
    loop {
        let now = Instant::now();
        while planned.next <= now && planned.next < end {
            match free.pop_front() {
                Some(client) => clients[client].send(requests.next(), planned.next)?,
                None => waiting.push_back(planned.next),
            }
            planned.advance();
        }
        if planned.next >= end && free.len() == connections {
            let client = kernel::thread_cpu() - cpu;
            return Ok(Sample { answered, elapsed: pace.measure, latencies, client });
        }
        if now > end + LONGEST {
            return Err(Error::Hangs);
        }
        if planned.next < end {
            timer.set(planned.next.saturating_duration_since(Instant::now()))?;
        }
        poll.poll(&mut events, Some(LONGEST))?;
        for event in &events {
            let number = event.token().0;
            // The timer is no client; it has done its work by waking this thread.
            let Some(client) = clients.get_mut(number) else { continue };
            if !client.receive(&mut buffer)? {
                continue;
            }
            if client.since >= start {
                answered += 1;
                record(&mut latencies, client.since.elapsed());
            }
            match waiting.pop_front() {
                Some(planned) => client.send(requests.next(), planned)?,
                None => free.push_back(number),
            }
        }
    }
}

/// The moments of requests.
struct Plan {
    start: Instant,
    next: Instant,
    random: Random,
    mean: f64,
}

impl Plan {
    fn new(pace: Pace) -> Plan {
        let now = Instant::now();
        let mut plan = Plan { start: now, next: now, random: Random::new(1), mean: pace.per_second.recip() };
        plan.advance();
        plan
    }

    fn advance(&mut self) {
        self.next += Duration::from_secs_f64(self.random.gap(self.mean));
    }
}

/// Wakes the event loop to the microsecond; its own timeout is in milliseconds.
struct Timer(OwnedFd);

impl Timer {
    fn new(poll: &Poll, token: Token) -> Result<Timer, Error> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(std::io::Error::from)?;
        poll.registry().register(&mut SourceFd(&timer.as_raw_fd()), token, Interest::READABLE)?;
        Ok(Timer(timer))
    }

    fn set(&self, after: Duration) -> Result<(), Error> {
        // A timer that is set to zero is off.
        let after = after.max(Duration::from_nanos(1));
        let value = Timespec { tv_sec: after.as_secs() as i64, tv_nsec: after.subsec_nanos().into() };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once).map_err(std::io::Error::from)?;
        Ok(())
    }
}
