//! An abstract type: an interface or a union, whose objects are rows of several tables.

use crate::{Deprecation, ScalarType};

/// A Rust item that stands for an abstract type: `dyn Person` for a trait with `#[interface(…)]`, and an enum with
/// `#[derive(Union)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an interface nor a union",
    label = "neither an interface nor a union",
    note = "an interface is a trait with `#[interface(tables(…))]`, and a union an enum with `#[derive(Union)]`"
)]
pub trait AbstractType {
    /// Everything that is known about it.
    const ABSTRACT_TYPE: &'static AbstractTypeDef;
}

/// An interface or a union of a GraphQL schema.
#[derive(Debug)]
pub struct AbstractTypeDef {
    /// The GraphQL type, `Person`.
    pub name: &'static str,
    /// The GraphQL root field that lists rows of all its tables, `people`.
    pub plural: &'static str,
    /// What the doc comment says.
    pub description: Option<&'static str>,
    /// Which of the two it is.
    pub kind: AbstractKind,
    /// The [`NAME`](crate::Table::NAME)s of its tables, each once; part of the same schema.
    pub tables: &'static [&'static str],
}

/// Which kind of abstract type.
#[derive(Debug)]
pub enum AbstractKind {
    /// An interface, with the fields that all of its tables share; never none.
    Interface(&'static [SharedFieldDef]),
    /// A union.
    Union,
}

/// A field of an interface, which is a column of each of its tables.
#[derive(Debug)]
pub struct SharedFieldDef {
    /// The GraphQL field, `firstName`.
    pub name: &'static str,
    /// What its values are.
    pub scalar: ScalarType,
    /// Whether it may be null.
    pub nullable: bool,
    /// What the doc comment says.
    pub description: Option<&'static str>,
    /// Set by `#[deprecated]`.
    pub deprecation: Option<Deprecation>,
}
