//! Values of columns in memory: read from what Postgres is given and from what a request says, compared, and answered.

use std::cmp::Ordering;

use onefold::schema::ScalarType;

use super::answer::Answer;
use super::calendar::{self, Moment};
use super::decimal::Decimal;
use super::input::Input;

/// A value that is not null.
#[derive(Debug, Clone)]
pub enum Plain {
    Bool(bool),
    Int(i64),
    /// One of 32 bits too.
    Float(f64),
    Text(String),
    Decimal(Decimal),
    Uuid(String),
    Moment(Moment),
    /// The text of a `json` or `jsonb`.
    Json(String),
    /// The position among the values of the enum.
    Label(usize),
}

/// A value without a place in JSON.
#[derive(Debug)]
pub struct NotFinite;

impl Plain {
    /// What a column has that was given this SQL literal.
    ///
    /// # Panics
    /// It is no literal of that type.
    pub fn of_sql(scalar: ScalarType, sql: &str) -> Plain {
        let text = match sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(quoted) => quoted.replace("''", "'"),
            None => sql.trim_matches(['(', ')']).to_owned(),
        };
        if let ScalarType::Enum(definition) = scalar {
            let label = definition.values.iter().position(|value| value.label == text);
            return Plain::Label(label.expect("labels are those of the enum"));
        }
        Plain::of_text(scalar, &text).unwrap_or_else(|| panic!("{sql} is a {scalar:?}"))
    }

    /// The value that a request compares with.
    ///
    /// # Panics
    /// It is none of that type.
    pub fn of_input(scalar: ScalarType, input: &Input) -> Plain {
        let value = match (scalar, input) {
            (ScalarType::Bool, Input::Bool(value)) => Some(Plain::Bool(*value)),
            (ScalarType::Enum(definition), Input::Name(name) | Input::Text(name)) => {
                definition.values.iter().position(|value| value.name == name).map(Plain::Label)
            }
            (ScalarType::Json | ScalarType::Jsonb, input) => Some(Plain::Json(input.json().to_string())),
            (_, Input::Text(text) | Input::Number(text)) => Plain::of_text(scalar, text),
            _ => None,
        };
        value.unwrap_or_else(|| panic!("{input:?} is a {scalar:?}"))
    }

    fn of_text(scalar: ScalarType, text: &str) -> Option<Plain> {
        Some(match scalar {
            ScalarType::Bool => Plain::Bool(text.parse().ok()?),
            ScalarType::Int2 | ScalarType::Int4 | ScalarType::Int8 => Plain::Int(text.parse().ok()?),
            ScalarType::Float4 => Plain::Float(text.parse::<f32>().ok()?.into()),
            ScalarType::Float8 => Plain::Float(text.parse().ok()?),
            ScalarType::Text => Plain::Text(text.to_owned()),
            ScalarType::Numeric => Plain::Decimal(Decimal::of(text)?),
            ScalarType::Uuid => Plain::Uuid(text.to_lowercase()),
            ScalarType::Date => Plain::Moment(calendar::date(text)?),
            ScalarType::Timestamp | ScalarType::Timestamptz => Plain::Moment(calendar::timestamp(text)?),
            ScalarType::Json | ScalarType::Jsonb => Plain::Json(text.to_owned()),
            _ => return None,
        })
    }

    /// The order of two values of one column, which is that of Postgres: `NaN` is equal to itself and the greatest.
    pub fn order(&self, other: &Plain) -> Ordering {
        match (self, other) {
            (Plain::Bool(one), Plain::Bool(other)) => one.cmp(other),
            (Plain::Int(one), Plain::Int(other)) => one.cmp(other),
            (Plain::Float(one), Plain::Float(other)) => {
                one.partial_cmp(other).unwrap_or_else(|| one.is_nan().cmp(&other.is_nan()))
            }
            (Plain::Text(one), Plain::Text(other)) | (Plain::Uuid(one), Plain::Uuid(other)) => one.cmp(other),
            (Plain::Decimal(one), Plain::Decimal(other)) => one.cmp(other),
            (Plain::Moment(one), Plain::Moment(other)) => one.cmp(other),
            (Plain::Label(one), Plain::Label(other)) => one.cmp(other),
            // There is no order of these, only that they are equal.
            (Plain::Json(one), Plain::Json(other)) => {
                let [one, other] = [one, other]
                    .map(|text| serde_json::from_str::<serde_json::Value>(text).expect("it is JSON"));
                if one == other { Ordering::Equal } else { Ordering::Less }
            }
            _ => panic!("{self:?} and {other:?} are of one type"),
        }
    }

    /// Whether Postgres takes two values to be equal.
    pub fn equals(&self, other: &Plain) -> bool {
        self.order(other) == Ordering::Equal
    }

    /// The value of an integer.
    ///
    /// # Panics
    /// It is none.
    pub fn int(&self) -> i64 {
        match self {
            Plain::Int(value) => *value,
            other => panic!("{other:?} is an integer"),
        }
    }

    /// What a response has for it.
    ///
    /// # Errors
    /// JSON has no such value.
    pub fn answer(&self, scalar: ScalarType) -> Result<Answer, NotFinite> {
        Ok(match (self, scalar) {
            (Plain::Bool(value), _) => Answer::Bool(*value),
            (Plain::Int(value), ScalarType::Int8) => Answer::Text(value.to_string()),
            (Plain::Int(value), _) => Answer::Number(value.to_string()),
            (Plain::Float(value), _) if !value.is_finite() => return Err(NotFinite),
            (Plain::Float(value), _) => Answer::Float(*value, scalar == ScalarType::Float4),
            (Plain::Text(text) | Plain::Uuid(text), _) => Answer::Text(text.clone()),
            (Plain::Decimal(value), _) => Answer::Text(value.text().ok_or(NotFinite)?.to_owned()),
            (Plain::Moment(moment), scalar) => {
                let days_only = scalar == ScalarType::Date;
                let text = calendar::print(*moment, days_only).ok_or(NotFinite)?;
                let zone = if scalar == ScalarType::Timestamptz { "+00:00" } else { "" };
                Answer::Text(match text.strip_suffix(" BC") {
                    Some(text) => format!("{text}{zone} BC"),
                    None => text + zone,
                })
            }
            (Plain::Json(text), _) => Answer::Raw(text.clone()),
            (Plain::Label(position), ScalarType::Enum(definition)) => {
                Answer::Text(definition.values[*position].name.to_owned())
            }
            (Plain::Label(_), _) => panic!("a label is of an enum"),
        })
    }
}
