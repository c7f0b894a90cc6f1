//! A relation: which columns of one table equal which of another.

use crate::{Column, Deprecation, Many, One};

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
    /// Whether its rows may be on another shard, which costs statements of their own: `#[relation(cross_shard)]`.
    pub cross_shard: bool,
    /// Whether no index finds its rows by the columns that relate them: `#[relation(unindexed)]`. Lists of many rows are
    /// read in one scan then, and not in one for each.
    pub unindexed: bool,
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
    /// To the rows of the same table that a relation leads to, to those that it leads to from there, and so on.
    Recursive {
        /// Columns of the row that a step begins at.
        from: &'static [usize],
        /// Columns of the rows that it leads to. Either these or `from` are the key.
        to: &'static [usize],
    },
}

impl RelationKind {
    /// Columns of the table that has the relation.
    pub const fn from(&self) -> &'static [usize] {
        match self {
            RelationKind::One { from, .. }
            | RelationKind::Many { from, .. }
            | RelationKind::Through { from, .. }
            | RelationKind::Recursive { from, .. } => from,
        }
    }
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

/// `Many<T>`: the Rust type of a relation to many.
#[diagnostic::on_unimplemented(
    message = "a relation with `#[many(…)]` is `Many<T>`, not `{Self}`",
    label = "write `Many<…>`"
)]
pub trait ToMany {
    /// The table that it leads to.
    type Target;
}

impl<T> ToMany for Many<T> {
    type Target = T;
}

/// Columns whose values can be equal; `Self` is the type of one side, `Other` that of the other. The type of one
/// column stands for itself, those of several are a tuple.
#[diagnostic::on_unimplemented(
    message = "the keys of this relation have different types: `{Self}` and `{Other}`",
    label = "`{Self}` never equals `{Other}`",
    note = "name a column of the same Rust type (or an `Option` of it) for each column of the key, in its order"
)]
pub trait SameKey<Other> {}

impl<V> SameKey<V> for V {}

/// The columns of a relation belong to the table `Expected`.
#[diagnostic::on_unimplemented(
    message = "this column belongs to `{Self}`, but the relation needs one of `{Expected}`",
    label = "not a column of `{Expected}`"
)]
pub trait SameTable<Expected> {}

impl<T> SameTable<T> for T {}

/// Columns of one table: a reference to the path of one, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "the columns of a relation belong to one table and are at most eight",
    label = "not columns of one table"
)]
pub trait ColumnList: Copy {
    /// The table that they belong to.
    type Table;
    /// What their values are: a type, or a tuple of types.
    type Values;
}

impl<T, V> ColumnList for &Column<T, V> {
    type Table = T;
    type Values = V;
}

macro_rules! column_lists {
    ($(($($value:ident)*))*) => {$(
        impl<T, $($value),*> ColumnList for ($(&Column<T, $value>,)*) {
            type Table = T;
            type Values = ($($value,)*);
        }
    )*};
}

column_lists! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

/// Joins columns to those of the table `Target`; only there so that the compiler compares the types.
pub const fn joins<Target, L, R>(_left: L, _right: R)
where
    L: ColumnList,
    R: ColumnList,
    R::Values: SameKey<L::Values>,
    R::Table: SameTable<Target>,
{
}

/// Joins columns of `Owner` to a key of the type `Key`; only there so that the compiler compares the types.
pub const fn joins_key<Key, Owner, L>(_left: L)
where
    L: ColumnList,
    L::Values: SameKey<Key>,
    L::Table: SameTable<Owner>,
{
}
