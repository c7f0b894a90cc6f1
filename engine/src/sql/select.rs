//! Selections → SELECT, each as rows or as one value.
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
//!
//! Where that is asked for, the limit comes last instead, after all that is joined.

use std::iter;

use onefold_schema::ScalarType;

use super::bind::Bind;
use super::condition::Condition;
use super::grouped::{Around, Groups};
use super::identifier::{identifier, qualified};
use super::join::{Aliased, Tables, snake_case};
use super::page::{OrderTerm, Origin, Page, order_clause};
use super::render;
use crate::model::{Model, TableId};
use crate::operation::Operand;
use crate::plan::shape::ConditionId;
use crate::plan::{Cell, Nested, Root, Select, Source, TableRef};

/// How a selection gives its records.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// Rows, with a column for each cell.
    Rows,
    /// All of them in one value.
    Value,
}

pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model,
    binds: Vec<Bind>,
    /// The aliases that can be seen where the text is being written.
    pub(super) scope: Vec<String>,
    /// Whether the values that vary between requests come from rows of [`REQUEST`].
    is_batch: bool,
    /// The bind whose value all requests of a batch have in common.
    same: Option<usize>,
    /// The shard key that all sharded tables of the statement have.
    pub(super) key: Option<Operand>,
}

/// The alias of the requests in a batch, and of the ids that rows are read by.
pub(super) const REQUEST: &str = "request";

/// The column with the number of a request, or with the place of an id.
pub(super) const NUMBER: &str = "number";

impl<'a> Lowering<'a> {
    pub(super) fn new(model: &'a Model, key: Option<Operand>) -> Self {
        Lowering { model, binds: Vec::new(), scope: Vec::new(), is_batch: false, same: None, key }
    }

    /// Lowers a statement again, for many requests at once; its binds keep their numbers.
    pub(super) fn batch(
        model: &'a Model,
        key: Option<Operand>,
        binds: Vec<Bind>,
        same: Option<usize>,
    ) -> Self {
        Lowering { model, binds, scope: vec![REQUEST.into()], is_batch: true, same, key }
    }

    /// Whether each request of a batch has a value of its own for a bind.
    fn is_each(&self, bind: usize) -> bool {
        self.is_batch && self.same != Some(bind) && self.binds[bind].varies()
    }

    pub(super) fn into_binds(self) -> Vec<Bind> {
        self.binds
    }

    /// The statement of a single root field.
    pub(super) fn root(&mut self, select: &Select) -> String {
        self.select(select, None, Form::Rows)
    }

    /// The statement of several root fields: one row with a column for each.
    pub(super) fn cells(&mut self, cells: &[Nested]) -> String {
        let items: Vec<_> = cells.iter().map(|nested| self.named(nested, None)).collect();
        render::select(&items)
    }

    /// The statement of many requests: a row with the number of the request, from 1, and its answer, which is the
    /// cells of a row by key, those of several root fields, or all records of a list in one.
    ///
    /// ```sql
    /// SELECT request.number, answer.*
    /// FROM unnest($1::int4[]) WITH ORDINALITY AS request (bind_1, number)
    /// CROSS JOIN LATERAL (
    ///   SELECT album.title
    ///   FROM album
    ///   WHERE album.album_id = request.bind_1
    /// ) AS answer
    /// ```
    pub(super) fn requests(&mut self, root: &Root) -> String {
        let answer = match root {
            Root::Rows(select) => self.select(select, None, Form::Value),
            Root::Row(select) => self.select(select, None, Form::Rows),
            Root::Cells(cells) => self.cells(cells),
        };
        let varying = self.binds.iter().enumerate().filter(|(position, _)| self.is_each(*position));
        let (mut arrays, mut names) = (Vec::new(), Vec::new());
        for (position, bind) in varying {
            arrays.push(format!("${}::{}[]", position + 1, bind.ty.name()));
            names.push(format!("bind_{}", position + 1));
        }
        names.push(NUMBER.into());
        requests(NUMBER, &arrays, &names, &answer)
    }

