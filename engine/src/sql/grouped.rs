//! A nested list or aggregate that is read at once for all rows of the page around it → a join with its records, grouped
//! by them.
//!
//! The page is named, so that it can be read twice. The rows of the list are numbered for each row of the page, which stands
//! for `LIMIT`, and its records put together in that order:
//!
//! ```sql
//! WITH artists AS (
//!   …page…
//! )
//! SELECT artists.name, albums.records AS albums
//! FROM artists
//! LEFT JOIN (
//!   SELECT albums.key_1, string_agg(record_send(ROW(albums.title)), ''::bytea ORDER BY albums.number) AS records
//!   FROM (
//!     SELECT
//!       album.title,
//!       artists_2.artist_id AS key_1,
//!       row_number() OVER (PARTITION BY artists_2.artist_id ORDER BY album.album_id) AS number
//!     FROM album
//!     JOIN artists AS artists_2 ON album.artist_id = artists_2.artist_id
//!   ) AS albums
//!   WHERE albums.number <= 100
//!   GROUP BY albums.key_1
//! ) AS albums ON albums.key_1 = artists.artist_id
//! ORDER BY artists.artist_id
//! ```

use onefold_schema::RelationKind;

use super::bind::Bind;
use super::condition::Condition;
use super::identifier::identifier;
use super::join::{Aliased, Tables, snake_case};
use super::page::{order_clause, sum};
use super::render;
use super::select::{Lowering, record};
use crate::model::Table;
use crate::plan::{Cell, Nested, Select, Source, TableRef};

/// A page that is read again for the lists of its rows.
pub(super) struct Around<'a> {
    /// Its selection.
    pub(super) select: &'a Select,
    /// Its name.
    pub(super) page: &'a Aliased,
    /// Its tables: the page itself, and what is joined to it.
    pub(super) tables: &'a Tables,
}

/// The rows of a relation for all rows of a page.
pub(super) struct RowsOfAll {
    /// Their table.
    pub(super) own: Aliased,
    /// What each belongs to: the columns of the page's row.
    pub(super) parts: Vec<String>,
    /// Where they come from.
    pub(super) lines: Vec<String>,
    /// Which there are.
    pub(super) conditions: Condition,
}

/// The lists of a selection that are read at once for all of its rows.
#[derive(Default)]
pub(super) struct Groups {
    /// The joins, a line or more for each list.
    pub(super) joins: Vec<String>,
    /// For each cell of the selection that is such a list, the column with its records.
    pub(super) records: Vec<Option<String>>,
}

