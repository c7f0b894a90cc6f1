//! How many connections there may be, in all and to each server → what they are for.
//!
//! - **Servers** divide `sharding.max_connections` in proportion to their own limits, where those are more together. So a
//!   server that hangs, with all of its connections in use, takes none from the others.
//! - **The databases of a server** share what it has as they need it (`pool::Quota`): most of a hundred are idle at any
//!   moment, and a limit divided by a hundred would leave nothing for those that are not.
//! - **Folding** keeps its connections open, so they are counted first: for each database as many as
//!   `folding.connections`, but together no more than a quarter of the server's; one for each where that is half of them or
//!   less; otherwise none, and requests are not folded.
//! - **One** is for asking the server how it does, so that this never waits for a request.

/// What a server needs at least: one connection to ask how it does, and one to answer requests.
pub(super) const LEAST: u32 = 2;

/// How many connections to a server ask how it does.
const HEALTH: u32 = 1;

/// What a server is to have, before limits for all are applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Its own limit, [`LEAST`] or more.
    pub(super) connections: u32,
    /// How many databases on it are read.
    pub(super) databases: u32,
}

/// What the connections to a server are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// For folding, for each of its databases.
    pub(super) lanes: u32,
    /// For the pools of all of its databases together.
    pub(super) pooled: u32,
}

/// Divides `total` connections, at least [`LEAST`] for each server, of which `lanes` are wanted for folding in each database.
pub(super) fn divide(servers: &[Wanted], total: u32, lanes: u32) -> Vec<Limits> {
    // Beyond what each has for certain.
    let extra = |wanted: &Wanted| u64::from(wanted.connections.saturating_sub(LEAST));
    let all: u64 = servers.iter().map(extra).sum();
    let certain = u64::from(LEAST) * servers.len() as u64;
    let there_are = u64::from(total).saturating_sub(certain).min(all);
    let limits = servers.iter().map(|wanted| {
        let share = (extra(wanted) * there_are).checked_div(all).unwrap_or(0);
        // No more than its own limit.
        let connections = LEAST + u32::try_from(share).unwrap_or(u32::MAX - LEAST);
        of_server(connections - HEALTH, wanted.databases.max(1), lanes)
    });
    limits.collect()
}

fn of_server(connections: u32, databases: u32, lanes: u32) -> Limits {
    let quarter = (connections / 4 / databases).min(lanes);
    let half = if databases <= connections / 2 { 1 } else { 0 };
    let lanes = quarter.max(half.min(lanes));
    Limits { lanes, pooled: connections - lanes * databases }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(connections: u32, databases: u32, total: u32) -> Limits {
        divide(&[Wanted { connections, databases }], total, 2)[0]
    }

    #[test]
    fn lanes_take_a_part_of_what_there_is() {
        assert_eq!(of(20, 1, 200), Limits { lanes: 2, pooled: 17 });
        assert_eq!(of(20, 4, 200), Limits { lanes: 1, pooled: 15 });
        assert_eq!(of(20, 9, 200), Limits { lanes: 1, pooled: 10 });
        assert_eq!(of(20, 10, 200), Limits { lanes: 0, pooled: 19 });
        assert_eq!(of(20, 100, 200), Limits { lanes: 0, pooled: 19 });
        assert_eq!(of(2, 1, 200), Limits { lanes: 0, pooled: 1 });
        assert_eq!(divide(&[Wanted { connections: 20, databases: 1 }], 200, 0)[0].lanes, 0);
    }

    #[test]
    fn servers_divide_what_there_is_for_all() {
        let servers =
            [(100, 1), (40, 2), (2, 1)].map(|(connections, databases)| Wanted { connections, databases });
        for total in 6..200 {
            let limits = divide(&servers, total, 2);
            let all: u32 = limits
                .iter()
                .zip(&servers)
                .map(|(limits, server)| HEALTH + limits.pooled + limits.lanes * server.databases)
                .sum();
            assert!(all <= total, "{all} of {total}: {limits:?}");
            assert!(all + 3 >= total.min(142), "{all} of {total}: {limits:?}");
            assert!(limits.iter().all(|limits| limits.pooled > 0), "{limits:?}");
        }
        assert_eq!(of(20, 1, 10), Limits { lanes: 2, pooled: 7 });
    }
}
