//! What is expected of a response, and whether a response is that.

use std::fmt;

use super::json::{self, Json};
use super::tokens::{Cursor, Tokens};

/// A part of an expected response.
#[derive(Debug, Clone)]
pub enum Answer {
    Null,
    Bool(bool),
    /// By its digits.
    Number(String),
    /// A number however it is written, and whether it has 32 bits.
    Float(f64, bool),
    Text(String),
    /// JSON as a column has it.
    Raw(String),
    /// An opaque text that says this place.
    Cursor(Cursor),
    /// An opaque text that says this row of this table.
    Id(usize, usize),
    List(Vec<Answer>),
    /// Any of them.
    OneOf(Vec<Answer>),
    /// In this order.
    Object(Vec<(String, Answer)>),
}

/// The error of a field: where it is, and its code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldError {
    pub path: String,
    pub code: &'static str,
}

/// An expected response.
#[derive(Debug, Clone)]
pub struct Expected {
    pub data: Answer,
    /// In any order.
    pub errors: Vec<FieldError>,
}

impl Expected {
    /// Whether a response is what is expected.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, response: &str, tokens: &mut Tokens) -> Result<(), String> {
        let response = json::parse(response).ok_or("the response is no JSON")?;
        let mut errors: Vec<_> = response.field("errors").map_or(Vec::new(), |errors| {
            let code = |error: &Json| error.field("extensions")?.field("code").map(Json::text);
            errors.items().iter().map(|error| (path(error), code(error).unwrap_or_default())).collect()
        });
        errors.sort();
        let mut expected: Vec<_> =
            self.errors.iter().map(|error| (error.path.clone(), error.code.to_owned())).collect();
        expected.sort();
        let Some(data) = response.field("data") else { return Err("there is no data".into()) };
        self.data.check(data, "data", tokens)?;
        if errors == expected { Ok(()) } else { Err(format!("the errors are not {expected:?}")) }
    }
}

/// `a.0.b`
fn path(error: &Json) -> String {
    let path = error.field("path").map(Json::items).unwrap_or_default();
    path.iter().map(Json::text).collect::<Vec<_>>().join(".")
}

impl Answer {
    fn check(&self, found: &Json, place: &str, tokens: &mut Tokens) -> Result<(), String> {
        let wrong = || Err(format!("{place} is {found:?} and not {self}"));
        let is_it = match (self, found) {
            (Answer::Null, Json::Null) => true,
            (Answer::Bool(expected), Json::Bool(found)) => expected == found,
            (Answer::Number(expected), Json::Number(found)) | (Answer::Text(expected), Json::Text(found)) => {
                expected == found
            }
            (Answer::Float(expected, false), Json::Number(found)) => {
                found.parse::<f64>().is_ok_and(|found| found.to_bits() == expected.to_bits())
            }
            (Answer::Float(expected, true), Json::Number(found)) => {
                found.parse::<f32>().is_ok_and(|found| f64::from(found).to_bits() == expected.to_bits())
            }
            (Answer::Raw(expected), found) => json::parse(expected).as_ref() == Some(found),
            (Answer::OneOf(answers), found) => {
                answers.iter().any(|answer| answer.check(found, place, tokens).is_ok())
            }
            (Answer::Cursor(cursor), Json::Text(text)) => tokens.is_cursor(cursor, text),
            (Answer::Id(table, row), Json::Text(text)) => tokens.is_id((*table, *row), text),
            (Answer::List(expected), Json::List(found)) if expected.len() == found.len() => {
                for (number, (expected, found)) in expected.iter().zip(found).enumerate() {
                    expected.check(found, &format!("{place}.{number}"), tokens)?;
                }
                true
            }
            (Answer::Object(expected), Json::Object(found)) => {
                if !expected.iter().map(|(name, _)| name).eq(found.iter().map(|(name, _)| name)) {
                    return wrong();
                }
                for ((name, expected), (_, found)) in expected.iter().zip(found) {
                    expected.check(found, &format!("{place}.{name}"), tokens)?;
                }
                true
            }
            _ => false,
        };
        if is_it { Ok(()) } else { wrong() }
    }

    /// How many objects there are.
    pub fn objects(&self) -> usize {
        match self {
            Answer::Object(fields) => 1 + fields.iter().map(|(_, field)| field.objects()).sum::<usize>(),
            Answer::List(items) => items.iter().map(Answer::objects).sum(),
            _ => 0,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Null => f.write_str("null"),
            Answer::Bool(value) => write!(f, "{value}"),
            Answer::Number(text) | Answer::Raw(text) => f.write_str(text),
            Answer::Float(value, _) => write!(f, "{value:?}"),
            Answer::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Answer::Cursor(cursor) => write!(f, "<cursor of row {} of table {}>", cursor.row, cursor.table),
            Answer::Id(table, row) => write!(f, "<id of row {row} of table {table}>"),
            Answer::OneOf(answers) => match answers.first() {
                Some(answer) => answer.fmt(f),
                None => f.write_str("nothing"),
            },
            Answer::List(items) => {
                f.write_str("[")?;
                for (number, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if number == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Answer::Object(fields) => {
                f.write_str("{")?;
                for (number, (name, field)) in fields.iter().enumerate() {
                    write!(f, "{}\"{name}\":{field}", if number == 0 { "" } else { "," })?;
                }
                f.write_str("}")
            }
        }
    }
}