impl Lowering<'_> {
    /// The name of a page, which hides no table: within the statement a table may be read that is called so.
    pub(super) fn page_name(&mut self, select: &Select) -> Aliased {
        let mut wish = snake_case(&select.key);
        loop {
            let own = self.page_alias(&wish, select.table);
            let reads =
                |table: &Table| table.def.table == own.alias || table.words.contains(own.alias.as_str());
            if !self.model.tables().any(|(_, table)| reads(table)) {
                return own;
            }
            self.scope.pop();
            wish.push_str("_page");
        }
    }

    /// `WITH albums AS (…)`.
    pub(super) fn with(&self, page: &str, own: &Aliased) -> String {
        format!("WITH {} AS {}", identifier(&own.alias), render::subquery(page))
    }

    /// The lists of a page that are read at once for all of its rows.
    pub(super) fn groups(&mut self, around: &Around<'_>) -> Groups {
        let mut groups = Groups::default();
        for cell in &around.select.cells {
            let records = match cell {
                Cell::Nested(nested) if nested.select.grouped => {
                    let (join, records) = self.group(nested, around);
                    groups.joins.push(join);
                    Some(records)
                }
                _ => None,
            };
            groups.records.push(records);
        }
        groups
    }

    /// The join with the records of a list for all rows of a page, and the column of it that has those of a row.
    fn group(&mut self, nested: &Nested, around: &Around<'_>) -> (String, String) {
        let select = &nested.select;
        let (of, relation) = relation(select);
        let outer = around.tables.get(of);
        let columns = self.model.table(outer.table).relations[relation].def.kind.from();
        let keys: Vec<String> =
            (1..=columns.len()).map(|i| self.free_name(select.table, &format!("key_{i}"))).collect();
        let number = self.free_name(select.table, "number");
        let query = self.scoped(|this| {
            if let Some(aggregate) = &select.aggregate {
                return this.aggregates(nested, aggregate, around, &keys, &number);
            }
            let rows = this.scoped(|this| this.numbered(nested, around, &keys, &number));
            this.aggregated(select, &rows, &keys, &number)
        });
        let group = identifier(&self.alias(&snake_case(&select.key), select.table).alias);
        let pairs = columns.iter().zip(&keys).map(|(&column, key)| {
            Condition::Comparison(format!("{group}.{key} = {}", self.column(outer, column)))
        });
        let join = format!("LEFT JOIN {} AS {group}", render::subquery(&query));
        let join = Condition::all(pairs).join_clause(&join);
        let records = format!("{group}.records");
        let records = match &select.aggregate {
            Some(aggregate) if aggregate.groups.is_empty() => {
                render::call("coalesce", &[records, self.of_no_rows(select, aggregate)])
            }
            _ => records,
        };
        (join, records)
    }

    /// The rows of a list for all rows of a page: what is needed of them, the key of the row that each belongs to, and the
    /// place that it has among those of the same.
    fn numbered(&mut self, nested: &Nested, around: &Around<'_>, keys: &[String], number: &str) -> String {
        let select = &nested.select;
        let RowsOfAll { own, parts, mut lines, conditions } = self.rows_of_all(nested, around);
        let (joins, order) = self.order(&own, select);
        lines.extend(joins);
        lines.extend(conditions.filter_clause());

        let mut items = self.needed_columns(select, &own, &[]);
        items.extend(parts.iter().zip(keys).map(|(part, key)| format!("{part} AS {key}")));
        let window = format!("PARTITION BY {} {}", parts.join(", "), order_clause(&order));
        items.push(format!("row_number() OVER ({window}) AS {number}"));
        lines.insert(0, render::select(&items));
        lines.join("\n")
    }

    /// The rows of a relation for all rows of a page.
    pub(super) fn rows_of_all(&mut self, Nested { select, when }: &Nested, around: &Around<'_>) -> RowsOfAll {
        let (of, relation) = relation(select);
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let (from, parent) = self.parents(of, relation, around);
        let (through, related) = self.related(&parent, relation, &own);
        let mut lines = vec![format!("FROM {}", self.from(&own))];
        lines.extend(through);
        lines.push(related.join_clause(&format!("JOIN {from}")));
        let pin = self.pin(&own, Some(&select.filter));
        let filter = self.filter(&own, &select.filter);
        // Where the list is left out, nothing is read for it.
        let when = when.map(|when| Condition::Comparison(self.bind(Bind::condition(when))));
        let conditions = Condition::all(pin.into_iter().chain([filter]).chain(when));
        let columns = self.model.table(parent.table).relations[relation].def.kind.from();
        let parts = columns.iter().map(|&column| self.column(&parent, column)).collect();
        RowsOfAll { own, parts, lines, conditions }
    }

    /// The rows that lists are read for, each once: the page, or the keys that are in it.
    fn parents(&mut self, of: TableRef, relation: usize, around: &Around<'_>) -> (String, Aliased) {
        let page = identifier(&around.page.alias);
        let table = self.model.table(around.tables.get(of).table);
        let columns = table.relations[relation].def.kind.from();
        let is_key = of == TableRef::Own && table.def.key.iter().all(|column| columns.contains(column));
        if is_key && !self.repeats(around.select) {
            let parent = self.page_alias(&around.page.alias, around.page.table);
            return (format!("{page} AS {}", identifier(&parent.alias)), parent);
        }
        let query = self.scoped(|this| {
            let own = this.page_alias(&around.page.alias, around.page.table);
            let mut lines = vec![format!("FROM {page} AS {}", identifier(&own.alias))];
            let mut parent = own;
            for join in path(around.select, of) {
                let join = &around.select.joins[join];
                let (line, target) = this.join(&parent, join.relation, join.when);
                lines.push(line);
                parent = target;
            }
            let items: Vec<String> = columns.iter().map(|&column| this.column(&parent, column)).collect();
            lines.insert(0, format!("SELECT DISTINCT {}", items.join(", ")));
            lines.join("\n")
        });
        let outer = around.tables.get(of);
        let parent = self.alias(&outer.alias, outer.table);
        (format!("{} AS {}", render::subquery(&query), identifier(&parent.alias)), parent)
    }

    /// Whether a page can have a row twice: one that a join table leads to from several rows around it.
    fn repeats(&self, select: &Select) -> bool {
        let Source::Relation { table, relation, .. } = select.source else { return false };
        let kind = &self.model.table(table).relations[relation].def.kind;
        select.grouped && matches!(kind, RelationKind::Through { .. })
    }

    /// The records of the rows that [`Lowering::numbered`] gives, in one value for each key.
    fn aggregated(&mut self, select: &Select, rows: &str, keys: &[String], number: &str) -> String {
        let own = if select.has_groups() {
            self.page_name(select)
        } else {
            self.page_alias(&snake_case(&select.key), select.table)
        };
        let alias = identifier(&own.alias);
        let limit = self.within_limit(select, &format!("{alias}.{number}"));
        let from = format!("FROM {} AS {alias}", render::subquery(rows));
        let (mut lines, limit) = if select.has_groups() {
            let mut page = vec!["SELECT *".to_owned(), from];
            page.extend(limit.filter_clause());
            let lines = vec![self.with(&page.join("\n"), &own), format!("FROM {alias}")];
            (lines, Condition::all([]))
        } else {
            (vec![from], limit)
        };
        let (joins, tables) = self.joins(select, own.clone());
        let groups = self.groups(&Around { select, page: &own, tables: &tables });
        let cells = self.record_values(select, &tables, &groups);
        lines.extend(joins);
        lines.extend(groups.joins);
        lines.extend(limit.filter_clause());
        let keys: Vec<String> = keys.iter().map(|key| format!("{alias}.{key}")).collect();
        lines.push(format!("GROUP BY {}", keys.join(", ")));
        let order = format!("''::bytea ORDER BY {alias}.{number}");
        let records = format!("{} AS records", render::call("string_agg", &[record(&cells), order]));
        let items: Vec<String> = keys.into_iter().chain([records]).collect();
        let position = usize::from(select.has_groups());
        lines.insert(position, render::select(&items));
        lines.join("\n")
    }

    /// That the place of a row is within the limit of its list.
    pub(super) fn within_limit(&mut self, select: &Select, number: &str) -> Condition {
        let limit = select.limit.as_ref().map(|limit| self.limit(limit));
        let offset = select.offset.as_ref().map(|offset| self.rows(offset));
        let last = match (limit, &offset) {
            (Some(limit), Some(offset)) => Some(sum(&limit, offset)),
            (limit, _) => limit,
        };
        let after = offset.map(|offset| Condition::Comparison(format!("{number} > {offset}")));
        let until = last.map(|last| Condition::Comparison(format!("{number} <= {last}")));
        Condition::all(after.into_iter().chain(until))
    }
}

/// The relation whose rows a list has.
fn relation(select: &Select) -> (TableRef, usize) {
    match select.source {
        Source::Relation { of, relation, .. } => (of, relation),
        _ => unreachable!("`plan::lower` groups only lists of relations"),
    }
}

/// The joins that lead to a table of a selection, in their order.
fn path(select: &Select, mut of: TableRef) -> Vec<usize> {
    let mut path = Vec::new();
    while let TableRef::Join(join) = of {
        path.push(join);
        of = select.joins[join].of;
    }
    path.reverse();
    path
}
