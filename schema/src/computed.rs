//! What SQL of the schema's author computes: fields of a row, and the arguments that clients give them.

use crate::ScalarType;

/// A field whose value is an expression over the columns of its row: `#[sql("…")]`.
#[derive(Debug, PartialEq)]
pub struct ComputedDef {
    /// The expression, part by part; never empty.
    pub parts: &'static [SqlPart],
    /// What the field is given in GraphQL, in the order of the attribute.
    pub arguments: &'static [ArgumentDef],
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
