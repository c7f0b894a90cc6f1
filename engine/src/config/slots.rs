//! The slots of shards as they are written, `"0-2047"`, and which shard has which.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use super::Shard;

/// How many slots there are. All shard keys are divided by it, so it never changes.
pub const SLOTS: usize = 8192;

/// The number of the last slot.
const LAST: u16 = (SLOTS - 1) as u16;

/// Which shard each slot is on: exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    /// By slot: positions in the order of the shards' names.
    positions: Vec<usize>,
}

impl Owners {
    /// Reads the `slots` of all shards.
    ///
    /// # Errors
    /// Everything that is not understood; if there is nothing, the slots that are on no shard or on several.
    pub fn of(shards: &BTreeMap<String, Shard>) -> Result<Owners, Vec<SlotMistake>> {
        let mut owners: Vec<Option<usize>> = vec![None; SLOTS];
        let mut syntax = Vec::new();
        let mut shared: BTreeMap<(usize, usize), Vec<u16>> = BTreeMap::new();
        let names: Vec<&String> = shards.keys().collect();
        for (position, (name, shard)) in shards.iter().enumerate() {
            for text in &shard.slots {
                let range = match parse(text) {
                    Ok(range) => range,
                    Err(advice) => {
                        syntax.push(SlotMistake::Syntax { shard: name.clone(), text: text.clone(), advice });
                        continue;
                    }
                };
                for slot in range {
                    match owners[usize::from(slot)] {
                        None => owners[usize::from(slot)] = Some(position),
                        Some(first) => shared.entry((first, position)).or_default().push(slot),
                    }
                }
            }
        }
        if !syntax.is_empty() {
            return Err(syntax);
        }
        let mut mistakes: Vec<SlotMistake> = shared
            .into_iter()
            .map(|((first, second), slots)| SlotMistake::Shared {
                slots: Ranges::of(slots),
                first: names[first].clone(),
                second: names[second].clone(),
            })
            .collect();
        let positions: Vec<usize> = owners.iter().flatten().copied().collect();
        if positions.len() < SLOTS {
            let missing = (0..=LAST).filter(|slot| owners[usize::from(*slot)].is_none());
            mistakes.push(SlotMistake::Missing { slots: Ranges::of(missing) });
        }
        if mistakes.is_empty() { Ok(Owners { positions }) } else { Err(mistakes) }
    }

    /// The position of a slot's shard in the order of the shards' names.
    ///
    /// # Panics
    /// There is no slot with this number.
    pub fn position(&self, slot: u16) -> usize {
        self.positions[usize::from(slot)]
    }
}

/// `0-2047`, or `5000` for a single slot; else what to write instead.
fn parse(text: &str) -> Result<RangeInclusive<u16>, String> {
    let number = |text: &str| {
        let text = text.trim();
        // Other than `parse`, which takes `+5` too.
        let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        digits.then(|| text.parse::<u16>().unwrap_or(u16::MAX))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first @ 0..=LAST), Some(last @ 0..=LAST)) if first <= last => Ok(first..=last),
        (Some(first @ 0..=LAST), Some(last @ 0..=LAST)) => Err(format!("write `{last}-{first}`")),
        (Some(_), Some(_)) => Err(format!("slots are numbered from 0 to {LAST}")),
        _ => Err("write `0-2047`, or `5000` for a single slot".to_owned()),
    }
}

/// What is wrong with the slots of shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotMistake {
    /// An entry of `slots` is not understood.
    Syntax {
        /// The shard.
        shard: String,
        /// The entry.
        text: String,
        /// What to write instead.
        advice: String,
    },
    /// Slots are on two shards, or stand twice in the slots of one.
    Shared {
        /// Which.
        slots: Ranges,
        /// The first of the shards, by their names.
        first: String,
        /// The other; the same when they stand there twice.
        second: String,
    },
    /// Slots are on no shard.
    Missing {
        /// Which.
        slots: Ranges,
    },
}

impl fmt::Display for SlotMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SlotMistake::Syntax { shard, text, advice } => {
                write!(f, "`shards.{shard}.slots` has `{text}`; {advice}")
            }
            SlotMistake::Shared { slots, first, second } if first == second => {
                write!(f, "the shard `{first}` has {slots} twice")
            }
            SlotMistake::Shared { slots, first, second } => {
                write!(f, "{slots} {} on the shard `{first}` and on the shard `{second}`", slots.verb())
            }
            SlotMistake::Missing { slots } => write!(f, "{slots} {} on no shard", slots.verb()),
        }
    }
}

