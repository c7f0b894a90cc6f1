//! `distinctOn`: the columns by whose values rows are alike, and the order that begins with them.

use super::Order;
use super::arguments::Arguments;
use super::input::{Input, Presence};
use crate::model::{Table, TableField};

impl<'a> Arguments<'a> {
    /// The columns that the argument names, each once.
    pub(super) fn distinct_on(&mut self, table: &Table, input: &Input<'a>) -> Vec<usize> {
        let mut columns = Vec::new();
        for item in self.scope.items(input) {
            self.place = item.place().or(self.place);
            if item.presence() == Presence::Null {
                self.wrong(&item, "`distinctOn` cannot have null in it".into());
                continue;
            }
            // Validation has made sure that it is the name of a column.
            let Some(TableField::Column(column)) = item.name().and_then(|name| table.field(name)) else {
                continue;
            };
            if self.count() && !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// The order of a list of which rows with the same values in `columns` are one: the first of them. Only in an order that
    /// begins with these columns, in any sequence, does Postgres see rows that are alike next to each other. Those that
    /// `orderBy` does not reach are added; what stands before one of them is a mistake, since the list is not in that order.
    pub(super) fn distinct_order(
        &mut self,
        table: &Table,
        columns: &[usize],
        mut order: Vec<Order>,
        input: Option<&Input<'a>>,
    ) -> Vec<Order> {
        let is_distinct = |term: &&Order| term.own_column().is_some_and(|column| columns.contains(&column));
        let leading = order.iter().take_while(is_distinct).count();
        let mut missing = columns.to_vec();
        missing.retain(|column| order[..leading].iter().all(|term| term.own_column() != Some(*column)));
        if let (Some(&first), true, Some(input)) = (missing.first(), leading < order.len(), input) {
            let name = table.column(first).name;
            self.wrong(
                input,
                format!(
                    "`orderBy` begins with the columns of `distinctOn`; put `{name}` at its start, or leave it out"
                ),
            );
        }
        order.splice(leading..leading, missing.into_iter().map(Order::by_column));
        order
    }
}
