//! A valid document → the mistakes in merged fields that `apollo-compiler` does not look for: to it two lists are the same
//! when the one begins with the other.
//!
//! <https://spec.graphql.org/draft/#sec-Field-Selection-Merging>

use std::collections::HashSet;

use apollo_compiler::ast::Value;
use apollo_compiler::collections::{IndexMap, IndexSet};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Schema};

use super::location;
use crate::error::{Code, GraphQLError};

/// Checks the fields of each operation, at most so many of them: one with more is refused when it is compiled.
pub(super) fn check(schema: &Schema, document: &ExecutableDocument, max_fields: usize) -> Vec<GraphQLError> {
    let mut errors = Vec::new();
    'operations: for operation in document.operations.iter() {
        let (mut fields, mut seen) = (0, HashSet::new());
        let mut merged = vec![vec![&operation.selection_set]];
        while let Some(sets) = merged.pop() {
            for alike in by_key(document, &sets) {
                fields += alike.len();
                if fields > max_fields {
                    continue 'operations;
                }
                for alike in of_one_object(schema, &alike) {
                    errors.extend(difference(document, &alike));
                    let mut within: Vec<_> = alike.iter().map(|field| &field.selection_set).collect();
                    within.retain(|set| !set.selections.is_empty());
                    // Sets that are merged again say nothing new.
                    if seen.insert(within.iter().map(|set| std::ptr::from_ref(*set)).collect::<Vec<_>>()) {
                        merged.push(within);
                    }
                }
            }
        }
    }
    errors
}

/// The fields of some selection sets by response key, each with the type that it is selected on.
fn by_key<'a>(
    document: &'a ExecutableDocument,
    sets: &[&'a SelectionSet],
) -> impl Iterator<Item = Vec<(&'a Name, &'a Field)>> + use<'a> {
    let mut found: IndexMap<&Name, Vec<(&Name, &Field)>> = IndexMap::default();
    let (mut sets, mut seen, mut next) = (sets.to_vec(), HashSet::new(), 0);
    while let Some(set) = sets.get(next).copied() {
        next += 1;
        if !seen.insert(std::ptr::from_ref(set)) {
            continue;
        }
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    found.entry(field.response_key()).or_default().push((&set.ty, field));
                }
                Selection::InlineFragment(fragment) => sets.push(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.fragment_name);
                    sets.extend(fragment.map(|fragment| &fragment.selection_set));
                }
            }
        }
    }
    found.into_values()
}

/// Those that can be fields of one object, for each type of an object. A field of an interface or union is of any.
fn of_one_object<'a>(schema: &Schema, fields: &[(&Name, &'a Field)]) -> Vec<Vec<&'a Field>> {
    let is_of_any = |ty: &Name| schema.get_object(ty).is_none();
    let objects: IndexSet<&Name> = fields.iter().map(|(ty, _)| *ty).filter(|ty| !is_of_any(ty)).collect();
    if objects.is_empty() {
        return vec![fields.iter().map(|(_, field)| *field).collect()];
    }
    let of = |object: &Name| {
        let alike = fields.iter().filter(|(ty, _)| *ty == object || is_of_any(ty));
        alike.map(|(_, field)| *field).collect()
    };
    objects.into_iter().map(of).collect()
}

/// The mistake of the first field whose arguments are others than those of the one before it.
fn difference(document: &ExecutableDocument, fields: &[&Field]) -> Option<GraphQLError> {
    let differ = |pair: &&[&Field]| {
        let [one, other] = pair else { return false };
        one.arguments.iter().any(|argument| {
            let same = other.arguments.iter().find(|same| same.name == argument.name);
            same.is_some_and(|same| have_other_lengths(&argument.value, &same.value))
        })
    };
    let [_, other] = fields.windows(2).find(differ)? else { return None };
    let key = other.response_key();
    let message = format!("operation must not provide conflicting field arguments for the same name `{key}`");
    let place = location(other.name.location(), &document.sources);
    Some(GraphQLError::new(Code::GraphqlValidationFailed, message).at(place))
}

/// Whether there are lists in the same places that have not as many items.
fn have_other_lengths(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() != other.len()
                || one.iter().zip(other).any(|(one, other)| have_other_lengths(one, other))
        }
        (Value::Object(one), Value::Object(other)) => one.iter().any(|(name, one)| {
            let same = other.iter().find(|(same, _)| same == name);
            same.is_some_and(|(_, other)| have_other_lengths(one, other))
        }),
        _ => false,
    }
}
