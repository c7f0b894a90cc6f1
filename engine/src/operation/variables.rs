//! Raw JSON → the operation's variables, of the declared types, and their structure.
//!
//! <https://spec.graphql.org/draft/#CoerceVariableValues()>
//!
//! `apollo-compiler` can do this too, but stops at the first mistake and does not wrap single values of lists in
//! defaults.

use std::borrow::Cow;
use std::collections::BTreeSet;

use apollo_compiler::Schema;
use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::executable::{Operation, VariableDefinition};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::input::Path;
use crate::cursor;
use crate::document::{Document, named_type, nearest};
use crate::error::{Code, GraphQLError, Location};
use crate::model::COLUMN;

/// The values of an operation's variables as they came in.
#[derive(Debug, Clone)]
pub enum Given {
    /// By name.
    Values(Map<String, Value>),
    /// As JSON.
    Json(GivenJson),
}

/// The JSON of an object that is kept as text until it is known what its members are for.
#[derive(Debug, Clone)]
pub struct GivenJson(Box<str>);

impl Default for Given {
    fn default() -> Given {
        Given::Values(Map::new())
    }
}

impl From<Map<String, Value>> for Given {
    fn from(values: Map<String, Value>) -> Given {
        Given::Values(values)
    }
}

impl Given {
    /// The deepest that lists and objects are nested in text that is kept; `serde_json` reads no more than twice as much.
    const DEEPEST: usize = 64;

    /// Keeps the JSON of an object as text. `None` when it is no object, or when a tree of it may not be possible although it
    /// is JSON: with escapes, and when it is nested deeply.
    pub fn json(raw: &RawValue) -> Option<Given> {
        let text = raw.get();
        let mut depth = 0_usize;
        for byte in text.bytes() {
            match byte {
                b'\\' => return None,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > Given::DEEPEST {
                return None;
            }
        }
        text.starts_with('{').then(|| Given::Json(GivenJson(text.into())))
    }

    /// The values by name.
    pub fn values(&self) -> Cow<'_, Map<String, Value>> {
        match self {
            Given::Values(values) => Cow::Borrowed(values),
            // `json` keeps no text that is not read.
            Given::Json(text) => Cow::Owned(serde_json::from_str(&text.0).unwrap_or_default()),
        }
    }
}

impl GivenJson {
    /// The text, without escapes.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// The values of an operation's variables, each of its declared type. A variable that was not given and has no
/// default is not in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Variables(Map<String, Value>);

impl Variables {
    /// The value at a path, if it was given.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.follow(self.0.get(&path.variable)?)
    }

    /// The value of a Boolean variable; `None` when it is null.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// Variables of which nothing but these is of use, as all others are bound already.
    pub(crate) fn of_booleans(booleans: Vec<(String, bool)>) -> Variables {
        Variables(booleans.into_iter().map(|(name, value)| (name, Value::Bool(value))).collect())
    }

