//! The statements of an operation as `shop sql` prints them → the shards that each is to be sent to.

use std::collections::BTreeSet;

use onefold::slots::{Slot, SlotMap};
use serde_json::{Map, Value};

/// A statement, and how it is routed.
#[derive(Debug)]
pub struct Planned {
    /// What stands in the line above it: `one shard, by $id`.
    pub route: String,
    pub text: String,
}

/// The statements in a text.
pub fn planned(text: &str) -> Vec<Planned> {
    let statements = text.split("-- stage ").skip(1).map(|statement| {
        let (head, text) = statement.split_once('\n').expect("a statement follows");
        let (_, route) = head.split_once(": ").expect("a stage has a number");
        Planned { route: route.trim_end_matches(", merged").to_owned(), text: text.trim_end().to_owned() }
    });
    statements.collect()
}

impl Planned {
    /// The names of the shards that it is sent to, for these variables and for the rows of an answer; `None` where any shard
    /// will do.
    pub fn shards(
        &self,
        map: &SlotMap,
        variables: &Map<String, Value>,
        answer: &Value,
    ) -> Option<BTreeSet<String>> {
        let name_of = |slot| map.name(map.shard(slot)).to_string();
        if self.route == "any shard" {
            return None;
        }
        if let Some(name) = self.route.strip_prefix("shard ") {
            return Some(BTreeSet::from([name.trim_matches('`').to_owned()]));
        }
        if self.route == "every shard" {
            return Some(map.owning().iter().map(|shard| map.name(*shard).to_string()).collect());
        }
        let (_, by) = self.route.split_once(", by ").unwrap_or_else(|| panic!("`{}`", self.route));
        if by == "column 1 of the rows" {
            // Only suppliers are related so.
            let mut codes = Vec::new();
            find("supplierCode", answer, &mut codes);
            return Some(codes.into_iter().map(|code| name_of(Slot::of_text(code))).collect());
        }
        let (variable, is_id) = match by.strip_prefix("the slot in $") {
            Some(variable) => (variable, true),
            None => (by.trim_start_matches('$'), false),
        };
        let values = match &variables[variable] {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        };
        let slots = values.into_iter().map(|value| {
            let text = value.as_str().expect("keys are strings in JSON");
            match text.parse() {
                Ok(id) if is_id => Slot::carried_by(id),
                Ok(key) => Slot::of_int(key),
                Err(_) => Slot::of_text(text),
            }
        });
        Some(slots.map(name_of).collect())
    }
}

/// The values of a field, wherever it is.
fn find<'v>(field: &str, value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(field).and_then(Value::as_str));
            members.values().for_each(|member| find(field, member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| find(field, item, found)),
        _ => {}
    }
}
