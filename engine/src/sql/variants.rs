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

use super::bind::Bind;
use super::condition::Condition;
use super::grouped::Groups;
use super::identifier::identifier;
use super::join::snake_case;
use super::render;
use super::select::{Lowering, from_query, record};
use crate::operation::Operand;
use crate::plan::shape::Variant;
use crate::plan::{Select, Source};

/// The table of ids in the statement.
const REQUEST: &str = "request";

/// The column with the place of an id.
const NUMBER: &str = "number";

impl Lowering<'_> {
    /// The records of a list of rows of several tables.
    pub(super) fn variants(&mut self, select: &Select) -> String {
        let members = select.variants.iter().map(|variant| {
            self.scoped(|this| match &variant.source {
                Source::Ids { columns, places } => this.by_ids(variant, columns, places),
                _ => unreachable!("`plan::lower` makes such lists of rows with global ids"),
            })
        });
        let rows = members.collect::<Vec<_>>().join("\nUNION ALL\n");
        let own = self.alias(&snake_case(&select.key), select.table);
        let alias = identifier(&own.alias);
        let order = format!("''::bytea ORDER BY {alias}.{NUMBER}");
        let records = render::call("string_agg", &[format!("{alias}.record"), order]);
        format!("{}\n{}", render::select(&[records]), from_query(&rows, &own))
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
