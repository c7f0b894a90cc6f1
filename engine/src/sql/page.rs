//! The page of a list → the rows of its table: filtered, ordered, limited.

use onefold_schema::ScalarType;

use super::bind::Bind;
use super::condition::Condition;
use super::identifier::identifier;
use super::join::{Aliased, Joined};
use super::keyset::Side;
use super::render;
use super::select::Lowering;
use crate::model::TableId;
use crate::operation::{Call, Direction, Limit, Operand, Order, OrderBy, Source};
use crate::plan::{self, Cell, Connection, Recursion, Select, TableRef};
use crate::value::SqlValue;

/// Where the rows of a list come from, if it is not the whole table.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// A relation.
    Relation {
        /// The table that has it.
        parent: &'a Aliased,
        /// The relation of that table.
        relation: usize,
    },
    /// A function.
    Function {
        /// The table whose columns it is given.
        parent: Option<&'a Aliased>,
        /// The call.
        call: &'a Call,
    },
}

/// What a page selects.
pub(super) struct Page {
    /// What stands after `SELECT`.
    pub(super) items: Vec<String>,
    /// Joins that this needs.
    pub(super) joins: Vec<String>,
}

/// The rows of a page.
pub(super) struct PageOf<'a> {
    /// Their table.
    pub(super) own: &'a Aliased,
    /// What they are ordered by.
    pub(super) order: &'a [OrderTerm],
    /// How many steps of a recursive relation lead to each, where one leads to them.
    pub(super) depth: Option<String>,
}

impl Page {
    /// Of the table alone.
    pub(super) fn of(items: Vec<String>) -> Page {
        Page { items, joins: Vec::new() }
    }
}

/// A column by which rows are ordered.
pub(super) struct OrderTerm {
    /// The column.
    pub(super) column: String,
    /// Which way.
    pub(super) direction: Direction,
    /// What follows the column where it is compared.
    cast: &'static str,
}

/// The order of a text's bytes, whatever the database's collation is. Types such as `citext` compare in their own way under
/// any collation.
const BY_BYTES: &str = "::text COLLATE \"C\"";

/// A text as text: what a cursor says is compared with it, and of a `char(7)` both need to be without the spaces at its end.
const AS_TEXT: &str = "::text";

impl OrderTerm {
    /// A column of a page, as it is called around it.
    pub(super) fn of(&self, page: &Aliased) -> OrderTerm {
        let column = format!("{}.{}", identifier(&page.alias), self.column);
        OrderTerm { column, direction: self.direction, cast: self.cast }
    }

    /// The column as it is compared.
    pub(super) fn compared(&self) -> String {
        format!("{}{}", self.column, self.cast)
    }
}

