//! A relation: which columns of one table equal which of another.

use crate::{Deprecation, One};

/// One relation of a table. Column positions refer to [`TableDef::columns`](crate::TableDef::columns) of the
/// table that they belong to.
#[derive(Debug)]
pub struct RelationDef {
    /// The GraphQL field, `supportRep`.
    pub name: &'static str,
    /// The [`NAME`](crate::Table::NAME) of the table that it leads to; part of the same schema.
    pub target: &'static str,
    /// Which columns join the two tables.
    pub kind: RelationKind,
    /// What the doc comment of the field says.
    pub description: Option<&'static str>,
    /// Set by `#[deprecated]` on the field.
    pub deprecation: Option<Deprecation>,
}

/// The columns of a relation. All lists are of the same length, pair by pair, and never empty.
#[derive(Debug)]
pub enum RelationKind {
    /// To at most one row: the columns `to` of the target are its primary key.
    One {
        /// Columns of this table.
        from: &'static [usize],
        /// Columns of the target.
        to: &'static [usize],
        /// Whether there may be no such row: `Option<One<T>>`.
        nullable: bool,
    },
    /// To many rows: the columns `to` of the target refer to `from` of this table.
    Many {
        /// Columns of this table.
        from: &'static [usize],
        /// Columns of the target.
        to: &'static [usize],
    },
    /// To many rows through a join table.
    Through {
        /// The [`NAME`](crate::Table::NAME) of the join table; part of the same schema.
        join: &'static str,
        /// Columns of this table: its key.
        from: &'static [usize],
        /// Columns of the join table that equal `from`.
        join_from: &'static [usize],
        /// Columns of the join table that equal `to`.
        join_to: &'static [usize],
        /// Columns of the target: its key.
        to: &'static [usize],
    },
}

/// `One<T>` or `Option<One<T>>`: the Rust types of a relation to one.
#[diagnostic::on_unimplemented(
    message = "a relation with `#[one(…)]` is `One<T>` or `Option<One<T>>`, not `{Self}`",
    label = "write `One<…>` or `Option<One<…>>`"
)]
pub trait ToOne {
    /// Whether there may be no such row.
    const NULLABLE: bool;
    /// The table that it leads to.
    type Target;
}

impl<T> ToOne for One<T> {
    const NULLABLE: bool = false;
    type Target = T;
}

impl<T> ToOne for Option<One<T>> {
    const NULLABLE: bool = true;
    type Target = T;
}
