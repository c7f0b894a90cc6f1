//! Four shards with a streaming replica each, under load, while their servers are killed, stopped and replaced: no answer is
//! wrong, and what is missing is missing only while a shard is away, and only from that shard.
//!
//! The short test is a part of every run. `scripts/chaos.sh` runs the long one, by `ONEFOLD_TEST_CHAOS`.

mod judge;
mod load;
mod log;
mod pairs;
mod phase;

use std::env;

use load::Load;
use pairs::Pairs;
use phase::{Drill, Part, Phase};

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_go_away_take_their_own_parts_only_and_not_for_long() {
    let drill = Drill { pairs: Pairs::start(2).await, answers: 50 };
    let phases = [
        (Phase::Killed(Part::Replica), 0),
        (Phase::BothKilled { first: Part::Primary }, 1),
        (Phase::Promoted, 0),
    ];
    drill.run(phases).await;
}

/// What happens to each of four shards, in turn.
#[tokio::test(flavor = "multi_thread")]
async fn every_server_goes_away_in_turn() {
    if env::var_os("ONEFOLD_TEST_CHAOS").is_none() {
        eprintln!("skipped: it takes minutes (`scripts/chaos.sh` runs it)");
        return;
    }
    let drill = Drill { pairs: Pairs::start(4).await, answers: 1_000 };
    let on_each = |phase: Phase| (0..4).map(move |shard| (phase, shard));
    let phases = on_each(Phase::Killed(Part::Primary))
        .chain(on_each(Phase::Killed(Part::Replica)))
        .chain(on_each(Phase::BothKilled { first: Part::Primary }))
        .chain(on_each(Phase::BothKilled { first: Part::Replica }))
        .chain([
            (Phase::Paused(Part::Primary), 1),
            (Phase::Paused(Part::Replica), 2),
            (Phase::Paused(Part::Replica), 3),
            (Phase::BothPaused, 3),
            (Phase::Promoted, 0),
            // The new primary has no replica.
            (Phase::Promoted, 2),
        ]);
    drill.run(phases).await;
}