    /// The values as JSON.
    pub fn values(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// What a client is told of a variable that is null where `@skip` or `@include` take it.
pub fn null_condition(document: &Document, operation: Option<&str>, variable: &str) -> GraphQLError {
    let message = format!("variable `${variable}` cannot be null where it decides on `@skip` or `@include`");
    GraphQLError::new(Code::BadUserInput, message).at(declared_at(document, operation, variable))
}

/// Where a variable of an operation is declared.
pub fn declared_at(document: &Document, operation: Option<&str>, variable: &str) -> Option<Location> {
    let operation = document.operation(operation).ok()?;
    let definition = operation.variables.iter().find(|definition| definition.name == variable)?;
    document.location(definition.location())
}

/// What an operation depends on of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Structure {
    /// Not given.
    Absent,
    /// Given as null.
    Null,
    /// Some value, which is bound.
    Value,
    /// A global id: what it begins with, which tells the table; `None` when it is none.
    Id(Option<u32>),
    /// A list of global ids: what they begin with, each once and in order; `None` for one that is none. So neither how many
    /// there are nor in which order makes another operation.
    Ids(Vec<Option<u32>>),
    /// The name of a direction, of a column, or of what a date is cut off to before it is grouped by.
    Enum(String),
    /// An input object with these fields given, sorted by name.
    Object(Vec<(String, Structure)>),
    /// A list of input objects, directions or columns.
    List(Vec<Structure>),
}

/// Gives the variables of an operation their values.
///
/// # Errors
/// Every value that is not of the declared type, and every required one that is missing.
pub fn coerce(
    schema: &Schema,
    document: &Document,
    operation: &Operation,
    raw: &Map<String, Value>,
) -> Result<Variables, Vec<GraphQLError>> {
    let mut coercion = Coercion { schema, errors: Vec::new() };
    let mut values = Map::new();
    for definition in &operation.variables {
        let name = definition.name.as_str();
        let before = coercion.errors.len();
        if let Some(value) = raw.get(name) {
            let value = coercion.value(&mut Path::new(name), &definition.ty, value.clone());
            values.insert(name.to_owned(), value);
        } else if let Some(default) = &definition.default_value {
            let value = coercion.value(&mut Path::new(name), &definition.ty, json(default));
            values.insert(name.to_owned(), value);
        } else if definition.ty.is_non_null() {
            coercion.error(format!("variable `${name}` of type `{}` is required", definition.ty));
        }
        for error in &mut coercion.errors[before..] {
            error.locations.extend(document.location(definition.location()));
        }
    }
    if coercion.errors.is_empty() { Ok(Variables(values)) } else { Err(coercion.errors) }
}

/// The structure of given variables, in the order of their definitions.
pub fn structure(schema: &Schema, operation: &Operation, variables: &Variables) -> Vec<Structure> {
    let of = |definition: &VariableDefinition| match variables.0.get(definition.name.as_str()) {
        None => Structure::Absent,
        Some(value) => structure_of(schema, &definition.ty, value),
    };
    operation.variables.iter().map(|definition| of(definition)).collect()
}

/// The structure that variables most likely have when no values are at hand: required ones are given, and others
/// only when they have a default.
pub fn declared_structure(schema: &Schema, operation: &Operation) -> Vec<Structure> {
    let of = |VariableDefinition { name, ty, default_value, .. }: &VariableDefinition| match default_value {
        Some(default) => {
            let mut coercion = Coercion { schema, errors: Vec::new() };
            let path = &mut Path::new(name);
            structure_of(schema, ty, &coercion.value(path, ty, json(default)))
        }
        None if !ty.is_non_null() => Structure::Absent,
        None => match schema.types.get(named_type(ty)) {
            Some(ExtendedType::InputObject(_)) if ty.is_list() => Structure::List(Vec::new()),
            Some(ExtendedType::InputObject(_)) => Structure::Object(Vec::new()),
            Some(ExtendedType::Enum(definition)) if is_structural(schema, &definition.name) => {
                let first = definition.values.keys().next().map(ToString::to_string);
                let first = Structure::Enum(first.unwrap_or_default());
                if ty.is_list() { Structure::List(vec![first]) } else { first }
            }
            _ => Structure::Value,
        },
    };
    operation.variables.iter().map(|definition| of(definition)).collect()
}

/// The structures that variables can have without null and without fields of input objects, the
/// [declared](declared_structure) one first: variables that need not be given are given or not, directions are both. Where
/// these are more than eight, only those with as little as can be and with all are.
pub fn likely_structures(schema: &Schema, operation: &Operation) -> Vec<Vec<Structure>> {
    let declared = declared_structure(schema, operation);
    let of = |(definition, declared): (&VariableDefinition, &Structure)| {
        let mut structures = vec![declared.clone()];
        let given = match schema.types.get(named_type(&definition.ty)) {
            _ if definition.ty.is_list() => vec![],
            Some(ExtendedType::InputObject(_)) => vec![],
            Some(ExtendedType::Enum(definition)) if definition.name == "OrderDirection" => {
                vec![Structure::Enum("ASC".into()), Structure::Enum("DESC".into())]
            }
            Some(ExtendedType::Enum(definition)) if is_structural(schema, &definition.name) => vec![],
            _ => vec![Structure::Value],
        };
        structures.extend(given.into_iter().filter(|structure| structure != declared));
        structures
    };
    let choices: Vec<_> = operation.variables.iter().map(AsRef::as_ref).zip(&declared).map(of).collect();
    let count = choices.iter().try_fold(1_usize, |count, choices| count.checked_mul(choices.len()));
    if count.is_none_or(|count| count > MOST_STRUCTURES) {
        let given = choices.into_iter().filter_map(|mut choices| choices.pop()).collect();
        return vec![declared, given];
    }
    choices.iter().fold(vec![Vec::new()], |structures, choices| {
        let with = |structure: &Structure| {
            let choice = structure.clone();
            structures.iter().map(move |before| [&before[..], std::slice::from_ref(&choice)].concat())
        };
        choices.iter().flat_map(with).collect()
    })
}

/// How many structures of the variables of one operation are likely at most.
const MOST_STRUCTURES: usize = 8;

/// Whether the values of an enum are part of the statement: directions, columns of a table, and ways to group by one.
fn is_structural(schema: &Schema, name: &str) -> bool {
    let is_table = |name: &str| matches!(schema.types.get(name), Some(ExtendedType::Object(_)));
    matches!(name, "OrderDirection" | "VectorDistance" | "GroupBy" | "DateGroupBy" | "DateTimeGroupBy")
        || name.strip_suffix(COLUMN).is_some_and(is_table)
}

fn structure_of(schema: &Schema, ty: &Type, value: &Value) -> Structure {
    let definition = schema.types.get(named_type(ty));
    match (value, definition) {
        (Value::Null, _) => Structure::Null,
        (value, _) if !ty.is_list() && named_type(ty) == "ID" => {
            Structure::Id(value.as_str().and_then(cursor::belongs_to))
        }
        (Value::Array(items), _) if named_type(ty) == "ID" => {
            let ids: BTreeSet<_> =
                items.iter().map(|item| item.as_str().and_then(cursor::belongs_to)).collect();
            Structure::Ids(ids.into_iter().collect())
        }
        (Value::Array(items), Some(definition))
            if definition.is_input_object() || is_structural(schema, named_type(ty)) =>
        {
            Structure::List(items.iter().map(|item| structure_of(schema, ty.item_type(), item)).collect())
        }
        (Value::Object(fields), Some(ExtendedType::InputObject(definition))) => {
            let mut fields: Vec<_> = fields
                .iter()
                .filter_map(|(name, value)| {
                    let ty = &definition.fields.get(name.as_str())?.ty;
                    Some((name.clone(), structure_of(schema, ty, value)))
                })
                .collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Structure::Object(fields)
        }
        (Value::String(name), Some(ExtendedType::Enum(_))) if is_structural(schema, named_type(ty)) => {
            Structure::Enum(name.clone())
        }
        _ => Structure::Value,
    }
}

/// A literal as JSON; enum values become strings. A variable cannot stand in a default.
pub(super) fn json(literal: &Literal) -> Value {
    match literal {
        Literal::Null | Literal::Variable(_) => Value::Null,
        Literal::Enum(name) => Value::String(name.to_string()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(value) => Value::Bool(*value),
        // The numbers of GraphQL are written as those of JSON.
        Literal::Int(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        Literal::Float(number) => serde_json::from_str(number.as_str()).unwrap_or_default(),
        Literal::List(items) => items.iter().map(|item| json(item)).collect(),
        Literal::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.to_string(), json(value))).collect())
        }
    }
}

