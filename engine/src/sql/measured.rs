//! What rows are ordered by that is computed of the rows which a relation leads to → the join that computes it.
//!
//! ```sql
//! FROM invoice
//! CROSS JOIN LATERAL (
//!   SELECT count(*)::int4 AS order_1
//!   FROM invoice_line
//!   WHERE invoice_line.invoice_id = invoice.invoice_id
//! ) AS invoice_lines
//! ORDER BY invoice_lines.order_1 DESC, invoice.invoice_id
//! ```
//!
//! Without an index that would be a scan for each row, and of all rows of a table it would read the other one row by row, so
//! there it is computed for all rows at once:
//!
//! ```sql
//! FROM invoice
//! LEFT JOIN (
//!   SELECT invoice_line.invoice_id AS key_1, count(*)::int4 AS order_1
//!   FROM invoice_line
//!   GROUP BY invoice_line.invoice_id
//! ) AS invoice_lines ON invoice_lines.key_1 = invoice.invoice_id
//! ORDER BY coalesce(invoice_lines.order_1, 0) DESC, invoice.invoice_id
//! ```

use super::condition::Condition;
use super::identifier::identifier;
use super::join::{Aliased, Joined, snake_case};
use super::page::order_name;
use super::render;
use super::select::Lowering;
use crate::operation::OrderBy;
use crate::plan::{Select, Source};

impl Lowering<'_> {
    /// The join with what a term of an order orders by, which is computed of the rows that a relation of `parent` leads to.
    /// What other terms compute of the same rows is in it too.
    pub(super) fn measured(
        &mut self,
        parent: &Aliased,
        relation: usize,
        select: &Select,
        place: usize,
        joined: &mut Joined,
    ) -> Aliased {
        let order = &select.order;
        let path = [order[place].path.as_slice(), &[relation]].concat();
        if let Some(known) = joined.find(&path) {
            return known.clone();
        }
        let definition = &self.model.table(parent.table).relations[relation];
        let at_once = self.is_measured_at_once(parent, relation, select);
        let from = definition.def.kind.from();
        let keys: Vec<String> = (1..=from.len()).map(|i| format!("key_{i}")).collect();
        let query = self.scoped(|this| {
            let own = this.alias(this.model.table(definition.target).def.table, definition.target);
            let mut lines = vec![format!("FROM {}", this.from(&own))];
            let mut items = Vec::new();
            let mut columns = Vec::new();
            let mut conditions = Vec::new();
            if at_once {
                let (join, table, referring) = this.referring(definition, &own);
                lines.extend(join);
                columns.extend(referring.iter().map(|&column| this.column(&table, column)));
                items.extend(columns.iter().zip(&keys).map(|(column, key)| format!("{column} AS {key}")));
            } else {
                let (join, related) = this.related(parent, relation, &own);
                lines.extend(join);
                conditions.push(related);
            }
            conditions.extend(this.pin(&own, None));
            for (place, term) in order.iter().enumerate() {
                if let OrderBy::Aggregate { relation: other, measure } = &term.by
                    && [term.path.as_slice(), &[*other]].concat() == path
                {
                    items.push(format!("{} AS {}", this.measure(&own, measure, None), order_name(place)));
                }
            }
            lines.insert(0, render::select(&items));
            lines.extend(Condition::all(conditions).filter_clause());
            if at_once {
                lines.push(render::list("GROUP BY", &columns));
            }
            lines.join("\n")
        });
        let related = self.alias(&snake_case(definition.def.name), definition.target);
        let alias = identifier(&related.alias);
        let query = render::subquery(&query);
        let line = if at_once {
            let pairs = from.iter().zip(&keys).map(|(&column, key)| {
                Condition::Comparison(format!("{alias}.{key} = {}", self.column(parent, column)))
            });
            Condition::all(pairs).join_clause(&format!("LEFT JOIN {query} AS {alias}"))
        } else {
            format!("CROSS JOIN LATERAL {query} AS {alias}")
        };
        joined.add(path, line, related.clone());
        related
    }

    /// Whether that is computed for all rows of `parent` in one scan.
    ///
    /// Of a few rows the index finds what is related to them. When all rows are ordered, all that is related is read anyway.
    pub(super) fn is_measured_at_once(&self, parent: &Aliased, relation: usize, select: &Select) -> bool {
        let definition = &self.model.table(parent.table).relations[relation];
        let is_of_all = select.source == Source::Table && select.filter.is_true();
        (definition.def.unindexed || is_of_all) && self.model.is_join_unique(definition)
    }
}
