//! What is counted of several servers, for `/metrics`.

use std::time::Duration;

use metrics::{Counter, Gauge};

use crate::pool::Role;

/// The counter of the requests that an instance was asked, by `server`, `database` and `role`.
pub const REQUESTS: &str = "onefold_instance_requests_total";

/// The gauge that is 1 while the breaker of an instance is open, by `server` and `database`.
pub const BREAKER_OPEN: &str = "onefold_breaker_open";

/// The gauge of how far a replica is behind its primary, in seconds, by `server`.
pub const LAG: &str = "onefold_replica_lag_seconds";

/// The gauge that is 1 while a server answers, by `server` and `role`.
pub const UP: &str = "onefold_server_up";

/// What is measured of a server.
pub(super) struct Gauges {
    lag: Gauge,
    up: Gauge,
}

impl Gauges {
    pub(super) fn new(server: &str, role: Role) -> Gauges {
        metrics::describe_gauge!(LAG, "How far a replica is behind its primary, in seconds");
        metrics::describe_gauge!(UP, "Whether a server answers");
        let server = server.to_owned();
        Gauges {
            // A primary has none to be shown.
            lag: match role {
                Role::Primary => Gauge::noop(),
                Role::Standby => metrics::gauge!(LAG, "server" => server.clone()),
            },
            up: metrics::gauge!(UP, "server" => server, "role" => name(role)),
        }
    }

    pub(super) fn lag(&self, lag: Duration) {
        self.lag.set(lag.as_secs_f64());
    }

    pub(super) fn is_up(&self, up: bool) {
        self.up.set(if up { 1.0 } else { 0.0 });
    }
}

/// What is counted of an instance.
pub(super) struct Counts {
    pub(super) requests: Counter,
    pub(super) breaker_open: Gauge,
}

impl Counts {
    pub(super) fn new(server: &str, database: &str, role: Role) -> Counts {
        metrics::describe_counter!(REQUESTS, "Requests that a database on a server was asked");
        metrics::describe_gauge!(
            BREAKER_OPEN,
            "Whether a database on a server is not asked any more for a while"
        );
        let (server, database) = (server.to_owned(), database.to_owned());
        Counts {
            requests: metrics::counter!(
                REQUESTS,
                "server" => server.clone(), "database" => database.clone(), "role" => name(role)
            ),
            breaker_open: metrics::gauge!(BREAKER_OPEN, "server" => server, "database" => database),
        }
    }
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Primary => "primary",
        Role::Standby => "replica",
    }
}
