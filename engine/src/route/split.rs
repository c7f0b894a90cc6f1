//! Divides a plan into parts, and what is to be merged into what it takes to do so.

use onefold_schema::{Placement, ScalarType};

use super::{Error, Merge, MergedConnection, Part, Refused, Related, Route, infer};
use crate::config::Dialect;
use crate::gather::connection;
use crate::gather::order::{Comparison, Term};
use crate::model::Model;
use crate::operation::Order;
use crate::plan::{Cell, Connection, ConnectionCell, Nested, Plan, Root, Select, Source, TableRef};
use crate::surface::scalars::type_name;

pub(super) fn split(model: &Model, plan: &Plan) -> Result<Vec<Part>, Vec<Refused>> {
    let mut splitting = Splitting { model, may_scatter: plan.may_scatter, errors: Vec::new() };
    let parts = match &plan.root {
        None => Vec::new(),
        Some(Root::Rows(select) | Root::Row(select)) => vec![splitting.root(select)],
        Some(Root::Cells(cells)) => splitting.cells(cells),
    };
    if splitting.errors.is_empty() { Ok(parts) } else { Err(splitting.errors) }
}

struct Splitting<'a> {
    model: &'a Model,
    may_scatter: bool,
    errors: Vec<Refused>,
}

impl Splitting<'_> {
    /// A root field whose rows are those of the statement.
    fn root(&mut self, select: &Select) -> Part {
        let route = self.route(select);
        self.part(&select.key, select.clone(), route)
    }

    /// The route of a root field; any, where there is none.
    fn route(&mut self, select: &Select) -> Route {
        infer::root(self.model, select, self.may_scatter).unwrap_or_else(|error| {
            self.refuse(&select.key, error);
            Route::Any
        })
    }

    fn refuse(&mut self, root: &str, error: Error) {
        self.errors.push(Refused { root: root.to_owned(), error });
    }

    /// Several root fields: those that are on one shard together are one part.
    fn cells(&mut self, cells: &[Nested]) -> Vec<Part> {
        let routes: Vec<_> = cells.iter().map(|nested| self.route(&nested.select)).collect();
        // What is on all shards goes with the first part that asks just one.
        let somewhere = routes.iter().find(|route| route.is_single() && **route != Route::Any).cloned();
        let mut parts: Vec<Part> = Vec::new();
        for (cell, (nested, route)) in cells.iter().zip(routes).enumerate() {
            let route = match (&route, &somewhere) {
                (Route::Any, Some(somewhere)) => somewhere.clone(),
                _ => route,
            };
            if !route.is_single() {
                let mut part = match nested.select.connection {
                    Some(_) => self.connection(nested.clone(), route),
                    None => self.part(&nested.select.key, (*nested.select).clone(), route),
                };
                part.cells = vec![cell];
                part.when = nested.when;
                parts.push(part);
                continue;
            }
            let same =
                parts.iter_mut().find(|part| part.route == route && matches!(part.root, Root::Cells(_)));
            match same {
                Some(Part { root: Root::Cells(others), cells, .. }) => {
                    others.push(nested.clone());
                    cells.push(cell);
                }
                _ => parts.push(Part {
                    root: Root::Cells(vec![nested.clone()]),
                    route,
                    cells: vec![cell],
                    when: None,
                    merge: None,
                    related: Vec::new(),
                }),
            }
        }
        for part in &mut parts {
            if let Root::Cells(nested) = &part.root {
                part.related = self.related_in_cells(nested);
                // A part with one field need not be sent when that is left out.
                part.when = if let [only] = &nested[..] { only.when } else { None };
            }
        }
        // The only part answers everything.
        if let [part] = &mut parts[..]
            && matches!(part.root, Root::Cells(_))
        {
            part.cells.clear();
        }
        parts
    }

    /// A part of the root field `root`.
    fn part(&mut self, root: &str, mut select: Select, route: Route) -> Part {
        let route = infer::divide(self.model, &mut select, route);
        let related = self.related(root, &select);
        let merge = (!route.is_single() && !matches!(route, Route::Related(..)))
            .then(|| self.merge(root, &mut select));
        let root = if select.limit.is_some() { Root::Rows(select) } else { Root::Row(select) };
        Part { root, route, cells: Vec::new(), when: None, merge, related }
    }

    /// A connection on several shards, each of which answers its record.
    fn connection(&mut self, mut nested: Nested, route: Route) -> Part {
        let route = infer::divide(self.model, &mut nested.select, route);
        let root = nested.select.key.clone();
        let merge = Some(self.merge(&root, &mut nested.select));
        let root = Root::Cells(vec![nested]);
        Part { root, route, cells: Vec::new(), when: None, merge, related: Vec::new() }
    }

    /// Adds to a selection what its rows are compared by.
    fn merge(&mut self, root: &str, select: &mut Select) -> Merge {
        if !select.distinct_on.is_empty() {
            self.refuse(root, Error::Distinct { field: select.key.clone() });
        }
        let cells = select.cells.len();
        select.merged = true;
        let connection = select.connection.as_mut().map(|connection| merged(connection));
        let table = self.model.table(select.table).def;
        let repeats = table.placement == Placement::Reference;
        if repeats {
            // What is one row is known by its key, which does not follow a distance.
            for &column in table.key {
                if !select.order.iter().any(|term| term.own_column() == Some(column)) {
                    select.order.push(Order::by_column(column));
                }
            }
        }
        let mut order = Vec::with_capacity(select.order.len());
        // Without its rows, a connection has nothing to be compared.
        let is_read = select.connection.as_ref().is_none_or(|connection| connection.records().is_some());
        let terms = if is_read { select.order.len() } else { 0 };
        for place in 0..terms {
            let term = &select.order[place];
            let scalar = term.scalar(self.model, select.table);
            let is_enum = matches!(scalar, ScalarType::Enum(_));
            let Some(comparison) = Comparison::of(scalar) else {
                // Citus merges by itself.
                if self.model.dialect == Dialect::Postgres {
                    let field = select.key.clone();
                    let column = term.by.name(self.model, term.end(self.model, select.table));
                    self.refuse(root, Error::NotMergeable { field, column, scalar: type_name(scalar) });
                }
                continue;
            };
            // The text that a connection compares can be another one than the column's.
            let is_other = scalar.compared() == ScalarType::Text && connection.is_some();
            let cell = match term.own_column().filter(|_| !is_other) {
                _ if is_enum => Cell::EnumPlace(place),
                Some(column) => Cell::Column { of: TableRef::Own, column },
                None => Cell::Order(place),
            };
            let known = select.cells.iter().position(|other| *other == cell);
            let cell = known.unwrap_or_else(|| {
                select.cells.push(cell);
                select.cells.len() - 1
            });
            order.push(Term { cell, comparison, direction: select.order[place].direction });
        }
        Merge {
            order,
            limit: select.limit.clone(),
            offset: select.offset.clone(),
            cells,
            repeats,
            connection,
        }
    }

    /// The parts that follow one whose rows are those of a selection.
    fn related(&mut self, root: &str, select: &Select) -> Vec<Related> {
        let mut found = Vec::new();
        self.find(root, select, &mut Vec::new(), &mut found);
        found
    }

    /// The parts that follow one whose only row has these cells.
    fn related_in_cells(&mut self, cells: &[Nested]) -> Vec<Related> {
        let mut found = Vec::new();
        for (cell, nested) in cells.iter().enumerate() {
            self.find(&nested.select.key, &nested.select, &mut vec![cell], &mut found);
        }
        found
    }

    fn find(&mut self, root: &str, select: &Select, path: &mut Vec<usize>, found: &mut Vec<Related>) {
        let depth = path.len();
        if let Some(connection) = &select.connection {
            // Its rows are in a cell of its record.
            let Some(records) = connection.records() else { return };
            path.push(records);
        }
        for (cell, content) in select.cells.iter().enumerate() {
            path.push(cell);
            match content {
                Cell::Column { .. }
                | Cell::Computed { .. }
                | Cell::Order(_)
                | Cell::Variant(_)
                | Cell::Depth
                | Cell::EnumPlace(_) => {}
                Cell::Nested(nested) => self.find(root, &nested.select, path, found),
                Cell::Remote(nested) => found.push(self.follow(root, &nested.select, path)),
            }
            path.pop();
        }
        path.truncate(depth);
    }

    /// The part with the rows of a relation, for all rows that it comes from.
    fn follow(&mut self, root: &str, select: &Select, path: &[usize]) -> Related {
        let Source::Relation { table, relation, .. } = select.source else {
            unreachable!("`plan::lower` makes only relations remote")
        };
        let from = self.model.table(table).relations[relation].def.kind.from();
        let columns = from.iter().map(|&column| self.model.table(table).column(column).scalar).collect();
        let route = infer::related(self.model, table, relation);
        let select = Select { source: Source::Request { table, relation }, ..select.clone() };
        let is_one = select.limit.is_none();
        Related { path: path.to_vec(), columns, is_one, part: self.part(root, select, route) }
    }
}

/// How the cells of a connection's record become one.
fn merged(connection: &mut Connection) -> MergedConnection {
    let answered = connection.cells.len();
    if connection.looks_beyond() && connection.records().is_none() {
        // Whether there is a row more than the page has depends on how many the shards have together.
        connection.cells.push(ConnectionCell::Records);
    }
    let backward = connection.backward;
    let cells = connection.cells.iter().map(|cell| match cell {
        ConnectionCell::Records => connection::Cell::Records,
        ConnectionCell::HasNext(_) if !backward => connection::Cell::IsMore,
        ConnectionCell::HasPrevious(_) if backward => connection::Cell::IsMore,
        ConnectionCell::HasNext(_) | ConnectionCell::HasPrevious(_) => connection::Cell::Any,
        ConnectionCell::TotalCount(_) => connection::Cell::Sum,
    });
    MergedConnection { backward, cells: cells.collect(), answered }
}