/// Numbers of slots as ranges, displayed as people write them: `slots 0-99, 200`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges(Vec<RangeInclusive<u16>>);

/// How many ranges are displayed at most. A slot map with holes everywhere has thousands.
const DISPLAYED: usize = 10;

impl Ranges {
    /// The ranges of slots that are given in ascending order.
    pub fn of(slots: impl IntoIterator<Item = u16>) -> Ranges {
        let mut ranges: Vec<RangeInclusive<u16>> = Vec::new();
        for slot in slots {
            match ranges.last_mut() {
                Some(range) if slot == *range.end() => {}
                Some(range) if Some(slot) == range.end().checked_add(1) => *range = *range.start()..=slot,
                _ => ranges.push(slot..=slot),
            }
        }
        Ranges(ranges)
    }

    /// Each range as an entry of `slots`.
    pub fn entries(&self) -> Vec<String> {
        self.0.iter().map(entry).collect()
    }

    fn verb(&self) -> &'static str {
        if self.is_one() { "is" } else { "are" }
    }

    fn is_one(&self) -> bool {
        matches!(&self.0[..], [range] if range.start() == range.end())
    }
}

fn entry(range: &RangeInclusive<u16>) -> String {
    match (range.start(), range.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().take(DISPLAYED).map(entry).collect();
        write!(f, "{} {}", if self.is_one() { "slot" } else { "slots" }, shown.join(", "))?;
        match self.0.len().saturating_sub(DISPLAYED) {
            0 => Ok(()),
            more => write!(f, " and {more} more ranges"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(shards: &[(&str, &[&str])]) -> Result<Owners, String> {
        let shards = shards.iter().map(|(name, slots)| {
            let slots = slots.iter().map(|slots| (*slots).to_owned()).collect();
            ((*name).to_owned(), Shard { slots, ..Shard::default() })
        });
        Owners::of(&shards.collect())
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn each_slot_has_its_shard() {
        let owners = owners(&[("a", &["0-8189", " 8191 "]), ("b", &[]), ("c", &["8190 - 8190"])]).unwrap();
        assert_eq!([0, 8_189, 8_190, 8_191].map(|slot| owners.position(slot)), [0, 0, 2, 0]);
    }

    #[test]
    fn all_that_is_not_understood_is_told() {
        for text in ["", "-", "-5", "5-", "+5", "a", "0x10", "1,2", "1-2-3", "0..10"] {
            assert!(parse(text).is_err_and(|advice| advice.starts_with("write `0-2047`")), "{text}");
        }
        assert_eq!(
            owners(&[("a", &["0-8192", "7-3", "65536", "99999999999"]), ("b", &["rest"])]).unwrap_err(),
            "`shards.a.slots` has `0-8192`; slots are numbered from 0 to 8191\n\
             `shards.a.slots` has `7-3`; write `3-7`\n\
             `shards.a.slots` has `65536`; slots are numbered from 0 to 8191\n\
             `shards.a.slots` has `99999999999`; slots are numbered from 0 to 8191\n\
             `shards.b.slots` has `rest`; write `0-2047`, or `5000` for a single slot"
        );
    }

    #[test]
    fn slots_on_no_shard_and_on_several_are_told_as_ranges() {
        assert_eq!(
            owners(&[("a", &["0-99", "50-60"]), ("b", &["90-200", "202-8190"]), ("c", &["95"])]).unwrap_err(),
            "the shard `a` has slots 50-60 twice\n\
             slots 90-99 are on the shard `a` and on the shard `b`\n\
             slot 95 is on the shard `a` and on the shard `c`\n\
             slots 201, 8191 are on no shard"
        );
        let holes: Vec<String> = (0..SLOTS).step_by(2).map(|slot| slot.to_string()).collect();
        let holes: Vec<&str> = holes.iter().map(String::as_str).collect();
        assert_eq!(
            owners(&[("a", &holes)]).unwrap_err(),
            "slots 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 4086 more ranges are on no shard"
        );
    }
}
