//! Lists of rows of several tables → SELECT of one value: the records of all of them, each with what tells them apart.
//!
//! Rows with global ids, in the order of these:
//!
//! ```sql
//! SELECT string_agg(nodes.record, ''::bytea ORDER BY nodes.number)
//! FROM (
//!   SELECT
//!     request.number,
//!     CASE
//!       WHEN album.album_id IS NULL THEN record_send(ROW(-1))
//!       ELSE record_send(ROW(0, album.title))
//!     END AS record
//!   FROM unnest($1::int4[], $2::int4[]) AS request (album_id, number)
//!   LEFT JOIN album ON album.album_id = request.album_id
//!   UNION ALL
//!   …
//! ) AS nodes
//! ```
//!
//! Rows of all tables of an interface, of each no more than all may be:
//!
//! ```sql
//! SELECT string_agg(people.record, ''::bytea)
//! FROM (
//!   SELECT
//!     people.last_name AS order_1,
//!     0 AS variant,
//!     row_number() OVER (ORDER BY people.last_name, people.customer_id) AS number,
//!     record_send(ROW(0, people.last_name)) AS record
//!   FROM (
//!     SELECT customer.customer_id, customer.last_name
//!     FROM customer
//!     ORDER BY customer.last_name, customer.customer_id
//!     LIMIT 10
//!   ) AS people
//!   UNION ALL
//!   …
//!   ORDER BY order_1, variant, number
//!   LIMIT 10
//! ) AS people
//! ```

use super::bind::Bind;
use super::condition::Condition;
use super::grouped::Groups;
use super::identifier::identifier;
use super::join::snake_case;
use super::page::{Page, direction_text, order_clause};
use super::render;
use super::select::{Lowering, NUMBER, REQUEST, concatenation, from_query, record};
use crate::operation::Operand;
use crate::plan::shape::Variant;
use crate::plan::{Select, Source};

/// The column that says of which table a row is.
const VARIANT: &str = "variant";

impl Lowering<'_> {
    /// The records of a list of rows of several tables.
    pub(super) fn variants(&mut self, select: &Select) -> String {
        let by_ids = matches!(select.variants[0].source, Source::Ids { .. });
        let members = select.variants.iter().map(|variant| {
            self.scoped(|this| match &variant.source {
                Source::Ids { columns, places } => this.by_ids(variant, columns, places),
                _ => this.member(variant, select.order.len()),
            })
        });
        let rows = members.collect::<Vec<_>>().join("\nUNION ALL\n");
        if !by_ids {
            return self.merged(select, rows);
        }
        let own = self.alias(&snake_case(&select.key), select.table);
        let alias = identifier(&own.alias);
        let order = format!("''::bytea ORDER BY {alias}.{NUMBER}");
        let records = render::call("string_agg", &[format!("{alias}.record"), order]);
        format!("{}\n{}", render::select(&[records]), from_query(&rows, &own))
    }

    /// The records of the first of all rows, in the order that they have in common.
    fn merged(&mut self, select: &Select, rows: String) -> String {
        let order = (1..).zip(&select.order);
        let terms = order.map(|(term, order)| format!("order_{term}{}", direction_text(order.direction)));
        let terms: Vec<_> = terms.chain([VARIANT.to_owned(), NUMBER.to_owned()]).collect();
        let mut lines = vec![rows, format!("ORDER BY {}", terms.join(", "))];
        lines.extend(select.limit.as_ref().map(|limit| format!("LIMIT {}", self.limit(limit))));
        lines.extend(select.offset.as_ref().map(|offset| format!("OFFSET {}", self.rows(offset))));
        let own = self.alias(&snake_case(&select.key), select.table);
        let records = concatenation(format!("{}.record", identifier(&own.alias)));
        format!("{}\n{}", render::select(&[records]), from_query(&lines.join("\n"), &own))
    }

    /// The page of one table: of each row by what all are ordered, its place among those of the table, and its record.
    fn member(&mut self, select: &Select, shared: usize) -> String {
        let mut order = Vec::new();
        let page = self.scoped(|this| {
            this.page(select, None, |this, rows| {
                let (columns, names) = this.page_columns(select, rows);
                order = names;
                Page::of(columns)
            })
        });
        let own = self.page_alias(&snake_case(&select.key), select.table);
        let order: Vec<_> = order.iter().map(|term| term.of(&own)).collect();
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_values(select, &tables, &Groups::default());
        let terms = (1..).zip(&order[..shared]);
        let mut items: Vec<_> =
            terms.map(|(term, column)| format!("{} AS order_{term}", column.column)).collect();
        items.push(format!("{} AS {VARIANT}", cells[0]));
        items.push(format!("row_number() OVER ({}) AS {NUMBER}", order_clause(&order)));
        items.push(format!("{} AS record", record(&cells)));
        let mut lines = vec![render::select(&items), from_query(&page, &own)];
        lines.extend(joins);
        lines.join("\n")
    }

    /// The rows of a table with global ids: for each id its place, and the record of its row or of a null.
    fn by_ids(&mut self, select: &Select, columns: &[Operand], places: &Operand) -> String {
        let table = self.model.table(select.table);
        let request = self.alias(REQUEST, select.table);
        let own = self.alias(table.def.table, select.table);
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_values(select, &tables, &Groups::default());
        let number = self.free_name(select.table, NUMBER);
        let (mut arrays, mut names, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for (&column, operand) in table.node.columns.iter().zip(columns) {
            arrays.push(self.bind(Bind::operand(operand.clone())));
            names.push(identifier(table.column(column).column));
            let (left, right) = (self.column(&own, column), self.column(&request, column));
            same.push(Condition::Comparison(format!("{left} = {right}")));
        }
        arrays.push(self.bind(Bind::operand(places.clone())));
        names.push(number.clone());

        let presence = self.column(&own, table.def.key[0]);
        let null = record(&[Variant::NULL.0.to_string()]);
        let found = format!(
            "CASE\n{}\nEND AS record",
            render::indent(&format!("WHEN {presence} IS NULL THEN {null}\nELSE {}", record(&cells)))
        );
        let alias = identifier(&request.alias);
        let place = match number == NUMBER {
            true => format!("{alias}.{number}"),
            false => format!("{alias}.{number} AS {NUMBER}"),
        };
        let ids = render::call(&format!("AS {alias} "), &names);
        let mut lines = vec![
            render::select(&[place, found]),
            format!("FROM {} {ids}", render::call("unnest", &arrays)),
            Condition::all(same).join_clause(&format!("LEFT JOIN {}", self.from(&own))),
        ];
        lines.extend(joins);
        lines.join("\n")
    }
}
