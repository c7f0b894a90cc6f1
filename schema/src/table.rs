//! A table and the schema that lists it.

use crate::{AbstractTypeDef, ColumnDef, FunctionDef, Placement, RelationDef, ScalarType};

/// A struct that stands for a Postgres table; implemented by `#[derive(Table)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "put `#[derive(Table)]` on the struct `{Self}`"
)]
pub trait Table {
    /// The GraphQL type name, `Track`. It also identifies the table within its schema.
    const NAME: &'static str;
    /// The Rust type of the primary key: that of its column, or a tuple of them.
    type Key;
    /// The primary key: positions in [`TableDef::columns`]. It stands apart from [`Table::TABLE`] so that the
    /// tables of a cycle of relations can refer to one another's keys.
    const KEY: &'static [usize];
    /// Everything that is known about the table.
    const TABLE: &'static TableDef;
}

/// A struct that stands for a GraphQL schema over tables; implemented by `#[derive(Schema)]`.
pub trait Schema {
    /// The tables of the schema.
    const SCHEMA: &'static SchemaDef;
}

/// The tables of one GraphQL schema, in the order in which they were listed.
#[derive(Debug)]
pub struct SchemaDef {
    /// The name of the Rust struct, `Music`.
    pub name: &'static str,
    /// What the doc comment of the struct says.
    pub description: Option<&'static str>,
    /// The tables, in the order of the attribute.
    pub tables: &'static [&'static TableDef],
    /// The interfaces and unions over these tables.
    pub abstract_types: &'static [&'static AbstractTypeDef],
    /// The root fields that functions answer, in the order of the struct's fields.
    pub functions: &'static [FunctionDef],
}

/// One Postgres table (or anything that can be selected from by name) and its GraphQL object type.
#[derive(Debug)]
pub struct TableDef {
    /// The GraphQL type, `InvoiceLine`.
    pub name: &'static str,
    /// What its rows come from.
    pub kind: TableKind,
    /// The GraphQL root field that reads one row by its key, `invoiceLine`.
    pub singular: &'static str,
    /// The GraphQL root field that lists rows, `invoiceLines`.
    pub plural: &'static str,
    /// The Postgres schema, when the table is not to be found by the `search_path`.
    pub schema: Option<&'static str>,
    /// The Postgres table, `invoice_line`.
    pub table: &'static str,
    /// What the doc comment of the struct says.
    pub description: Option<&'static str>,
    /// The columns and computed fields, in the order of the struct's fields.
    pub columns: &'static [ColumnDef],
    /// The primary key, or what tells the rows of a view or a function apart: positions in [`TableDef::columns`]; never empty.
    pub key: &'static [usize],
    /// The relations, in the order of the struct's fields.
    pub relations: &'static [RelationDef],
    /// The lists of each row that functions answer, in the order of the struct's fields.
    pub functions: &'static [FunctionDef],
    /// On which shards its rows are.
    pub placement: Placement,
    /// Rows in a list that asks for no `limit`; `None` takes the configuration's.
    pub default_limit: Option<u32>,
    /// The largest `limit` that a list may ask for; `None` takes the configuration's.
    pub max_limit: Option<u32>,
}

impl TableDef {
    /// What the values of its columns are, and those of the arguments of its fields.
    pub fn scalars(&self) -> impl Iterator<Item = ScalarType> + use<> {
        let arguments = self.functions.iter().flat_map(|function| function.call.arguments);
        self.columns.iter().flat_map(ColumnDef::scalars).chain(arguments.map(|argument| argument.scalar))
    }
}

impl SchemaDef {
    /// What the values of all columns and arguments are.
    pub fn scalars(&self) -> impl Iterator<Item = ScalarType> + use<> {
        let arguments = self.functions.iter().flat_map(|function| function.call.arguments);
        self.tables.iter().flat_map(|table| table.scalars()).chain(arguments.map(|argument| argument.scalar))
    }
}

/// What the rows of a table's struct come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A table, or whatever else has its name.
    Table,
    /// A view or a materialized view, which others than `ddl` create: `#[table(view)]`.
    View,
    /// Functions alone. There is nothing in the database to select from: `#[table(function)]`.
    Function,
}

/// That a field or an enum value should not be used any more; from `#[deprecated]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecation {
    /// The `note` of the attribute, when there is one.
    pub reason: Option<&'static str>,
}
