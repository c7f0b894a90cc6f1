//! Selections → SELECT: pages, joins and nested lists.
//!
//! A flat list reads its table at once. Any other reads a page first, so that `LIMIT` comes before joins and nested
//! lists are only computed for the rows that are answered:
//!
//! ```sql
//! SELECT albums.title, artist.name, (…nested list…) AS tracks
//! FROM (
//!   SELECT album.album_id, album.title, album.artist_id
//!   FROM album
//!   ORDER BY album.album_id
//!   LIMIT 100
//! ) AS albums
//! LEFT JOIN artist ON artist.artist_id = albums.artist_id
//! ORDER BY albums.album_id
//! ```

use onefold_schema::RelationKind;

use super::bind::Bind;
use super::identifier::{identifier, qualified};
use super::render;
use crate::model::{Model, TableId};
use crate::operation::{Direction, Limit, Order};
use crate::plan::shape::ConditionId;
use crate::plan::{Cell, Select, Source, TableRef};

/// The longest alias, to which a number may be added.
const LONGEST_ALIAS: usize = 50;

/// A table in a statement: what it is called there, and which it is.
#[derive(Debug, Clone)]
pub(super) struct Aliased {
    pub(super) alias: String,
    pub(super) table: TableId,
}

/// How a selection gives its records.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Rows, with a column for each cell.
    Rows,
    /// All records in one value.
    List,
    /// A record as one value.
    Record,
}

pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model,
    binds: Vec<Bind>,
    /// The aliases that can be seen where the text is being written.
    scope: Vec<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Lowering { model, binds: Vec::new(), scope: Vec::new() }
    }

    pub(super) fn into_binds(self) -> Vec<Bind> {
        self.binds
    }

    /// The statement of a single root field.
    pub(super) fn root(&mut self, select: &Select) -> String {
        self.select(select, None, Form::Rows)
    }

    /// The statement of several root fields: one row with a column for each.
    pub(super) fn cells(&mut self, cells: &[Cell]) -> String {
        let items: Vec<_> = cells.iter().map(|cell| self.cell(cell, None)).collect();
        render::select(&items)
    }

    /// `$1::int4` for a bind, which is the same for the same value.
    pub(super) fn bind(&mut self, bind: Bind) -> String {
        let known = self.binds.iter().position(|other| *other == bind);
        let position = known.unwrap_or_else(|| {
            self.binds.push(bind);
            self.binds.len() - 1
        });
        format!("${}{}", position + 1, self.binds[position].cast())
    }

    /// Does something within which more aliases can be seen.
    pub(super) fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let visible = self.scope.len();
        let result = f(self);
        self.scope.truncate(visible);
        result
    }

    /// A table under the alias `wish`, or under one like it that hides nothing.
    pub(super) fn alias(&mut self, wish: &str, table: TableId) -> Aliased {
        // Postgres cuts names after 63 bytes, which could make two the same.
        let wish = wish.get(..LONGEST_ALIAS).unwrap_or(wish);
        let mut alias = wish.to_owned();
        let mut number = 1;
        while self.scope.contains(&alias) {
            number += 1;
            alias = format!("{wish}_{number}");
        }
        self.scope.push(alias.clone());
        Aliased { alias, table }
    }

    /// `shop.album AS album_2`, or just the table where the alias is its name.
    pub(super) fn from(&self, table: &Aliased) -> String {
        let def = self.model.table(table.table).def;
        let name = qualified(def.schema, def.table);
        if def.table == table.alias { name } else { format!("{name} AS {}", identifier(&table.alias)) }
    }

    /// `album.title`.
    pub(super) fn column(&self, table: &Aliased, column: usize) -> String {
        let name = self.model.table(table.table).column(column).column;
        format!("{}.{}", identifier(&table.alias), identifier(name))
    }

    /// A column as it is answered: labels of enums travel as text.
    fn output(&self, table: &Aliased, column: usize) -> String {
        let text = self.column(table, column);
        match self.model.table(table.table).column(column).scalar {
            onefold_schema::ScalarType::Enum(_) => format!("{text}::text"),
            _ => text,
        }
    }

    fn select(&mut self, select: &Select, parent: Option<&Aliased>, form: Form) -> String {
        let nested = select.cells.iter().any(|cell| !matches!(cell, Cell::Column { .. }));
        self.scoped(|this| match select.source {
            Source::Key(_) => this.by_key(select, form),
            Source::Table | Source::Relation { .. } if nested || !select.joins.is_empty() => {
                this.paged(select, parent, form)
            }
            Source::Table | Source::Relation { .. } => this.flat(select, parent, form),
        })
    }

    /// One row by its key, with what is joined to it.
    fn by_key(&mut self, select: &Select, form: Form) -> String {
        let Source::Key(key) = &select.source else { return String::new() };
        let def = self.model.table(select.table).def;
        let own = self.alias(def.table, select.table);
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_cells(select, &tables, form);
        let terms: Vec<_> = def
            .key
            .iter()
            .zip(key)
            .map(|(&column, operand)| {
                let value = self.bind(Bind::operand(operand.clone()));
                format!("{} = {value}", self.column(&own, column))
            })
            .collect();
        let mut lines = vec![self.projection(&cells, form), format!("FROM {}", self.from(&own))];
        lines.extend(joins);
        lines.push(render::conditions("WHERE", &terms));
        lines.join("\n")
    }

    /// A list that reads nothing but its table's columns.
    fn flat(&mut self, select: &Select, parent: Option<&Aliased>, form: Form) -> String {
        let columns = |this: &Self, own: &Aliased| {
            let cells = select.cells.iter();
            cells
                .filter_map(|cell| match cell {
                    Cell::Column { column, .. } => Some(this.output(own, *column)),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        if form == Form::Rows {
            return self.page(select, parent, |this, own, _| columns(this, own));
        }
        let page = self.scoped(|this| {
            this.page(select, parent, |this, own, _| {
                select_columns(select).map(|i| this.column(own, i)).collect()
            })
        });
        let own = self.alias(&snake_case(&select.key), select.table);
        let cells = columns(self, &own);
        format!(
            "{}\nFROM {} AS {}",
            self.projection(&cells, form),
            render::subquery(&page),
            identifier(&own.alias)
        )
    }

    /// A list that reads a page first and then what belongs to its rows.
    fn paged(&mut self, select: &Select, parent: Option<&Aliased>, form: Form) -> String {
        let mut outer_order = Vec::new();
        let page = self.scoped(|this| {
            this.page(select, parent, |this, own, order| {
                let (columns, terms) = this.page_columns(select, own, order);
                outer_order = terms;
                columns
            })
        });
        let own = self.alias(&snake_case(&select.key), select.table);
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_cells(select, &tables, form);
        let alias = identifier(&own.alias);
        let from = format!("FROM {} AS {alias}", render::subquery(&page));
        let order: Vec<_> = outer_order
            .iter()
            .map(|(name, direction)| format!("{alias}.{name}{}", direction_text(*direction)))
            .collect();
        let order = format!("ORDER BY {}", order.join(", "));
        match form {
            // With nothing joined, the records are aggregated in the order of the page.
            Form::List if joins.is_empty() => format!("{}\n{from}", self.projection(&cells, form)),
            Form::List => {
                let record = format!("{} AS record", render::call("record_send", &[row(&cells)]));
                let mut lines = vec![render::select(&[record]), from];
                lines.extend(joins);
                lines.push(order);
                let records = render::subquery(&lines.join("\n"));
                format!("SELECT string_agg({alias}.record, ''::bytea)\nFROM {records} AS {alias}")
            }
            Form::Rows | Form::Record => {
                let mut lines = vec![self.projection(&cells, form), from];
                lines.extend(joins);
                lines.push(order);
                lines.join("\n")
            }
        }
    }

    /// What a page must give to what is around it, and by which of its columns that is ordered.
    fn page_columns(
        &self,
        select: &Select,
        own: &Aliased,
        order: &[String],
    ) -> (Vec<String>, Vec<(String, Direction)>) {
        let table = self.model.table(select.table);
        let mut needed: Vec<usize> = select_columns(select).collect();
        let mut need = |columns: &[usize]| {
            for &column in columns {
                if !needed.contains(&column) {
                    needed.push(column);
                }
            }
        };
        for join in select.joins.iter().filter(|join| join.of == TableRef::Own) {
            need(from_columns(&table.relations[join.relation].def.kind));
        }
        for cell in &select.cells {
            if let Cell::List { select, .. } = cell
                && let Source::Relation { of: TableRef::Own, relation, .. } = select.source
            {
                need(from_columns(&table.relations[relation].def.kind));
            }
        }
        let own_order: Vec<_> =
            select.order.iter().filter(|term| term.path.is_empty()).map(|term| term.column).collect();
        need(&own_order);
        needed.sort_unstable();
        let mut columns: Vec<_> = needed.iter().map(|&column| self.column(own, column)).collect();
        let mut terms = Vec::new();
        for (i, (term, text)) in select.order.iter().zip(order).enumerate() {
            let name = if term.path.is_empty() {
                identifier(table.column(term.column).column)
            } else {
                let mut name = format!("order_{}", i + 1);
                while table.def.columns.iter().any(|column| column.column == name) {
                    name.push('_');
                }
                columns.push(format!("{text} AS {name}"));
                name
            };
            terms.push((name, term.direction));
        }
        (columns, terms)
    }

    /// The rows of a selection's own table: filtered, ordered, limited. `columns` says what is selected of them; it
    /// is given the table and the columns of the order.
    fn page(
        &mut self,
        select: &Select,
        parent: Option<&Aliased>,
        columns: impl FnOnce(&Self, &Aliased, &[String]) -> Vec<String>,
    ) -> String {
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let mut from = vec![format!("FROM {}", self.from(&own))];
        let mut terms = Vec::new();
        if let (Source::Relation { relation, .. }, Some(parent)) = (&select.source, parent) {
            self.related(parent, *relation, &own, &mut from, &mut terms);
        }
        let order = self.order(&own, &select.order, &mut from);
        terms.extend(self.filter(&own, &select.filter));
        let names: Vec<_> = order.iter().map(|(text, _)| text.clone()).collect();
        let columns = columns(self, &own, &names);
        let mut lines = vec![render::select(&columns)];
        lines.extend(from);
        if !terms.is_empty() {
            lines.push(render::conditions("WHERE", &terms));
        }
        let order: Vec<_> =
            order.iter().map(|(text, direction)| format!("{text}{}", direction_text(*direction))).collect();
        lines.push(format!("ORDER BY {}", order.join(", ")));
        match &select.limit {
            None => {}
            Some(Limit::Default(rows)) => lines.push(format!("LIMIT {rows}")),
            Some(Limit::Given(operand)) => {
                lines.push(format!("LIMIT {}", self.bind(Bind::operand(operand.clone()))));
            }
        }
        if let Some(offset) = &select.offset {
            lines.push(format!("OFFSET {}", self.bind(Bind::operand(offset.clone()))));
        }
        lines.join("\n")
    }

    /// Restricts `own` to the rows that a relation of `parent` leads to.
    pub(super) fn related(
        &mut self,
        parent: &Aliased,
        relation: usize,
        own: &Aliased,
        from: &mut Vec<String>,
        terms: &mut Vec<String>,
    ) {
        let definition = &self.model.table(parent.table).relations[relation];
        match definition.def.kind {
            RelationKind::One { from, to, .. } | RelationKind::Many { from, to } => {
                terms.extend(self.equal(own, to, parent, from));
            }
            RelationKind::Through { from: key, join_from, join_to, to, .. } => {
                // Resolved with the model.
                let Some(join) = definition.join else { return };
                let def = self.model.table(join).def;
                let wish = def.table;
                // A pair that stands in the join table twice must not give its row twice.
                let unique =
                    def.key.iter().all(|column| join_from.contains(column) || join_to.contains(column));
                if unique {
                    let join = self.alias(wish, join);
                    let on = self.equal(&join, join_to, own, to).join(" AND ");
                    from.push(format!("JOIN {} ON {on}", self.from(&join)));
                    terms.extend(self.equal(&join, join_from, parent, key));
                } else {
                    let exists = self.scoped(|this| {
                        let join = this.alias(wish, join);
                        let mut terms = this.equal(&join, join_from, parent, key);
                        terms.extend(this.equal(&join, join_to, own, to));
                        let from = this.from(&join);
                        format!("SELECT 1\nFROM {from}\n{}", render::conditions("WHERE", &terms))
                    });
                    terms.push(format!("EXISTS {}", render::subquery(&exists)));
                }
            }
        }
    }

    /// `a.x = b.y`, for each pair of columns.
    fn equal(&self, a: &Aliased, columns: &[usize], b: &Aliased, others: &[usize]) -> Vec<String> {
        let pairs = columns.iter().zip(others);
        pairs.map(|(&x, &y)| format!("{} = {}", self.column(a, x), self.column(b, y))).collect()
    }

    /// The columns of an order; those of related tables are joined.
    fn order(&mut self, own: &Aliased, order: &[Order], from: &mut Vec<String>) -> Vec<(String, Direction)> {
        let mut joined: Vec<(Vec<usize>, Aliased)> = Vec::new();
        let mut terms = Vec::new();
        for term in order {
            let mut table = own.clone();
            for length in 1..=term.path.len() {
                let path = &term.path[..length];
                if let Some((_, known)) = joined.iter().find(|(other, _)| other == path) {
                    table = known.clone();
                    continue;
                }
                let target = self.join(&table, path[length - 1], None, from);
                joined.push((path.to_vec(), target.clone()));
                table = target;
            }
            terms.push((self.column(&table, term.column), term.direction));
        }
        terms
    }

    /// Joins the table that a relation to one leads to.
    fn join(
        &mut self,
        parent: &Aliased,
        relation: usize,
        when: Option<ConditionId>,
        lines: &mut Vec<String>,
    ) -> Aliased {
        let definition = &self.model.table(parent.table).relations[relation];
        let target = self.alias(&snake_case(definition.def.name), definition.target);
        let mut on = match definition.def.kind {
            RelationKind::One { from, to, .. } => self.equal(&target, to, parent, from),
            // The plan joins nothing else.
            RelationKind::Many { .. } | RelationKind::Through { .. } => Vec::new(),
        };
        on.extend(when.map(|when| self.bind(Bind::condition(when))));
        lines.push(format!("LEFT JOIN {} ON {}", self.from(&target), on.join(" AND ")));
        target
    }

    /// The joins of a selection, and its tables: its own first.
    fn joins(&mut self, select: &Select, own: Aliased) -> (Vec<String>, Vec<Aliased>) {
        let mut lines = Vec::new();
        let mut tables = vec![own];
        for join in &select.joins {
            let parent = tables[position(join.of)].clone();
            let target = self.join(&parent, join.relation, join.when, &mut lines);
            tables.push(target);
        }
        (lines, tables)
    }

    /// The text of each cell of a record.
    fn record_cells(&mut self, select: &Select, tables: &[Aliased], form: Form) -> Vec<String> {
        let cells = select.cells.iter();
        cells
            .map(|cell| match cell {
                Cell::Column { of, column } => self.output(&tables[position(*of)], *column),
                nested if form == Form::Rows => self.cell(nested, Some(tables)),
                nested => self.nested(nested, Some(tables)),
            })
            .collect()
    }

    /// A nested list or record under its name.
    fn cell(&mut self, cell: &Cell, tables: Option<&[Aliased]>) -> String {
        let text = self.nested(cell, tables);
        match cell {
            Cell::Column { .. } => text,
            Cell::List { select, .. } | Cell::Record { select, .. } => {
                format!("{text} AS {}", identifier(&snake_case(&select.key)))
            }
        }
    }

    fn nested(&mut self, cell: &Cell, tables: Option<&[Aliased]>) -> String {
        let (select, when, form) = match cell {
            Cell::Column { .. } => return String::new(),
            Cell::List { select, when } => (select, when, Form::List),
            Cell::Record { select, when } => (select, when, Form::Record),
        };
        let parent = match (&select.source, tables) {
            (Source::Relation { of, .. }, Some(tables)) => Some(&tables[position(*of)]),
            _ => None,
        };
        let text = render::subquery(&self.select(select, parent, form));
        match when {
            None => text,
            Some(when) => format!("CASE WHEN {} THEN {text} END", self.bind(Bind::condition(*when))),
        }
    }

    fn projection(&self, cells: &[String], form: Form) -> String {
        match form {
            Form::Rows => render::select(cells),
            Form::Record => render::select(&[render::call("record_send", &[row(cells)])]),
            Form::List => {
                let record = render::call("record_send", &[row(cells)]);
                render::select(&[render::call("string_agg", &[record, "''::bytea".into()])])
            }
        }
    }
}

/// `ROW(a, b)`.
fn row(cells: &[String]) -> String {
    render::call("ROW", cells)
}

/// The columns of a selection's own table that are cells.
fn select_columns(select: &Select) -> impl Iterator<Item = usize> {
    select.cells.iter().filter_map(|cell| match cell {
        Cell::Column { of: TableRef::Own, column } => Some(*column),
        _ => None,
    })
}

/// The columns of the table that has the relation.
fn from_columns(kind: &RelationKind) -> &'static [usize] {
    match kind {
        RelationKind::One { from, .. }
        | RelationKind::Many { from, .. }
        | RelationKind::Through { from, .. } => from,
    }
}

/// The place of a table among a selection's tables, its own first.
fn position(of: TableRef) -> usize {
    match of {
        TableRef::Own => 0,
        TableRef::Join(join) => join + 1,
    }
}

fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Asc => "",
        Direction::Desc => " DESC",
        Direction::AscNullsFirst => " NULLS FIRST",
        Direction::AscNullsLast => " NULLS LAST",
        Direction::DescNullsFirst => " DESC NULLS FIRST",
        Direction::DescNullsLast => " DESC NULLS LAST",
    }
}

/// `supportRep` → `support_rep`: an alias that needs no quotes.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (i, character) in name.chars().enumerate() {
        if character.is_ascii_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
