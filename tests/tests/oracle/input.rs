//! The values of arguments: literals and variables, as one.

use std::collections::HashMap;

use apollo_compiler::ast::{OperationDefinition, Value as Literal};
use serde_json::{Map, Value};

/// A value that is given.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Null,
    Bool(bool),
    /// Its digits.
    Number(String),
    Text(String),
    /// A value of an enum, in a document.
    Name(String),
    List(Vec<Input>),
    Object(Vec<(String, Input)>),
}

/// The variables that have a value.
pub type Variables = HashMap<String, Input>;

/// The values that the variables of an operation have.
pub fn variables(operation: &OperationDefinition, given: &Map<String, Value>) -> Variables {
    let mut values = Variables::new();
    for variable in &operation.variables {
        let default = || Input::of_literal(variable.default_value.as_ref()?, &Variables::new());
        if let Some(value) = given.get(variable.name.as_str()).map(Input::of_json).or_else(default) {
            values.insert(variable.name.to_string(), value);
        }
    }
    values
}

impl Input {
    /// Nothing for a variable without a value.
    pub fn of_literal(literal: &Literal, variables: &Variables) -> Option<Input> {
        Some(match literal {
            Literal::Null => Input::Null,
            Literal::Enum(name) => Input::Name(name.to_string()),
            Literal::Variable(name) => return variables.get(name.as_str()).cloned(),
            Literal::String(text) => Input::Text(text.clone()),
            Literal::Float(number) => Input::Number(number.as_str().to_owned()),
            Literal::Int(number) => Input::Number(number.as_str().to_owned()),
            Literal::Boolean(value) => Input::Bool(*value),
            Literal::List(items) => {
                let item = |item: &apollo_compiler::Node<Literal>| Input::of_literal(item, variables);
                Input::List(items.iter().map(|it| item(it).unwrap_or(Input::Null)).collect())
            }
            Literal::Object(fields) => {
                let fields = fields.iter();
                let given = fields.filter_map(|(name, field)| {
                    Some((name.to_string(), Input::of_literal(field, variables)?))
                });
                Input::Object(given.collect())
            }
        })
    }

    fn of_json(value: &Value) -> Input {
        match value {
            Value::Null => Input::Null,
            Value::Bool(value) => Input::Bool(*value),
            Value::Number(number) => Input::Number(number.to_string()),
            Value::String(text) => Input::Text(text.clone()),
            Value::Array(items) => Input::List(items.iter().map(Input::of_json).collect()),
            Value::Object(fields) => Input::Object(
                fields.iter().map(|(name, field)| (name.clone(), Input::of_json(field))).collect(),
            ),
        }
    }

    /// A value that is JSON as it is.
    pub fn json(&self) -> Value {
        match self {
            Input::Null => Value::Null,
            Input::Bool(value) => (*value).into(),
            Input::Number(digits) => serde_json::from_str(digits).expect("numbers are those of JSON"),
            Input::Text(text) | Input::Name(text) => text.clone().into(),
            Input::List(items) => items.iter().map(Input::json).collect(),
            Input::Object(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), field.json())).collect()
            }
        }
    }

    /// The items of a list; a value that is none is its only item.
    pub fn items(&self) -> &[Input] {
        match self {
            Input::List(items) => items,
            only => std::slice::from_ref(only),
        }
    }

    /// The fields of an input object.
    pub fn fields(&self) -> &[(String, Input)] {
        match self {
            Input::Object(fields) => fields,
            other => panic!("{other:?} is an input object"),
        }
    }

    /// A text, or the name of an enum's value.
    pub fn text(&self) -> &str {
        match self {
            Input::Text(text) | Input::Name(text) => text,
            other => panic!("{other:?} is a text"),
        }
    }

    pub fn is_true(&self) -> bool {
        *self == Input::Bool(true)
    }

    pub fn number(&self) -> usize {
        match self {
            Input::Number(digits) => digits.parse().expect("numbers of rows are not below zero"),
            other => panic!("{other:?} is a number"),
        }
    }
}
