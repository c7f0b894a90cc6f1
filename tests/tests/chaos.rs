//! Shards with a streaming replica each, under load, while their servers are killed, stopped and replaced: no answer is wrong,
//! and what is missing is missing only while a shard is away, and only from that shard.

mod judge;
mod load;
mod log;
mod pairs;
mod phase;

use std::env;

use load::Load;
use pairs::Pairs;
use phase::{Drill, Part, Phase};

/// Makes it long: all that can happen happens to each of four shards, which takes minutes. `scripts/chaos.sh` does that.
const LONG: &str = "ONEFOLD_TEST_CHAOS";

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_go_away_take_their_own_parts_only_and_not_for_long() {
    if env::var_os(LONG).is_none() {
        let drill = Drill { pairs: Pairs::start(2).await, answers: 50 };
        return drill.run(a_few_phases()).await;
    }
    let drill = Drill { pairs: Pairs::start(4).await, answers: 500 };
    drill.run(all_phases()).await;
}

fn a_few_phases() -> Vec<(Phase, usize)> {
    vec![
        (Phase::Killed(Part::Replica), 0),
        (Phase::BothKilled { first: Part::Primary }, 1),
        (Phase::Promoted, 0),
    ]
}

fn all_phases() -> Vec<(Phase, usize)> {
    let on_each = [
        Phase::Killed(Part::Primary),
        Phase::Killed(Part::Replica),
        Phase::BothKilled { first: Part::Primary },
        Phase::BothKilled { first: Part::Replica },
    ];
    let on_some = [
        (Phase::Paused(Part::Primary), 1),
        (Phase::Paused(Part::Replica), 2),
        (Phase::Paused(Part::Replica), 3),
        (Phase::BothPaused, 3),
        (Phase::Promoted, 0),
        (Phase::Promoted, 2),
    ];
    let on_each = on_each.into_iter().flat_map(|phase| (0..4).map(move |shard| (phase, shard)));
    on_each.chain(on_some).collect()
}