impl Lowering<'_> {
    /// The page of a selection. `contents` says what is selected of its rows; it is given the table and the order.
    pub(super) fn page(
        &mut self,
        select: &Select,
        origin: Option<Origin<'_>>,
        contents: impl FnOnce(&mut Self, &PageOf<'_>) -> Page,
    ) -> String {
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let (mut lines, mut conditions, depth) = self.rows_from(select, &own, origin);
        let (joins, mut order) = self.order(&own, select);
        lines.extend(joins);
        if let (Some(Recursion { nearest_first: true, .. }), Some(depth)) = (&select.recursion, &depth) {
            order.insert(0, OrderTerm { column: depth.clone(), direction: Direction::Asc, cast: "" });
        }
        conditions.push(self.filter(&own, &select.filter));
        if let Some(connection) = &select.connection {
            for (place, side) in [(&connection.after, Side::After), (&connection.before, Side::Before)] {
                if let Some(place) = place {
                    conditions.push(self.keyset(&order, &connection.cursors, place, side));
                }
            }
        }
        let Page { items, joins } = contents(self, &PageOf { own: &own, order: &order, depth });
        let distinct_on: Vec<_> =
            select.distinct_on.iter().map(|&column| self.column(&own, column)).collect();
        lines.insert(0, render::select_distinct_on(&distinct_on, &items));
        lines.extend(joins);
        lines.extend(Condition::all(conditions).filter_clause());
        let connection = select.connection.as_deref();
        lines.push(match connection {
            Some(connection) if connection.backward => order_clause(&reversed(&order)),
            _ => order_clause(&order),
        });
        let limit = select.limit.as_ref().map(|limit| self.limit(limit));
        let offset = select.offset.as_ref().map(|offset| self.rows(offset));
        match (limit, offset) {
            (Some(limit), Some(offset)) if select.is_part() => {
                lines.push(format!("LIMIT {}", sum(&limit, &offset)));
            }
            (Some(limit), _) if connection.is_some_and(Connection::looks_beyond) => {
                lines.push(format!("LIMIT {}", sum(&limit, "1")));
            }
            (limit, offset) => {
                lines.extend(limit.map(|limit| format!("LIMIT {limit}")));
                lines.extend(offset.map(|offset| format!("OFFSET {offset}")));
            }
        }
        lines.join("\n")
    }

    /// What the rows of a list are read from, `FROM` and perhaps a join, and what relates them to the one that it belongs to; of
    /// a recursive relation also the column with the number of steps.
    pub(super) fn rows_from(
        &mut self,
        select: &Select,
        own: &Aliased,
        origin: Option<Origin<'_>>,
    ) -> (Vec<String>, Vec<Condition>, Option<String>) {
        let from = match origin {
            Some(Origin::Function { parent, call }) => {
                format!("{} AS {}", self.call(parent, call), identifier(&own.alias))
            }
            Some(Origin::Relation { .. }) | None => self.from(own),
        };
        let (mut lines, mut conditions, mut steps) = (vec![format!("FROM {from}")], Vec::new(), None);
        if let Some(Origin::Relation { parent, relation }) = origin {
            if let Some(recursion) = &select.recursion {
                let (join, depth) = self.reached(select, recursion, parent, relation, own);
                lines.push(join);
                steps = Some(depth);
            } else {
                let (join, condition) = self.related(parent, relation, own);
                lines.extend(join);
                conditions.push(condition);
            }
        }
        conditions.extend(self.pin(own, Some(&select.filter)));
        (lines, conditions, steps)
    }

    /// The most rows of a list.
    pub(super) fn limit(&mut self, limit: &Limit) -> String {
        match limit {
            Limit::Default(rows) => rows.to_string(),
            Limit::Given(operand) => self.rows(operand),
        }
    }

    /// A number of rows. One that stands in the document is part of the statement as it is of the operation: the plan
    /// depends on it, and Postgres guesses at a tenth of all rows where it is bound.
    pub(super) fn rows(&mut self, operand: &Operand) -> String {
        match operand.source {
            Source::Constant(SqlValue::Int8(rows)) => rows.to_string(),
            _ => self.bind(Bind::operand(operand.clone())),
        }
    }

    /// What a page must give to what is around it, and by which of its columns that is ordered.
    pub(super) fn page_columns(
        &self,
        select: &Select,
        PageOf { own, order, depth }: &PageOf<'_>,
    ) -> (Vec<String>, Vec<OrderTerm>) {
        let own_order: Vec<_> = select.order.iter().filter_map(Order::own_column).collect();
        let mut columns = self.needed_columns(select, own, &own_order);
        let mut terms = Vec::new();
        let mut order = order.iter();
        if let (Some(recursion), Some(depth)) = (&select.recursion, depth) {
            if recursion.nearest_first || select.cells.contains(&Cell::Depth) {
                columns.push(depth.clone());
            }
            if recursion.nearest_first
                && let Some(OrderTerm { direction, cast, .. }) = order.next()
            {
                terms.push(OrderTerm { column: self.depth(select), direction: *direction, cast });
            }
        }
        for (i, (term, inner)) in select.order.iter().zip(order).enumerate() {
            let name = match term.own_column() {
                Some(column) => identifier(self.model.table(select.table).column(column).column),
                None => {
                    let name = self.free_name(select.table, &order_name(i));
                    columns.push(format!("{} AS {name}", inner.column));
                    name
                }
            };
            terms.push(OrderTerm { column: name, direction: term.direction, cast: inner.cast });
        }
        (columns, terms)
    }

    /// The columns of a page's own table that what is around it needs, and `others`.
    pub(super) fn needed_columns(&self, select: &Select, own: &Aliased, others: &[usize]) -> Vec<String> {
        let table = self.model.table(select.table);
        let mut needed: Vec<usize> = self.cell_columns(select);
        let mut need = |columns: &[usize]| {
            for &column in columns {
                if !needed.contains(&column) {
                    needed.push(column);
                }
            }
        };
        for join in select.joins.iter().filter(|join| join.of == TableRef::Own) {
            need(table.relations[join.relation].def.kind.from());
        }
        for cell in &select.cells {
            let (Cell::Nested(nested) | Cell::Remote(nested)) = cell else { continue };
            match &nested.select.source {
                plan::Source::Relation { of: TableRef::Own, relation, .. } => {
                    need(table.relations[*relation].def.kind.from());
                    if nested.select.recursion.is_some() {
                        need(table.def.key);
                    }
                }
                plan::Source::Function { of: Some(TableRef::Own), call } => {
                    call.function.call.columns().for_each(|column| need(&[column]));
                }
                _ => {}
            }
        }
        need(others);
        needed.sort_unstable();
        needed.iter().map(|&column| self.named_column(own, column)).collect()
    }

    /// A name for a column beside those of a table.
    pub(super) fn free_name(&self, table: TableId, wish: &str) -> String {
        let mut name = wish.to_owned();
        while self.model.table(table).def.columns.iter().any(|column| column.column == name) {
            name.push('_');
        }
        name
    }

    /// What an order orders by, and the joins that this needs.
    pub(super) fn order(&mut self, own: &Aliased, select: &Select) -> (Vec<String>, Vec<OrderTerm>) {
        let mut joined = Joined::default();
        let mut terms = Vec::new();
        for (place, term) in select.order.iter().enumerate() {
            let table = self.follow(own, &term.path, &mut joined);
            let is_text = term.scalar(self.model, select.table).compared() == ScalarType::Text;
            let column = match &term.by {
                OrderBy::Column(column) => self.column(&table, *column),
                OrderBy::Aggregate { relation, measure } => {
                    let related = self.measured(&table, *relation, select, place, &mut joined);
                    let column = format!("{}.{}", identifier(&related.alias), order_name(place));
                    match self.is_measured_at_once(&table, *relation, select) && !measure.is_nullable() {
                        true => format!("coalesce({column}, 0)"),
                        false => column,
                    }
                }
                OrderBy::Rank(column, operand) => {
                    let searched = self.model.table(table.table).column(*column).scalar;
                    let query = self.search_query(searched, operand);
                    format!("ts_rank({}, {query})", self.column(&table, *column))
                }
                OrderBy::Distance(column, distance, operand) => {
                    let vector = self.bind(Bind::operand(operand.clone()));
                    format!("{} {} {vector}", self.column(&table, *column), distance.operator())
                }
            };
            let cast = match &select.connection {
                _ if !is_text => "",
                _ if select.merged => BY_BYTES,
                Some(_) => AS_TEXT,
                None => "",
            };
            terms.push(OrderTerm { column, direction: term.direction, cast });
        }
        (joined.lines, terms)
    }
}

