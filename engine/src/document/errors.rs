//! Diagnostics of `apollo-compiler` → errors as a client sees them: each mistake once, in the order of the text, with
//! a code and a hint. Knows of the diagnostics only their messages, places and unstable names, which is why `tests.rs`
//! has a document for each kind.

use std::collections::HashSet;
use std::ops::Range;

use apollo_compiler::Schema;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::LineColumn;
use apollo_compiler::validation::DiagnosticList;

use super::suggestion::hint;
use crate::config::Limits;
use crate::error::{Code, GraphQLError};

/// The mistakes found so far in one document.
pub(super) struct Errors<'a> {
    schema: &'a Schema,
    limits: &'a Limits,
    mistakes: Vec<Mistake>,
    /// Where selections or definitions are that could not be built, and so are not in the document that is validated.
    unbuilt: Vec<LineColumn>,
}

struct Mistake {
    /// The name that `apollo-compiler` has for its kind; none for syntax errors and limits of the parser.
    name: Option<&'static str>,
    range: Option<Range<LineColumn>>,
    error: GraphQLError,
}

impl<'a> Errors<'a> {
    pub(super) fn new(schema: &'a Schema, limits: &'a Limits) -> Errors<'a> {
        Errors { schema, limits, mistakes: Vec::new(), unbuilt: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// Whether there is text that could not be read.
    pub(super) fn is_unreadable(&self) -> bool {
        self.mistakes.iter().any(|mistake| mistake.name.is_none())
    }

    /// Adds what kept the parser from building the document, or parts of it.
    pub(super) fn of_building(&mut self, list: &DiagnosticList) {
        let mistakes = self.read(list);
        self.mistakes.extend(mistakes);
        if self.is_unreadable() {
            // What the parser made of such a text is a guess, and so are mistakes in it.
            self.mistakes.retain(|mistake| mistake.name.is_none());
        }
        let ranges = self.mistakes.iter().filter_map(|mistake| mistake.range.as_ref());
        self.unbuilt = ranges.map(|range| range.start).collect();
    }

    /// Adds what is wrong with the names of fragments and variables in the syntax tree of a document that could not
    /// be built entirely.
    pub(super) fn of_names(&mut self, list: &DiagnosticList) {
        // Of several definitions that must not be together only one is looked into, so what the others use might seem
        // to be unused.
        let collides = self.mistakes.iter().any(|mistake| {
            matches!(
                mistake.name,
                Some("AmbiguousAnonymousOperation" | "OperationNameCollision" | "FragmentNameCollision")
            )
        });
        let mut mistakes = self.read(list);
        mistakes.retain(|mistake| is_of_names(mistake) && (!collides || is_undefined(mistake)));
        self.mistakes.extend(mistakes);
    }

    /// Adds what is wrong with what could be built.
    pub(super) fn of_validation(&mut self, list: &DiagnosticList) {
        let mut mistakes = self.read(list);
        if !self.unbuilt.is_empty() {
            mistakes.retain(|mistake| !is_of_names(mistake) && !self.has_lost_its_selection(mistake));
        }
        self.mistakes.extend(mistakes);
    }

    /// Adds what is wrong with values, of which `apollo-compiler` may have said less.
    pub(super) fn of_values(&mut self, errors: Vec<GraphQLError>) {
        let places: HashSet<_> = errors.iter().map(|error| error.locations.clone()).collect();
        self.mistakes.retain(|mistake| {
            mistake.name != Some("UnsupportedValueType") || !places.contains(&mistake.error.locations)
        });
        let mistake = |error| Mistake { name: Some("Value"), range: None, error };
        self.mistakes.extend(errors.into_iter().map(mistake));
    }

    /// The errors, each once.
    pub(super) fn finish(self) -> Vec<GraphQLError> {
        let mut errors: Vec<_> = self.mistakes.into_iter().map(|mistake| mistake.error).collect();
        // Beyond a limit little else is certain: the parser reports what follows as syntax errors.
        if errors.iter().any(|error| error.extensions.code == Code::LimitExceeded) {
            errors.retain(|error| error.extensions.code == Code::LimitExceeded);
        }
        errors.sort_by_key(|error| error.locations.first().map(|place| (place.line, place.column)));
        let mut seen = HashSet::new();
        errors.retain(|error| seen.insert(error.clone()));
        errors
    }

    /// Whether a field only seems to have no selection, since none of it could be built.
    fn has_lost_its_selection(&self, mistake: &Mistake) -> bool {
        let within = |range: &Range<LineColumn>| {
            let key = |place: &LineColumn| (place.line, place.column);
            let range = key(&range.start)..=key(&range.end);
            self.unbuilt.iter().any(|place| range.contains(&key(place)))
        };
        mistake.name == Some("MissingSubselection") && mistake.range.as_ref().is_some_and(within)
    }

    fn read(&self, list: &DiagnosticList) -> Vec<Mistake> {
        list.iter()
            .map(|diagnostic| {
                let name = diagnostic.error.unstable_error_name();
                let (code, message) = self.kind(name, diagnostic.error.to_string());
                let range = diagnostic.line_column_range();
                let place = super::location(diagnostic.error.location(), diagnostic.sources);
                Mistake { name, range, error: GraphQLError::new(code, message).at(place) }
            })
            .collect()
    }

    fn kind(&self, name: Option<&str>, message: String) -> (Code, String) {
        match name {
            Some("RecursionLimitError" | "RecursionError" | "DeeplyNestedType") => {
                (Code::LimitExceeded, format!("{message} (setting `limits.max_depth`)"))
            }
            Some(_) => {
                let hint = hint(self.schema, name, &message);
                (Code::GraphqlValidationFailed, message + &hint)
            }
            None if message.starts_with("syntax error") => (Code::GraphqlParseFailed, message),
            None if message.starts_with("token limit") => {
                let limit = self.limits.max_tokens;
                let message =
                    format!("the document has more than {limit} tokens (setting `limits.max_tokens`)");
                (Code::LimitExceeded, message)
            }
            None => {
                let message = "the document is nested too deep to be read (setting `limits.max_depth`)";
                (Code::LimitExceeded, message.into())
            }
        }
    }
}

/// Whether a mistake is about names that any part of the document may use or define.
fn is_of_names(mistake: &Mistake) -> bool {
    matches!(mistake.name, Some("UnusedVariable" | "UnusedFragment")) || is_undefined(mistake)
}

fn is_undefined(mistake: &Mistake) -> bool {
    mistake.name == Some("UndefinedFragment")
}
