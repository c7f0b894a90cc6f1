//! What SQL of the schema's author computes: fields of a row, rows of functions, and the arguments that clients give them.

use crate::{Deprecation, ScalarType};

/// A field whose value is an expression over the columns of its row: `#[sql("…")]`.
#[derive(Debug, PartialEq)]
pub struct ComputedDef {
    /// The expression, part by part; never empty.
    pub parts: &'static [SqlPart],
    /// What the field is given in GraphQL, in the order of the attribute.
    pub arguments: &'static [ArgumentDef],
}

/// A list of the rows that a function of Postgres returns: `#[sql("…")]` on a `Many<T>`.
#[derive(Debug, PartialEq)]
pub struct FunctionDef {
    /// The GraphQL field, `similarTracks`.
    pub name: &'static str,
    /// The [`NAME`](crate::Table::NAME) of the table whose struct its rows are; part of the same schema.
    pub target: &'static str,
    /// The call, `similar_tracks({track_id}, $most)`. One that is a field of `Query` has no columns in it.
    pub call: ComputedDef,
    /// What the doc comment says.
    pub description: Option<&'static str>,
    /// Set by `#[deprecated]`.
    pub deprecation: Option<Deprecation>,
}

impl ComputedDef {
    /// The columns that stand in the expression, each as often as it does.
    pub fn columns(&self) -> impl Iterator<Item = usize> + use<> {
        self.parts.iter().filter_map(|part| match part {
            SqlPart::Column(column) => Some(*column),
            SqlPart::Text(_) | SqlPart::Argument(_) => None,
        })
    }
}

/// A part of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlPart {
    /// SQL as it was written.
    Text(&'static str),
    /// `{unit_price}`, a column of the row: its position in [`TableDef::columns`](crate::TableDef::columns).
    Column(usize),
    /// `$rate`, an argument: its position in [`ComputedDef::arguments`].
    Argument(usize),
}

/// An argument that a client gives, and the statement binds.
#[derive(Debug, PartialEq)]
pub struct ArgumentDef {
    /// The GraphQL argument, `taxRate`.
    pub name: &'static str,
    /// What a value of it is.
    pub scalar: ScalarType,
    /// Whether it may be null, and so be left out: its Rust type is an `Option`.
    pub nullable: bool,
    /// What it is where it is left out, as JSON: `"1.19"`, `10`. An enum's is its GraphQL name as a string.
    pub default: Option<&'static str>,
    /// What the doc comment says.
    pub description: Option<&'static str>,
}
