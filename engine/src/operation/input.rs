//! Arguments as they stand in a document, with the structure of variables in the places of variables: one view of
//! both, for typing them.

use std::fmt;

use apollo_compiler::Node;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::SourceSpan;
use serde_json::Value;

use super::variables::Structure;

/// The way to a value within the variables: `$filter.name.eq`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// The variable's name.
    pub variable: String,
    steps: Vec<Step>,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a field of an input object.
    Field(String),
    /// Into an item of a list, from 0.
    Index(usize),
}

impl From<usize> for Step {
    fn from(index: usize) -> Step {
        Step::Index(index)
    }
}

impl From<&str> for Step {
    fn from(name: &str) -> Step {
        Step::Field(name.to_owned())
    }
}

impl Path {
    /// The path of a whole variable.
    pub fn new(variable: &str) -> Path {
        Path { variable: variable.to_owned(), steps: Vec::new() }
    }

    /// The variable that the path leads to; none where it goes into it.
    pub(crate) fn whole(&self) -> Option<&str> {
        self.steps.is_empty().then_some(self.variable.as_str())
    }

    /// The path one step further.
    fn step(&self, step: impl Into<Step>) -> Path {
        let mut path = self.clone();
        path.steps.push(step.into());
        path
    }

    /// Does something one step further and comes back.
    pub(super) fn within<T>(&mut self, step: impl Into<Step>, f: impl FnOnce(&mut Path) -> T) -> T {
        self.steps.push(step.into());
        let result = f(self);
        self.steps.pop();
        result
    }

    /// What the path leads to within the variable's value.
    pub(super) fn follow<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        self.steps.iter().try_fold(value, |value, step| match step {
            Step::Field(name) => value.get(name),
            Step::Index(index) => value.get(index),
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.variable)?;
        for step in &self.steps {
            match step {
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// What an operation declares, with the structure of each variable.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    operation: &'a Operation,
    structure: &'a [Structure],
}

/// An argument, or part of one.
#[derive(Clone)]
pub(super) enum Input<'a> {
    /// It stands in the document, and may have variables within.
    Literal(&'a Node<Literal>),
    /// It is a variable, or part of one.
    Variable { path: Path, structure: &'a Structure },
}

/// Whether an argument is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Absent,
    Null,
    Given,
}

impl<'a> Scope<'a> {
    pub(super) fn new(operation: &'a Operation, structure: &'a [Structure]) -> Scope<'a> {
        Scope { operation, structure }
    }

    /// A value of the document, or the variable that stands in its place.
    pub(super) fn input(&self, literal: &'a Node<Literal>) -> Input<'a> {
        if let Literal::Variable(name) = literal.as_ref() {
            let position = self.operation.variables.iter().position(|definition| definition.name == *name);
            let structure = position.and_then(|position| self.structure.get(position));
            return Input::Variable {
                path: Path::new(name),
                structure: structure.unwrap_or(&Structure::Absent),
            };
        }
        Input::Literal(literal)
    }

    /// The fields of an input object that are there.
    pub(super) fn fields(&self, input: &Input<'a>) -> Vec<(&'a str, Input<'a>)> {
        match input {
            Input::Literal(literal) => {
                let fields = literal.as_object().unwrap_or_default().iter();
                fields
                    .map(|(name, value)| (name.as_str(), self.input(value)))
                    .filter(|(_, input)| input.presence() != Presence::Absent)
                    .collect()
            }
            Input::Variable { path, structure: Structure::Object(fields) } => fields
                .iter()
                .map(|(name, structure)| {
                    (name.as_str(), Input::Variable { path: path.step(name.as_str()), structure })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The items of a list; a single value is a list of one.
    ///
    /// <https://spec.graphql.org/draft/#sec-List.Input-Coercion>
    pub(super) fn items(&self, input: &Input<'a>) -> Vec<Input<'a>> {
        match input {
            Input::Literal(literal) if let Some(items) = literal.as_list() => {
                items.iter().map(|item| self.input(item)).collect()
            }
            Input::Variable { path, structure: Structure::List(items) } => items
                .iter()
                .enumerate()
                .map(|(i, structure)| Input::Variable { path: path.step(i), structure })
                .collect(),
            single => vec![single.clone()],
        }
    }
}

impl<'a> Input<'a> {
    pub(super) fn presence(&self) -> Presence {
        match self {
            Input::Literal(literal) if literal.is_null() => Presence::Null,
            Input::Variable { structure: Structure::Null, .. } => Presence::Null,
            Input::Variable { structure: Structure::Absent, .. } => Presence::Absent,
            Input::Literal(_) | Input::Variable { .. } => Presence::Given,
        }
    }

    /// Where it stands in the document.
    pub(super) fn place(&self) -> Option<SourceSpan> {
        match self {
            Input::Literal(literal) => literal.location(),
            Input::Variable { .. } => None,
        }
    }

    /// The name of an enum's value.
    pub(super) fn name(&self) -> Option<&'a str> {
        match self {
            Input::Literal(literal) => literal.as_enum().map(|name| name.as_str()),
            Input::Variable { structure: Structure::Enum(name), .. } => Some(name.as_str()),
            _ => None,
        }
    }
}
