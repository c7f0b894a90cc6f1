//! Names of tables, columns and enum types, as SQL and messages have them.

use std::fmt;

use onefold_schema::{ColumnDef, EnumDef, TableDef, TypeName};

use crate::sql::{identifier, qualified};

/// The name of a table or type, perhaps with its Postgres schema. It is displayed as SQL writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Qualified<'a> {
    schema: Option<&'a str>,
    name: &'a str,
}

impl<'a> Qualified<'a> {
    pub fn table(table: &'a TableDef) -> Qualified<'a> {
        Qualified { schema: table.schema, name: table.table }
    }

    pub fn enumeration(definition: &'a EnumDef) -> Qualified<'a> {
        Qualified { schema: definition.schema, name: definition.type_name }
    }

    pub fn named(name: TypeName) -> Qualified<'static> {
        Qualified { schema: name.schema, name: name.name }
    }

    /// As it is spoken of in messages: without quotes.
    pub fn plain(self) -> String {
        match self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

impl fmt::Display for Qualified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&qualified(self.schema, self.name))
    }
}

/// Some of a table's columns.
pub(super) fn columns_at<'a>(
    table: &'a TableDef,
    positions: &'a [usize],
) -> impl Iterator<Item = &'a ColumnDef> + 'a {
    positions.iter().map(|position| &table.columns[*position])
}

/// Some of a table's columns as SQL writes a list of them.
pub(super) fn columns(table: &TableDef, positions: &[usize]) -> String {
    let names = columns_at(table, positions).map(|column| identifier(column.column));
    names.collect::<Vec<_>>().join(", ")
}