/// What stands in an order at a place, where it is no column of the listed table.
pub(super) fn order_name(place: usize) -> String {
    format!("order_{}", place + 1)
}

/// The way back.
pub(super) fn reversed(order: &[OrderTerm]) -> Vec<OrderTerm> {
    let reversed = order.iter().map(|term| OrderTerm {
        column: term.column.clone(),
        direction: term.direction.reversed(),
        cast: term.cast,
    });
    reversed.collect()
}

/// The sum of two numbers, made here where both are known.
pub(super) fn sum(a: &str, b: &str) -> String {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.saturating_add(b).to_string(),
        _ => format!("{a} + {b}"),
    }
}

/// `ORDER BY a, b DESC`.
pub(super) fn order_clause(order: &[OrderTerm]) -> String {
    let terms = order.iter().map(|term| format!("{}{}", term.compared(), direction_text(term.direction)));
    format!("ORDER BY {}", terms.collect::<Vec<_>>().join(", "))
}

pub(super) fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Asc => "",
        Direction::Desc => " DESC",
        Direction::AscNullsFirst => " NULLS FIRST",
        Direction::AscNullsLast => " NULLS LAST",
        Direction::DescNullsFirst => " DESC NULLS FIRST",
        Direction::DescNullsLast => " DESC NULLS LAST",
    }
}
