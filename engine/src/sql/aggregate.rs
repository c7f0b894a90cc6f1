//! Aggregates → SELECT of what is computed, a row for each group:
//!
//! ```sql
//! SELECT customer.country, date_trunc('month', invoice.invoice_date), count(*)::int4, sum(invoice.total)
//! FROM invoice
//! LEFT JOIN customer ON customer.customer_id = invoice.customer_id
//! GROUP BY customer.country, date_trunc('month', invoice.invoice_date)
//! HAVING sum(invoice.total) > $1::numeric
//! ORDER BY sum(invoice.total) DESC, customer.country, date_trunc('month', invoice.invoice_date)
//! LIMIT 100
//! ```
//!
//! Where rows are only counted up to a number, no more are read:
//!
//! ```sql
//! SELECT count(*)::int4
//! FROM (
//!   SELECT 1
//!   FROM track
//!   LIMIT 1000
//! ) AS tracks_aggregate
//! ```

use onefold_schema::ScalarType;

use super::bind::Bind;
use super::condition::Condition;
use super::grouped::{Around, RowsOfAll};
use super::identifier::identifier;
use super::join::{Aliased, Joined, snake_case};
use super::page::{Origin, direction_text};
use super::render;
use super::select::{Form, Lowering, concatenation, from_query, record};
use crate::operation::{Function, GroupOrder, GroupTerm, Grouping, Having, Limit, Measure, Operand, Unit};
use crate::plan::shape::ConditionId;
use crate::plan::{Aggregate, AggregateCell, Nested, Select};

/// Something that rows are grouped by, as text.
struct Key {
    text: String,
    /// What follows it where it is answered.
    cast: &'static str,
}

