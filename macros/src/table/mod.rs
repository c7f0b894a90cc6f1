//! `#[derive(Table)]`: a struct with attributes → [`Table`] → the const data of a table.

mod check;
mod expand;
mod function;
mod parse;
mod placement;
mod relation;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{DeriveInput, Path, Type};

pub use self::function::{Function, read as function};

use self::placement::Placement;
use crate::attributes::{Deprecation, Errors};
use crate::names::{self, Name};
use crate::sql::Computed;

/// What the struct says, with the defaults filled in.
struct Table {
    ident: Ident,
    /// The GraphQL type.
    name: Name,
    kind: Kind,
    singular: Name,
    plural: Name,
    schema: Option<Name>,
    table: Name,
    description: Option<String>,
    default_limit: Option<(u32, Span)>,
    max_limit: Option<(u32, Span)>,
    placement: Placement,
    /// Every field of the struct, also one with a mistake.
    fields: Vec<Ident>,
    columns: Vec<Column>,
    relations: Vec<Relation>,
    functions: Vec<Function>,
}

/// What the rows come from.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Table,
    /// `view`
    View,
    /// `function`: there is nothing to select from.
    Function,
}

struct Column {
    /// Whether GraphQL has no field for it.
    hidden: bool,
    ident: Ident,
    /// The GraphQL field.
    name: Name,
    /// The Postgres column.
    column: Name,
    ty: Type,
    key: bool,
    /// The expression that its value is, where the table has no such column.
    computed: Option<Computed>,
    description: Option<String>,
    deprecation: Option<Deprecation>,
}

struct Relation {
    ident: Ident,
    /// The GraphQL field.
    name: Name,
    ty: Type,
    kind: RelationKind,
    cross_shard: bool,
    unindexed: bool,
    description: Option<String>,
    deprecation: Option<Deprecation>,
}

/// The columns of a relation, pair by pair.
enum RelationKind {
    /// `#[one(album_id)]`: own columns that equal the target's key.
    OneByKey { from: Vec<OwnColumn> },
    /// `#[one(album_id = Album::album_id)]`: own columns and the target's.
    One { from: Vec<OwnColumn>, to: Vec<ColumnPath> },
    /// `#[many(Track::album_id)]`: own columns, if not named the key, and the target's.
    Many { from: Vec<OwnColumn>, to: Vec<ColumnPath> },
    /// `#[many(through(Join::own_id), to(Join::other_id))]`: the own key and the columns of the join table.
    Through { from: Vec<OwnColumn>, join_from: Vec<ColumnPath>, join_to: Vec<ColumnPath> },
    /// `#[many(ancestors(parent_id))]`: from the own columns to the key, again and again.
    Ancestors { parent: Vec<OwnColumn>, key: Vec<OwnColumn> },
    /// `#[many(descendants(parent_id))]`: from the key to the own columns.
    Descendants { parent: Vec<OwnColumn>, key: Vec<OwnColumn> },
}

/// A column of the struct itself, named in an attribute or implied as its key.
#[derive(Clone)]
struct OwnColumn {
    /// The position in [`Table::columns`].
    index: usize,
    span: Span,
}

/// `Album::artist_id`, divided.
struct ColumnPath {
    /// The struct: `Album`.
    table: Path,
    /// The whole path.
    path: Path,
}

impl Table {
    /// The position of the column that an expression names; reports when there is none.
    fn column(&self, ident: &Ident, errors: &mut Errors) -> Option<usize> {
        self.own_column(ident, errors).map(|own| own.index)
    }

    /// The column of the struct that an attribute names; reports when there is none.
    fn own_column(&self, ident: &Ident, errors: &mut Errors) -> Option<OwnColumn> {
        let table = &self.ident;
        if let Some(index) = self.columns.iter().position(|column| column.ident == *ident) {
            if self.columns[index].computed.is_some() {
                errors.on(ident, format!("`{ident}` of `{table}` is computed, and this needs a column"));
                return None;
            }
            return Some(OwnColumn { index, span: ident.span() });
        }
        if self.fields.contains(ident) {
            errors.on(ident, format!("`{ident}` is a relation of `{table}`, and this needs a column"));
        } else {
            let columns = self.columns.iter().filter(|column| column.computed.is_none());
            let choices: Vec<String> = columns.map(|column| column.ident.to_string()).collect();
            let suggestion = names::suggestion(&ident.to_string(), &choices);
            errors.on(ident, format!("`{table}` has no column `{ident}`{suggestion}"));
        }
        None
    }
}

/// Expands the derive; also what a struct with mistakes still says, so that the other tables do not fail with it.
pub fn derive(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let table = parse::table(input, &mut errors);
    let mut tokens = TokenStream::new();
    if let Some(table) = table {
        check::table(&table, &mut errors);
        tokens = expand::table(&table);
    }
    tokens.extend(errors.into_tokens());
    tokens
}
