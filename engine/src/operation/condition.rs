//! `@skip` and `@include` → conditions: when a merged field is there.
//!
//! <https://spec.graphql.org/draft/#sec--skip>

use apollo_compiler::ast::{DirectiveList, Value};

pub use crate::plan::shape::ConditionId;

/// When a field is there: one of the alternatives holds, each of which is a set of variables with the value that
/// they must have. Alternatives come from fields that are merged, such as `a @include(if: $x) a @include(if: $y)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Sorted, none implied by another, none empty.
    pub alternatives: Vec<Guard>,
}

/// Variables with the value that they must have; sorted by name. Empty: always.
pub type Guard = Vec<(String, bool)>;

impl Condition {
    /// The condition under which one of `guards` holds; `None` when that is always.
    pub(super) fn any(mut guards: Vec<Guard>) -> Option<Condition> {
        guards.sort();
        guards.dedup();
        let implied = |guard: &Guard, by: &Guard| guard != by && by.iter().all(|term| guard.contains(term));
        let alternatives: Vec<Guard> = guards
            .iter()
            .filter(|guard| !guards.iter().any(|other| implied(guard, other)))
            .cloned()
            .collect();
        if alternatives.iter().any(Vec::is_empty) { None } else { Some(Condition { alternatives }) }
    }

    /// Whether the condition holds, when `variable` tells the value of each variable.
    ///
    /// # Errors
    /// The name of a variable that has none: it is null, which no directive takes.
    pub fn holds(&self, variable: impl Fn(&str) -> Option<bool>) -> Result<bool, &str> {
        let mut holds = false;
        for guard in &self.alternatives {
            let mut all = true;
            for (name, value) in guard {
                all &= variable(name).ok_or(name.as_str())? == *value;
            }
            holds |= all;
        }
        Ok(holds)
    }
}

/// Adds what the directives of a selection demand to the guard of what is around it; `None` when it is never
/// there.
pub(super) fn guard(outer: &Guard, directives: &DirectiveList) -> Option<Guard> {
    let mut guard = outer.clone();
    for (directive, wanted) in [("skip", false), ("include", true)] {
        let Some(directive) = directives.get(directive) else { continue };
        match directive.specified_argument_by_name("if").map(|value| value.as_ref()) {
            Some(Value::Boolean(value)) if *value == wanted => {}
            Some(Value::Boolean(_)) => return None,
            Some(Value::Variable(name)) => {
                if guard.iter().any(|(other, value)| other == name.as_str() && *value != wanted) {
                    return None;
                }
                guard.push((name.to_string(), wanted));
            }
            // Validation has made sure of a Boolean.
            _ => {}
        }
    }
    guard.sort();
    guard.dedup();
    Some(guard)
}
