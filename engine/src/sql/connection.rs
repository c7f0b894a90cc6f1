//! Connections → SELECT of one record: the records of the page, and what stands around them.
//!
//! ```sql
//! SELECT
//!   record_send(
//!     ROW(
//!       string_agg(tracks_connection.record, ''::bytea) FILTER (WHERE tracks_connection.number <= 10),
//!       count(*) > 10,
//!       (SELECT count(*)::int4 FROM track)
//!     )
//!   )
//! FROM (
//!   SELECT
//!     record_send(ROW(tracks_connection.name, tracks_connection.track_id)) AS record,
//!     row_number() OVER (ORDER BY tracks_connection.name, tracks_connection.track_id) AS number
//!   FROM (
//!     SELECT track.track_id, track.name
//!     FROM track
//!     ORDER BY track.name, track.track_id
//!     LIMIT 11
//!   ) AS tracks_connection
//!   ORDER BY tracks_connection.name, tracks_connection.track_id
//! ) AS tracks_connection
//! ```
//!
//! One row more than the page has is read where it matters whether there is one, and nothing is counted that is not
//! selected.

use super::condition::Condition;
use super::grouped::Groups;
use super::identifier::identifier;
use super::join::snake_case;
use super::keyset::Side;
use super::page::{Origin, Page, order_clause, reversed};
use super::render;
use super::select::{Form, Lowering, concatenation, from_query, record};
use crate::operation::Operand;
use crate::plan::shape::ConditionId;
use crate::plan::{Connection, ConnectionCell, Select};

/// What the page of a connection gives to its record.
struct Answered {
    /// All records in one value, where they are read.
    records: Option<String>,
    /// Whether there was one row more than the page has.
    is_more: String,
    /// `FROM (…) AS tracks`, or nothing.
    from: Option<String>,
}

impl Lowering<'_> {
    /// The one record of a connection, or its cells as columns.
    pub(super) fn connection(
        &mut self,
        select: &Select,
        connection: &Connection,
        origin: Option<Origin<'_>>,
        form: Form,
    ) -> String {
        let mut cells = Vec::with_capacity(connection.cells.len());
        // Binds are numbered in the order of the text: the cells stand before the page.
        let around: Vec<_> = connection
            .cells
            .iter()
            .map(|cell| match *cell {
                ConnectionCell::Records => None,
                ConnectionCell::HasNext(when) if connection.backward => {
                    Some(self.beyond(select, connection, origin, Side::From, when))
                }
                ConnectionCell::HasPrevious(when) if !connection.backward => {
                    Some(self.beyond(select, connection, origin, Side::Until, when))
                }
                ConnectionCell::HasNext(_) | ConnectionCell::HasPrevious(_) => None,
                ConnectionCell::TotalCount(when) => {
                    let count = self.rows_of(select, origin, None, "count(*)::int4");
                    Some(self.under(when, render::subquery(&count)))
                }
            })
            .collect();
        let page = self.connection_page(select, connection, origin);
        for (cell, around) in connection.cells.iter().zip(around) {
            cells.push(match (cell, around) {
                (_, Some(around)) => around,
                (ConnectionCell::Records, None) => page.records.clone().unwrap_or_default(),
                (_, None) => page.is_more.clone(),
            });
        }
        let mut lines = vec![match form {
            Form::Rows => render::select(&cells),
            Form::Value => render::select(&[record(&cells)]),
        }];
        lines.extend(page.from);
        lines.join("\n")
    }

    fn connection_page(
        &mut self,
        select: &Select,
        connection: &Connection,
        origin: Option<Origin<'_>>,
    ) -> Answered {
        let looks_beyond = connection.looks_beyond();
        let limit = select.limit.as_ref().map(|limit| self.limit(limit)).unwrap_or_default();
        let is_more = format!("count(*) > {limit}");
        let alias = snake_case(&select.key);
        if connection.records().is_none() {
            let from = looks_beyond.then(|| {
                let page = self.scoped(|this| this.page(select, origin, |_, _| Page::of(vec!["1".into()])));
                let own = self.page_alias(&alias, select.table);
                from_query(&page, &own)
            });
            return Answered { records: None, is_more, from };
        }
        let mut order = Vec::new();
        let page = self.scoped(|this| {
            this.page(select, origin, |this, rows| {
                let (columns, names) = this.page_columns(select, rows);
                order = names;
                Page::of(columns)
            })
        });
        let own = self.page_alias(&alias, select.table);
        let order: Vec<_> = order.iter().map(|term| term.of(&own)).collect();
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_cells(select, &tables, &order, &Groups::default(), Form::Value);
        let from = from_query(&page, &own);
        // The rows are in the order of the page, and that is the one of the connection.
        if joins.is_empty() && !looks_beyond && !connection.backward {
            return Answered { records: Some(concatenation(record(&cells))), is_more, from: Some(from) };
        }
        let mut items = vec![format!("{} AS record", record(&cells))];
        if looks_beyond {
            let order =
                if connection.backward { order_clause(&reversed(&order)) } else { order_clause(&order) };
            items.push(format!("row_number() OVER ({order}) AS number"));
        }
        let mut lines = vec![render::select(&items), from];
        lines.extend(joins);
        lines.push(order_clause(&order));
        let from = from_query(&lines.join("\n"), &own);
        let alias = identifier(&own.alias);
        let mut records = concatenation(format!("{alias}.record"));
        if looks_beyond {
            records += &format!(" FILTER (WHERE {alias}.number <= {limit})");
        }
        Answered { records: Some(records), is_more, from: Some(from) }
    }

    /// Whether there are rows on the side of the page that it does not begin at: beyond the cursor, or at it.
    fn beyond(
        &mut self,
        select: &Select,
        connection: &Connection,
        origin: Option<Origin<'_>>,
        side: Side,
        when: Option<ConditionId>,
    ) -> String {
        let place = if side == Side::From { &connection.before } else { &connection.after };
        // Without a cursor the page begins at the very end.
        let Some(place) = place else { return "false".into() };
        let query = self.rows_of(select, origin, Some((connection, place, side)), "1");
        self.under(when, format!("EXISTS {}", render::subquery(&query)))
    }

    /// All rows of a connection whatever its page, or those on a side of a place.
    fn rows_of(
        &mut self,
        select: &Select,
        origin: Option<Origin<'_>>,
        beyond: Option<(&Connection, &[Operand], Side)>,
        item: &str,
    ) -> String {
        self.scoped(|this| {
            let own = this.alias(this.model.table(select.table).def.table, select.table);
            let (from, mut conditions, _) = this.rows_from(select, &own, origin);
            let mut lines = vec![render::select(&[item.into()])];
            lines.extend(from);
            conditions.push(this.filter(&own, &select.filter));
            if let Some((connection, place, side)) = beyond {
                let (joins, order) = this.order(&own, select);
                lines.extend(joins);
                conditions.push(this.keyset(&order, &connection.cursors, place, side));
            }
            lines.extend(Condition::all(conditions).filter_clause());
            lines.join("\n")
        })
    }
}