    /// The statement of a relation for many rows that other shards have: a row with the number of each, from 1, and the
    /// cells of each row that is related to it.
    ///
    /// ```sql
    /// SELECT request.number, answer.*
    /// FROM unnest($1::int4[]) WITH ORDINALITY AS request (supplier_id, number)
    /// CROSS JOIN LATERAL (
    ///   SELECT supplier.name
    ///   FROM supplier
    ///   WHERE supplier.supplier_id = request.supplier_id
    /// ) AS answer
    /// ```
    pub(super) fn related_rows(&mut self, select: &Select, table: TableId, relation: usize) -> String {
        let request = self.alias(REQUEST, table);
        let columns = self.model.table(table).relations[relation].def.kind.from();
        let (mut arrays, mut names) = (Vec::new(), Vec::new());
        for &column in columns {
            let definition = self.model.table(table).column(column);
            arrays.push(self.bind(Bind::related(column, definition.scalar)));
            names.push(identifier(definition.column));
        }
        let mut number = NUMBER.to_owned();
        while names.contains(&number) {
            number.push('_');
        }
        names.push(number.clone());
        let answer = self.scoped(|this| match select.limit {
            Some(_) => this.list(select, Some(Origin::Relation { parent: &request, relation }), Form::Rows),
            None => this.related_row(select, &request, relation),
        });
        let statement = requests(&number, &arrays, &names, &answer);
        // A page is read for one number after the other; a single row is joined in any order.
        match select.merged && select.limit.is_none() {
            true => format!("{statement}\nORDER BY {REQUEST}.{number}"),
            false => statement,
        }
    }

    /// The one row that a relation leads to, with what is joined to it.
    fn related_row(&mut self, select: &Select, parent: &Aliased, relation: usize) -> String {
        let own = self.alias(self.model.table(select.table).def.table, select.table);
        let (_, by_relation) = self.related(parent, relation, &own);
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_cells(select, &tables, &[], &Groups::default(), Form::Rows);
        let mut lines = vec![render::select(&cells), format!("FROM {}", self.from(&own))];
        lines.extend(joins);
        let by_filter = self.filter(&own, &select.filter);
        lines.extend(Condition::all([by_relation, by_filter]).filter_clause());
        lines.join("\n")
    }

    /// `$1::int4` for a bind, which is the same for the same value; `request.bind_1` for one of many requests.
    pub(super) fn bind(&mut self, bind: Bind) -> String {
        let known = self.binds.iter().position(|other| *other == bind);
        let position = known.unwrap_or_else(|| {
            self.binds.push(bind);
            self.binds.len() - 1
        });
        let bind = &self.binds[position];
        if self.is_each(position) {
            format!("{REQUEST}.bind_{}{}", position + 1, bind.own_cast())
        } else {
            format!("${}{}", position + 1, bind.cast())
        }
    }

