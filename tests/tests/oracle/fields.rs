//! The fields that are selected, merged by their response keys.
//!
//! <https://spec.graphql.org/draft/#CollectFields()>

use std::collections::HashMap;

use apollo_compiler::ast::{
    Argument, Definition, DirectiveList, Document, Field, FragmentDefinition, Selection,
};
use apollo_compiler::{Name, Node};

use super::input::{Input, Variables};

/// What a document has besides its operation.
pub struct Context {
    pub variables: Variables,
    pub fragments: HashMap<Name, Node<FragmentDefinition>>,
}

/// A selection set, and whether it is included.
pub type Set<'a> = (&'a [Selection], bool);

/// A response key with its fields.
pub struct Selected<'a> {
    pub key: String,
    /// The first that is included.
    pub field: &'a Field,
    /// What is selected within.
    pub sets: Vec<Set<'a>>,
}

impl Context {
    pub fn new(document: &Document, variables: Variables) -> Context {
        let fragments = document.definitions.iter().filter_map(|definition| match definition {
            Definition::FragmentDefinition(fragment) => Some((fragment.name.clone(), fragment.clone())),
            _ => None,
        });
        Context { variables, fragments: fragments.collect() }
    }

    /// The fields of an object of a type. A field stands where the first of its places is, also when a variable leaves that
    /// one out.
    pub fn fields<'a>(&'a self, sets: &[Set<'a>], fits: &dyn Fn(&str) -> bool) -> Vec<Selected<'a>> {
        let mut places = Vec::new();
        for (set, included) in sets {
            self.collect(set, *included, fits, &mut places);
        }
        let mut keys: Vec<&str> = Vec::new();
        for (field, _) in &places {
            let key = field.response_name().as_str();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.into_iter()
            .filter_map(|key| {
                let of_key: Vec<_> =
                    places.iter().filter(|(field, _)| field.response_name().as_str() == key).collect();
                let (field, _) = of_key.iter().find(|(_, included)| *included)?;
                let sets = of_key.iter().map(|(field, included)| (field.selection_set.as_slice(), *included));
                Some(Selected { key: key.to_owned(), field, sets: sets.collect() })
            })
            .collect()
    }

    fn collect<'a>(
        &'a self,
        set: &'a [Selection],
        included: bool,
        fits: &dyn Fn(&str) -> bool,
        places: &mut Vec<(&'a Field, bool)>,
    ) {
        for selection in set {
            if is_never_included(directives(selection)) {
                continue;
            }
            let included = included && self.is_included(directives(selection));
            match selection {
                Selection::Field(field) => places.push((field, included)),
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.fragments[&spread.fragment_name];
                    let included = included && self.is_included(&fragment.directives);
                    if fits(&fragment.type_condition) {
                        self.collect(&fragment.selection_set, included, fits, places);
                    }
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(|name| fits(name)) {
                        self.collect(&fragment.selection_set, included, fits, places);
                    }
                }
            }
        }
    }

    fn is_included(&self, directives: &DirectiveList) -> bool {
        directives.iter().all(|directive| {
            let condition = self.argument(&directive.arguments, "if").is_some_and(|value| value.is_true());
            match directive.name.as_str() {
                "skip" => !condition,
                "include" => condition,
                _ => true,
            }
        })
    }

    /// The value of an argument. Null says the same as nothing.
    pub fn argument(&self, arguments: &[Node<Argument>], name: &str) -> Option<Input> {
        let argument = arguments.iter().find(|argument| argument.name == name)?;
        Input::of_literal(&argument.value, &self.variables).filter(|input| *input != Input::Null)
    }
}

/// Whether the document itself leaves something out, without a variable.
pub fn is_never_included(directives: &DirectiveList) -> bool {
    directives.iter().any(|directive| {
        let condition = directive.specified_argument_by_name("if").and_then(|value| value.to_bool());
        match directive.name.as_str() {
            "skip" => condition == Some(true),
            "include" => condition == Some(false),
            _ => false,
        }
    })
}

/// The directives of a selection.
pub fn directives(selection: &Selection) -> &DirectiveList {
    match selection {
        Selection::Field(field) => &field.directives,
        Selection::FragmentSpread(spread) => &spread.directives,
        Selection::InlineFragment(fragment) => &fragment.directives,
    }
}
