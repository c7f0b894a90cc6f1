//! Lowers lists of rows of several tables: a selection for each table, whose records begin with what tells them apart.

use super::lower::Lowering;
use super::shape::{Record, Variant};
use super::{Cell, Select, Source, TableRef};
use crate::operation::{Field, List, NodesOf};

impl Lowering<'_> {
    /// The rows with global ids, and their records by their variant.
    pub(super) fn nodes(&self, key: &str, tables: &[NodesOf]) -> (Select, Vec<Record>) {
        let variants = tables.iter().map(|NodesOf { table, columns, places, fields }| {
            let source = Source::Ids { columns: columns.clone(), places: places.clone() };
            (Select::all_of(key, *table, source), fields.as_slice())
        });
        self.variants(key, variants)
    }

    /// The rows of all tables of an interface or a union, and their records by their variant.
    pub(super) fn members(&self, key: &str, lists: &[List]) -> (Select, Vec<Record>) {
        let variants =
            lists.iter().map(|list| (self.rows_of(key, list, Source::Table), list.fields.as_slice()));
        let (mut select, records) = self.variants(key, variants);
        if let Some(first) = lists.first() {
            select.order.clone_from(&first.order);
            select.limit = Some(first.limit.clone());
            select.offset.clone_from(&first.offset);
        }
        (select, records)
    }

    /// A list of the rows of several selections.
    fn variants<'f>(
        &self,
        key: &str,
        members: impl Iterator<Item = (Select, &'f [Field])>,
    ) -> (Select, Vec<Record>) {
        let (variants, records): (Vec<_>, Vec<_>) = (0..)
            .zip(members)
            .map(|(variant, (mut select, fields))| {
                select.cells.push(Cell::Variant(Variant(variant)));
                let fields = self.object(&mut select, TableRef::Own, None, fields);
                select.ungroup();
                let record = Record { cells: select.cells.len(), fields };
                (select, record)
            })
            .unzip();
        let table = variants.first().map(|first: &Select| first.table);
        let table = table.expect("`operation::validate` makes lists of one table or more");
        let select = Select { variants, ..Select::all_of(key, table, Source::Table) };
        (select, records)
    }
}
