//! Reads where the rows of a table are, `#[table(shard_by = customer_id)]`, into a [`Placement`]. Whether the types of
//! the columns fit is left to the compiler.

use super::{OwnColumn, Table};
use crate::attributes::{Errors, Options};
use crate::names::Name;

/// The options that read it, those with values and the flags.
pub const VALUES: [&str; 3] = ["shard_by", "slot_in", "shard"];
pub const FLAGS: [&str; 2] = ["scatter", "reference"];

/// Where the rows of a table are when there are several shards.
pub enum Placement {
    /// `reference`, and where nothing is said: the whole table on every shard.
    Reference,
    /// `shard_by = customer_id, slot_in = order_id, scatter`: each row on the shard of its key.
    Sharded { by: OwnColumn, slot_in: Option<OwnColumn>, scatter: bool },
    /// `shard = "archive"`: the whole table on one shard.
    Shard(Name),
}

/// Reads the options of a table whose columns are known.
pub fn read(table: &Table, options: &Options, errors: &mut Errors) -> Placement {
    let choices = options.keys(&["reference", "shard_by", "shard"]);
    if let [first, others @ ..] = choices.as_slice() {
        for other in others {
            errors.on(
                other,
                format!(
                    "`{first}` and `{other}` exclude one another: a table is on every shard (`reference`), each row \
                     on the shard of its key (`shard_by`), or all of it on one (`shard`); keep one of them"
                ),
            );
        }
    }
    if options.key("shard_by").is_none() {
        for option in options.keys(&["slot_in", "scatter"]) {
            errors.on(
                option,
                format!(
                    "`{option}` is for a table that has a shard key; add `shard_by = …`, or remove `{option}`"
                ),
            );
        }
    }
    let column = |option: &str, errors: &mut Errors| {
        let column = options.column(option, errors)?;
        table.own_column(column, errors)
    };
    let by = column("shard_by", errors);
    let slot_in = column("slot_in", errors);
    let shard = options.string("shard", errors);
    if let (Some(by), Some(slot_in)) = (&by, &slot_in)
        && by.index == slot_in.index
    {
        errors.at(
            slot_in.span,
            "the slot is the hash of the shard key, and another column carries it; remove `slot_in` or name that one",
        );
    }
    if let Some(shard) = &shard
        && shard.text.is_empty()
    {
        errors.at(shard.span, "`shard` is the name of a shard in the configuration: `shard = \"archive\"`");
    }
    match (by, shard) {
        (Some(by), _) => Placement::Sharded { by, slot_in, scatter: options.key("scatter").is_some() },
        (None, Some(shard)) => Placement::Shard(shard),
        (None, None) => Placement::Reference,
    }
}