struct Coercion<'a> {
    schema: &'a Schema,
    errors: Vec<GraphQLError>,
}

impl Coercion<'_> {
    fn error(&mut self, message: String) {
        self.errors.push(GraphQLError::new(Code::BadUserInput, message));
    }

    fn value(&mut self, path: &mut Path, ty: &Type, value: Value) -> Value {
        if value.is_null() {
            if ty.is_non_null() {
                self.error(format!("variable `{path}` of type `{ty}` cannot be null"));
            }
            return value;
        }
        if ty.is_list() {
            let item = ty.item_type();
            return match value {
                Value::Array(items) => items
                    .into_iter()
                    .enumerate()
                    .map(|(i, value)| path.within(i, |path| self.value(path, item, value)))
                    .collect(),
                // https://spec.graphql.org/draft/#sec-List.Input-Coercion
                value => Value::Array(vec![self.value(path, item, value)]),
            };
        }
        let name = named_type(ty);
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(definition)) => match value {
                Value::Object(fields) => self.object(path, definition, fields),
                value => self.mistake(path, ty, value),
            },
            Some(ExtendedType::Enum(definition)) => match &value {
                Value::String(given) if definition.values.contains_key(given.as_str()) => value,
                Value::String(given) => {
                    let known = nearest(given, definition.values.keys().map(|name| name.as_str()));
                    let hint = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
                    self.error(format!("variable `{path}`: `{given}` is no value of `{name}`{hint}"));
                    value
                }
                _ => self.mistake(path, ty, value),
            },
            _ => {
                let fits = match name {
                    "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                    "Float" => value.is_number(),
                    "String" => value.is_string(),
                    "Boolean" => value.is_boolean(),
                    "ID" => value.is_string() || value.is_i64(),
                    // Other scalars are read when they are bound, where it is known what they become.
                    _ => true,
                };
                if fits { value } else { self.mistake(path, ty, value) }
            }
        }
    }

    fn object(&mut self, path: &mut Path, ty: &InputObjectType, given: Map<String, Value>) -> Value {
        let mut fields = Map::new();
        for (name, value) in given {
            let Some(definition) = ty.fields.get(name.as_str()) else {
                let known = nearest(&name, ty.fields.keys().map(|name| name.as_str()));
                let hint = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
                self.error(format!("variable `{path}`: type `{}` has no field `{name}`{hint}", ty.name));
                continue;
            };
            let value = path.within(name.as_str(), |path| self.value(path, &definition.ty, value));
            fields.insert(name, value);
        }
        for (name, definition) in &ty.fields {
            if definition.is_required() && !fields.contains_key(name.as_str()) {
                self.error(format!("variable `{path}`: field `{name}` of `{}` is required", ty.name));
            }
        }
        Value::Object(fields)
    }

    fn mistake(&mut self, path: &Path, ty: &Type, value: Value) -> Value {
        let ty = ty.clone().nullable();
        let shown = value.to_string();
        let shown = if shown.len() > 80 { "this value" } else { &shown };
        let hint = match named_type(&ty) {
            "Int" if value.is_number() => ", a whole number of 32 bits",
            _ => "",
        };
        self.error(format!("variable `{path}`: {shown} is no `{ty}`{hint}"));
        value
    }
}