    /// Does something within which more aliases can be seen.
    pub(super) fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let visible = self.scope.len();
        let result = f(self);
        self.scope.truncate(visible);
        result
    }

    /// A selection; `enclosing` are the tables of the one that it is nested in.
    fn select(&mut self, select: &Select, enclosing: Option<&Tables>, form: Form) -> String {
        if !select.variants.is_empty() {
            return self.scoped(|this| this.variants(select));
        }
        self.scoped(|this| match &select.source {
            Source::Key(key) => this.by_key(select, key, form),
            Source::Table => this.list(select, None, form),
            Source::Ids { .. } => unreachable!("rows with global ids are those of a list of several tables"),
            Source::Request { .. } => unreachable!("what is related to many rows is a statement of its own"),
            Source::Relation { of, relation, .. } => {
                let Some(tables) = enclosing else {
                    unreachable!("`plan::lower` makes lists of relations only within selections")
                };
                let origin = Origin::Relation { parent: tables.get(*of), relation: *relation };
                this.list(select, Some(origin), form)
            }
            Source::Function { of, call } => {
                let parent = of.and_then(|of| Some(enclosing?.get(of)));
                this.list(select, Some(Origin::Function { parent, call }), form)
            }
        })
    }

    fn list(&mut self, select: &Select, origin: Option<Origin<'_>>, form: Form) -> String {
        if let Some(connection) = &select.connection {
            return self.connection(select, connection, origin, form);
        }
        if let Some(aggregate) = &select.aggregate {
            return self.aggregate(select, aggregate, origin, form);
        }
        let is_column = |cell: &Cell| matches!(cell, Cell::Column { .. } | Cell::Computed { .. });
        let only_columns = select.cells.iter().all(is_column);
        // Postgres selects nothing of rows only where they need not be told apart.
        let selects_nothing = select.cells.is_empty() && !select.distinct_on.is_empty();
        if only_columns && select.joins.is_empty() && !selects_nothing {
            self.flat(select, origin, form)
        } else if select.limit_last && form == Form::Rows {
            self.page(select, origin, |this, rows| {
                let (joins, tables) = this.joins(select, rows.own.clone());
                Page {
                    items: this.record_cells(select, &tables, rows.order, &Groups::default(), form),
                    joins,
                }
            })
        } else {
            self.paged(select, origin, form)
        }
    }

    /// One row by its key, with what is joined to it.
    fn by_key(&mut self, select: &Select, key: &[Operand], form: Form) -> String {
        let def = self.model.table(select.table).def;
        let own = self.alias(def.table, select.table);
        let (joins, tables) = self.joins(select, own.clone());
        let cells = self.record_cells(select, &tables, &[], &Groups::default(), form);
        let mut lines = vec![
            match form {
                Form::Rows => render::select(&cells),
                Form::Value => render::select(&[record(&cells)]),
            },
            format!("FROM {}", self.from(&own)),
        ];
        lines.extend(joins);
        let terms = def.key.iter().zip(key).map(|(&column, operand)| {
            let value = self.bind(Bind::operand(operand.clone()));
            Condition::Comparison(format!("{} = {value}", self.column(&own, column)))
        });
        let by_key = Condition::all(terms);
        let is_pinned =
            def.placement.shard_key().is_some_and(|shard_key| def.key.contains(&shard_key.column));
        let pin = if is_pinned { None } else { self.pin(&own, None) };
        let pin = pin.unwrap_or_else(|| self.filter(&own, &select.filter));
        lines.extend(Condition::all([by_key, pin]).filter_clause());
        lines.join("\n")
    }

    /// A list that reads nothing but its table's columns.
    fn flat(&mut self, select: &Select, origin: Option<Origin<'_>>, form: Form) -> String {
        let outputs = |this: &mut Self, own: &Aliased| {
            let tables = Tables::of(own.clone());
            this.record_cells(select, &tables, &[], &Groups::default(), form)
        };
        match form {
            Form::Rows => self.page(select, origin, |this, rows| Page::of(outputs(this, rows.own))),
            Form::Value => {
                let page = self.scoped(|this| {
                    this.page(select, origin, |this, rows| {
                        let columns = this.cell_columns(select);
                        Page::of(
                            columns.into_iter().map(|column| this.named_column(rows.own, column)).collect(),
                        )
                    })
                });
                let own = self.page_alias(&snake_case(&select.key), select.table);
                let records = concatenation(record(&outputs(self, &own)));
                format!("{}\n{}", render::select(&[records]), from_query(&page, &own))
            }
        }
    }

    /// A list that reads a page first and then what belongs to its rows.
    fn paged(&mut self, select: &Select, origin: Option<Origin<'_>>, form: Form) -> String {
        let mut order = Vec::new();
        let page = self.scoped(|this| {
            this.page(select, origin, |this, rows| {
                let (columns, names) = this.page_columns(select, rows);
                order = names;
                Page::of(columns)
            })
        });
        let has_groups = select.has_groups();
        let own = if has_groups {
            self.page_name(select)
        } else {
            self.page_alias(&snake_case(&select.key), select.table)
        };
        let order: Vec<_> = order.into_iter().map(|term: OrderTerm| term.of(&own)).collect();
        let (mut joins, tables) = self.joins(select, own.clone());
        let groups = self.groups(&Around { select, page: &own, tables: &tables });
        let cells = self.record_cells(select, &tables, &order, &groups, form);
        joins.extend(groups.joins);
        let (with, from) = if has_groups {
            (Some(self.with(&page, &own)), format!("FROM {}", identifier(&own.alias)))
        } else {
            (None, from_query(&page, &own))
        };
        // With nothing joined, the records are aggregated in the order of the page.
        if form == Form::Value && joins.is_empty() {
            return format!("{}\n{from}", render::select(&[concatenation(record(&cells))]));
        }
        let items = match form {
            Form::Rows => cells,
            Form::Value => vec![format!("{} AS record", record(&cells))],
        };
        let mut lines: Vec<String> = with.into_iter().chain([render::select(&items), from]).collect();
        lines.extend(joins);
        lines.push(order_clause(&order));
        let rows = lines.join("\n");
        match form {
            Form::Rows => rows,
            Form::Value => {
                let records = concatenation(format!("{}.record", identifier(&own.alias)));
                format!("{}\n{}", render::select(&[records]), from_query(&rows, &own))
            }
        }
    }

    /// The text of each cell of a record that is in one value.
    pub(super) fn record_values(&mut self, select: &Select, tables: &Tables, groups: &Groups) -> Vec<String> {
        self.record_cells(select, tables, &[], groups, Form::Value)
    }

    /// The text of each cell of a record.
    pub(super) fn record_cells(
        &mut self,
        select: &Select,
        tables: &Tables,
        order: &[OrderTerm],
        groups: &Groups,
        form: Form,
    ) -> Vec<String> {
        let records = groups.records.iter().map(Option::as_ref).chain(iter::repeat(None));
        let cells = select.cells.iter().zip(records);
        cells
            .map(|(cell, records)| match (cell, form) {
                (Cell::Column { of, column }, _) => self.column_cell(tables.get(*of), *column, form),
                (Cell::Computed { of, column, arguments }, _) => {
                    self.computed_cell(tables.get(*of), *column, arguments, form)
                }
                (Cell::Nested(nested), form) if let Some(records) = records => match form {
                    Form::Rows => format!("{records} AS {}", identifier(&snake_case(&nested.select.key))),
                    Form::Value => records.clone(),
                },
                (Cell::Nested(nested), Form::Rows) => self.named(nested, Some(tables)),
                (Cell::Nested(nested), Form::Value) => self.nested(nested, Some(tables)),
                (Cell::Remote(nested), Form::Rows) => {
                    let name = snake_case(&nested.select.key);
                    format!("{} AS {}", self.remote(nested, tables), identifier(&name))
                }
                (Cell::Remote(nested), Form::Value) => self.remote(nested, tables),
                (Cell::Variant(variant), _) => variant.0.to_string(),
                (Cell::Depth, _) => {
                    format!("{}.{}", identifier(&tables.get(TableRef::Own).alias), self.depth(select))
                }
                (Cell::Order(term), _) => self.order_output(select, *term, &order[*term]),
                (Cell::EnumPlace(term), form) => {
                    let place = self.enum_place(select, *term, &order[*term]);
                    if form == Form::Value { place } else { format!("{place} AS order_{}", term + 1) }
                }
            })
            .collect()
    }

    /// A nested list or record under its name.
    fn named(&mut self, nested: &Nested, enclosing: Option<&Tables>) -> String {
        let name = snake_case(&nested.select.key);
        format!("{} AS {}", self.nested(nested, enclosing), identifier(&name))
    }

    /// What a relation whose rows are on other shards is found by: the columns that relate them, as a record.
    fn remote(&mut self, Nested { select, when }: &Nested, tables: &Tables) -> String {
        let Source::Relation { of, table, relation } = select.source else {
            unreachable!("`plan::lower` makes only relations remote")
        };
        let columns = self.model.table(table).relations[relation].def.kind.from();
        let columns: Vec<_> = columns.iter().map(|&column| self.column(tables.get(of), column)).collect();
        self.under(*when, record(&columns))
    }

    /// A column of the order as it is answered: for a cursor as it is compared.
    fn order_output(&self, select: &Select, term: usize, column: &OrderTerm) -> String {
        match select.order[term].scalar(self.model, select.table) {
            // Cursors have the label, which is compared by its type.
            ScalarType::Enum(_) if select.connection.is_some() => format!("{}::text", column.column),
            _ if select.connection.is_some() => column.compared(),
            _ => column.column.clone(),
        }
    }

    /// The place of an enum's value, by which rows of several databases are compared.
    fn enum_place(&self, select: &Select, term: usize, column: &OrderTerm) -> String {
        let ScalarType::Enum(def) = select.order[term].scalar(self.model, select.table) else {
            unreachable!("`route::split` asks for the places of enums alone")
        };
        let ty = qualified(def.schema, def.type_name);
        format!("array_position(enum_range(NULL::{ty}), {})", column.column)
    }

    fn nested(&mut self, Nested { select, when }: &Nested, enclosing: Option<&Tables>) -> String {
        let text = render::subquery(&self.select(select, enclosing, Form::Value));
        self.under(*when, text)
    }

    /// A value that is null unless a condition holds.
    pub(super) fn under(&mut self, when: Option<ConditionId>, text: String) -> String {
        match when {
            None => text,
            Some(when) => format!("CASE WHEN {} THEN {text} END", self.bind(Bind::condition(when))),
        }
    }
}

/// A row with its number, from 1, and an answer for each item of the arrays.
fn requests(number: &str, arrays: &[String], names: &[String], answer: &str) -> String {
    let source = render::call("unnest", arrays);
    let request = render::call(&format!("WITH ORDINALITY AS {REQUEST} "), names);
    let lines = [
        render::select(&[format!("{REQUEST}.{number}"), "answer.*".into()]),
        format!("FROM {source} {request}"),
        format!("CROSS JOIN LATERAL {} AS answer", render::subquery(answer)),
    ];
    lines.join("\n")
}

/// `record_send(ROW(a, b))`: a record in one value.
pub(super) fn record(cells: &[String]) -> String {
    render::call("record_send", &[render::call("ROW", cells)])
}

/// `string_agg(record, ''::bytea)`: all records in one value.
pub(super) fn concatenation(record: String) -> String {
    render::call("string_agg", &[record, "''::bytea".into()])
}

/// `FROM (…) AS albums`.
pub(super) fn from_query(query: &str, own: &Aliased) -> String {
    format!("FROM {} AS {}", render::subquery(query), identifier(&own.alias))
}
