//! Parts → text, for people and snapshots.

use super::{Part, Route, SlotOf};
use crate::plan::operand_text;

/// How a part is routed, as a line of text: `one shard, by $id`.
pub fn print(part: &Part) -> String {
    let route = match &part.route {
        Route::Any => "any shard".to_owned(),
        Route::Shard(name) => format!("shard `{name}`"),
        Route::Key(operand, slot) => format!("one shard, by {}{}", slot_text(*slot), operand_text(operand)),
        Route::Keys(operand, slot) => {
            format!("some shards, by {}{}", slot_text(*slot), operand_text(operand))
        }
        Route::Related(position, slot) => {
            format!("some shards, by {}column {} of the rows", slot_text(*slot), position + 1)
        }
        Route::All => "every shard".to_owned(),
    };
    let merged = if part.merge.is_some() { ", merged" } else { "" };
    format!("{route}{merged}")
}

fn slot_text(slot: SlotOf) -> &'static str {
    match slot {
        SlotOf::Key => "",
        SlotOf::Id => "the slot in ",
    }
}
