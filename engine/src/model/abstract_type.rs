//! Interfaces and unions with their tables resolved, and the columns that these share.

use std::collections::HashMap;

use onefold_schema::{AbstractKind, AbstractTypeDef, ColumnDef};

use super::{Table, TableField, TableId};

/// The position of an interface or a union in [`SchemaDef::abstract_types`](onefold_schema::SchemaDef::abstract_types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbstractTypeId(pub usize);

/// An interface or a union with its tables resolved.
#[derive(Debug)]
pub struct AbstractType {
    /// The const data.
    pub def: &'static AbstractTypeDef,
    /// Its tables.
    pub tables: Vec<TableId>,
    /// The columns by which rows of all tables can be chosen and ordered, as the first table has them.
    pub shared: Vec<&'static ColumnDef>,
    /// Rows in a list that asks for no `limit`.
    pub default_limit: u32,
    /// The largest `limit` that a list may ask for.
    pub max_limit: u32,
}

impl AbstractType {
    /// Resolves an interface or a union over tables that are resolved already.
    pub(super) fn new(
        def: &'static AbstractTypeDef,
        ids: &HashMap<&str, TableId>,
        all: &[Table],
    ) -> AbstractType {
        // `#[derive(Schema)]` has made sure that there are such tables, and that the first has the columns of an interface.
        let tables: Vec<TableId> = def.tables.iter().filter_map(|name| ids.get(name).copied()).collect();
        let tables_of = || tables.iter().map(|table| &all[table.0]);
        let column_of = |table: &Table, name: &str| match table.fields.get(name) {
            Some(TableField::Column(column)) => Some(table.column(*column)),
            _ => None,
        };
        let is_shared = |column: &&ColumnDef| {
            let is_same = |other: &ColumnDef| other.scalar == column.scalar;
            let is_wanted = match def.kind {
                AbstractKind::Interface(fields) => fields.iter().any(|field| field.name == column.name),
                AbstractKind::Union => true,
            };
            is_wanted
                && !column.hidden
                && column.is_plain()
                && tables_of().all(|table| column_of(table, column.name).is_some_and(is_same))
        };
        let columns = tables_of().next().map_or(&[][..], |table| table.def.columns);
        let shared = columns.iter().filter(is_shared).collect();
        let default_limit = tables_of().map(|table| table.default_limit).min().unwrap_or_default();
        let max_limit = tables_of().map(|table| table.max_limit).min().unwrap_or_default();
        AbstractType { def, shared, default_limit: default_limit.min(max_limit), max_limit, tables }
    }
}