impl Lowering<'_> {
    /// The groups of an aggregate: a row for each, or all records in one value.
    pub(super) fn aggregate(
        &mut self,
        select: &Select,
        aggregate: &Aggregate,
        origin: Option<Origin<'_>>,
        form: Form,
    ) -> String {
        let has_limit = !aggregate.groups.is_empty()
            || select.offset.is_some()
            || matches!(select.limit, Some(Limit::Given(_)));
        // A single record is no list that would have to be put together.
        let is_single = form == Form::Value && !has_limit;
        let groups = self.scoped(|this| {
            let mut lines = match aggregate.up_to() {
                Some(limits) => this.counted_up_to(select, aggregate, &limits, origin, form),
                None => this.grouped(select, aggregate, origin, form),
            };
            if has_limit {
                let limit = select.limit.as_ref().map(|limit| this.limit(limit));
                let offset = select.offset.as_ref().map(|offset| this.rows(offset));
                lines.extend(limit.map(|limit| format!("LIMIT {limit}")));
                lines.extend(offset.map(|offset| format!("OFFSET {offset}")));
            }
            if !is_single && form == Form::Value {
                lines[0] += " AS record";
            }
            lines.join("\n")
        });
        if form == Form::Rows || is_single {
            return groups;
        }
        let own = self.alias(&snake_case(&select.key), select.table);
        let records = concatenation(format!("{}.record", identifier(&own.alias)));
        format!("{}\n{}", render::select(&[records]), from_query(&groups, &own))
    }

    /// Rows in groups, and what is computed of each.
    fn grouped(
        &mut self,
        select: &Select,
        aggregate: &Aggregate,
        origin: Option<Origin<'_>>,
        form: Form,
    ) -> Vec<String> {
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let (mut lines, mut conditions, _) = self.rows_from(select, &own, origin);
        let (joins, keys) = self.keys(&own, aggregate);
        lines.extend(joins);
        conditions.push(self.filter(&own, &select.filter));
        lines.extend(Condition::all(conditions).filter_clause());
        if !keys.is_empty() {
            let keys: Vec<String> = keys.iter().map(|key| key.text.clone()).collect();
            lines.push(render::list("GROUP BY", &keys));
        } else if aggregate.cells.is_empty() {
            // Otherwise it would be a row for each row.
            lines.push("GROUP BY ()".into());
        }
        lines.extend(self.having(&own, &aggregate.having).having_clause());
        lines.extend(self.group_order(&own, aggregate, &keys));
        let cells = self.group_cells(&own, aggregate, &keys);
        lines.insert(0, cells_of(&cells, form));
        lines
    }

    /// What rows of `own` are grouped by, and the joins that this needs.
    fn keys(&mut self, own: &Aliased, aggregate: &Aggregate) -> (Vec<String>, Vec<Key>) {
        let mut joined = Joined::default();
        let keys = aggregate.groups.iter().map(|group| self.key(own, group, &mut joined)).collect();
        (joined.lines, keys)
    }

    /// `ORDER BY a, b` of groups; nothing where there is one.
    fn group_order(&mut self, own: &Aliased, aggregate: &Aggregate, keys: &[Key]) -> Option<String> {
        let term = |GroupOrder { by, direction }: &GroupOrder| {
            let by = match by {
                GroupTerm::Key(key) => keys[*key].text.clone(),
                GroupTerm::Measure(measure) => self.measure(own, measure, None),
            };
            format!("{by}{}", direction_text(*direction))
        };
        let terms: Vec<String> = aggregate.order.iter().map(term).collect();
        (!terms.is_empty()).then(|| render::list("ORDER BY", &terms))
    }

    /// The text of each cell of a group's record.
    fn group_cells(&mut self, own: &Aliased, aggregate: &Aggregate, keys: &[Key]) -> Vec<String> {
        let cell = |cell: &AggregateCell| match cell {
            AggregateCell::Key(key) => format!("{}{}", keys[*key].text, keys[*key].cast),
            AggregateCell::Measure(measure, when) => {
                let text = self.measure(own, measure, *when);
                match measure.scalar(self.model.table(own.table)) {
                    ScalarType::Enum(_) => format!("{text}::text"),
                    _ => text,
                }
            }
        };
        aggregate.cells.iter().map(cell).collect()
    }

    /// The records of an aggregate for all rows of a page, grouped by those as well, whose keys are called `names`.
    pub(super) fn aggregates(
        &mut self,
        nested: &Nested,
        aggregate: &Aggregate,
        around: &Around<'_>,
        names: &[String],
        number: &str,
    ) -> String {
        let select = &nested.select;
        let is_one = aggregate.groups.is_empty();
        let own = self.alias(&snake_case(&select.key), select.table);
        let rows = self.scoped(|this| {
            let RowsOfAll { own, parts, mut lines, conditions } = this.rows_of_all(nested, around);
            let (joins, keys) = this.keys(&own, aggregate);
            lines.extend(joins);
            lines.extend(conditions.filter_clause());
            let by: Vec<String> =
                parts.iter().cloned().chain(keys.iter().map(|key| key.text.clone())).collect();
            lines.push(render::list("GROUP BY", &by));
            lines.extend(this.having(&own, &aggregate.having).having_clause());
            let order = this.group_order(&own, aggregate, &keys);
            let record = record(&this.group_cells(&own, aggregate, &keys));
            let mut items: Vec<String> =
                parts.iter().zip(names).map(|(part, name)| format!("{part} AS {name}")).collect();
            items.push(format!("{record} AS {}", if is_one { "records" } else { "record" }));
            if let Some(order) = order {
                let window = format!("PARTITION BY {} {order}", parts.join(", "));
                items.push(format!("row_number() OVER ({window}) AS {number}"));
            }
            lines.insert(0, render::select(&items));
            lines.join("\n")
        });
        if is_one {
            return rows;
        }
        let alias = identifier(&own.alias);
        let keys: Vec<String> = names.iter().map(|name| format!("{alias}.{name}")).collect();
        let order = format!("''::bytea ORDER BY {alias}.{number}");
        let records = render::call("string_agg", &[format!("{alias}.record"), order]);
        let items: Vec<String> = keys.iter().cloned().chain([format!("{records} AS records")]).collect();
        let mut lines = vec![render::select(&items), from_query(&rows, &own)];
        lines.extend(self.within_limit(select, &format!("{alias}.{number}")).filter_clause());
        lines.push(render::list("GROUP BY", &keys));
        lines.join("\n")
    }

    /// The record of an aggregate of no rows, for those that [`Lowering::aggregates`] has none of.
    pub(super) fn of_no_rows(&mut self, select: &Select, aggregate: &Aggregate) -> String {
        let query = self.scoped(|this| {
            let own = this.alias(this.model.table(select.table).def.table, select.table);
            let cells = this.group_cells(&own, aggregate, &[]);
            let mut lines = vec![render::select(&[record(&cells)]), format!("FROM {}", this.from(&own))];
            lines.push("WHERE FALSE".into());
            if cells.is_empty() {
                lines.push("GROUP BY ()".into());
            }
            lines.join("\n")
        });
        render::subquery(&query)
    }

    /// Rows that are only counted up to some numbers.
    fn counted_up_to(
        &mut self,
        select: &Select,
        aggregate: &Aggregate,
        limits: &[&Operand],
        origin: Option<Origin<'_>>,
        form: Form,
    ) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for limit in limits {
            let text = self.rows(limit);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let (most, is_one) = match texts.as_slice() {
            [] => ("0".to_owned(), true),
            [limit] => (limit.clone(), true),
            _ => (render::call("greatest", &texts), false),
        };
        let rows = self.scoped(|this| {
            let own = this.alias(this.model.table(select.table).def.table, select.table);
            let (from, mut conditions, _) = this.rows_from(select, &own, origin);
            let mut lines = vec![render::select(&["1".into()])];
            lines.extend(from);
            conditions.push(this.filter(&own, &select.filter));
            lines.extend(Condition::all(conditions).filter_clause());
            lines.push(format!("LIMIT {most}"));
            lines.join("\n")
        });
        let cells: Vec<String> = limits
            .iter()
            .map(|limit| match is_one {
                true => "count(*)::int4".into(),
                false => format!("least(count(*), {})::int4", self.rows(limit)),
            })
            .collect();
        let own = self.alias(&snake_case(&select.key), select.table);
        let mut lines = vec![cells_of(&cells, form), from_query(&rows, &own)];
        if aggregate.cells.is_empty() {
            lines.push("GROUP BY ()".into());
        }
        lines
    }

    /// Something that rows are grouped by, and what has to be joined for it.
    fn key(&mut self, own: &Aliased, group: &Grouping, joined: &mut Joined) -> Key {
        let table = self.follow(own, &group.path, joined);
        let column = self.column(&table, group.column);
        let scalar = self.model.table(table.table).column(group.column).scalar;
        let text = match group.unit {
            Some(unit) => truncated(&column, scalar, unit),
            None => column,
        };
        Key { text, cast: if let ScalarType::Enum(_) = scalar { "::text" } else { "" } }
    }

    /// What holds for groups of rows of `own`.
    pub(super) fn having(&mut self, own: &Aliased, having: &Having) -> Condition {
        match having {
            Having::And(terms) => Condition::all(terms.iter().map(|term| self.having(own, term))),
            Having::Or(terms) => Condition::any(terms.iter().map(|term| self.having(own, term))),
            Having::Not(term) => self.having(own, term).negated(),
            Having::Is(measure, test) => {
                let value = self.measure(own, measure, None);
                self.test(&value, test)
            }
        }
    }

    /// What is computed of rows of `own`, each of which counts if a condition holds.
    pub(super) fn measure(&mut self, own: &Aliased, measure: &Measure, when: Option<ConditionId>) -> String {
        let (call, cast) = match measure {
            Measure::Rows | Measure::RowsUpTo(_) => ("count(*)".to_owned(), "::int4"),
            Measure::Of(function, column) => {
                let scalar = self.model.table(own.table).column(*column).scalar;
                let column = self.column(own, *column);
                // Postgres gives a `numeric` for whole numbers.
                let is_whole = matches!(scalar.base(), ScalarType::Int2 | ScalarType::Int4);
                let float = if is_whole { "::float8" } else { "" };
                match function {
                    Function::Count => (format!("count({column})"), "::int4"),
                    Function::CountDistinct => (format!("count(DISTINCT {column})"), "::int4"),
                    Function::Sum => (format!("sum({column})"), ""),
                    Function::Avg => (format!("avg({column})"), float),
                    Function::Min => (format!("min({column})"), ""),
                    Function::Max => (format!("max({column})"), ""),
                    Function::Stddev => (format!("stddev({column})"), float),
                    Function::BoolAnd => (format!("bool_and({column})"), ""),
                    Function::BoolOr => (format!("bool_or({column})"), ""),
                }
            }
        };
        let call = match when {
            Some(when) => format!("{call} FILTER (WHERE {})", self.bind(Bind::condition(when))),
            None => call,
        };
        match measure {
            Measure::RowsUpTo(limit) => format!("least({call}, {}){cast}", self.rows(limit)),
            _ => format!("{call}{cast}"),
        }
    }
}

/// `SELECT a, b`, or the same as a record.
fn cells_of(cells: &[String], form: Form) -> String {
    match form {
        Form::Rows => render::select(cells),
        Form::Value => render::select(&[record(cells)]),
    }
}

/// A date or time that is cut off, in UTC whatever the session's time zone is.
fn truncated(column: &str, scalar: ScalarType, unit: Unit) -> String {
    let unit = unit.name();
    match scalar {
        ScalarType::Date => format!("date_trunc('{unit}', {column}::timestamp)::date"),
        ScalarType::Timestamptz => format!("date_trunc('{unit}', {column}, 'UTC')"),
        _ => format!("date_trunc('{unit}', {column})"),
    }
}
