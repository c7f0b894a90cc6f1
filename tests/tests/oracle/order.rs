//! The order of rows: by columns, also of rows that relations to one lead to, and in the end by the key.

use std::cmp::Ordering;

use onefold::schema::RelationKind;

use super::aggregate;
use super::input::Input;
use super::plain::Plain;
use super::store::Store;
use super::tokens::{By, Term};

impl Store {
    /// The terms of an order, up to those that make it total.
    pub fn terms(&self, table: usize, input: Option<&Input>) -> Vec<Term> {
        let mut missing = self.definition(table).key.to_vec();
        let mut terms = Vec::new();
        for input in input.map(Input::items).unwrap_or_default() {
            if missing.is_empty() {
                return terms;
            }
            let term = self.term(table, input);
            if term.path.is_empty() {
                missing.retain(|column| term.by != By::Column(*column));
            }
            terms.push(term);
        }
        let by_key =
            |column| Term { path: Vec::new(), by: By::Column(column), descending: false, nulls_first: false };
        terms.extend(missing.into_iter().map(by_key));
        terms
    }

    /// A term by itself.
    pub fn term(&self, table: usize, input: &Input) -> Term {
        let [(name, inner)] = input.fields() else { panic!("{input:?} has one field") };
        let definition = self.definition(table);
        if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
            let (descending, nulls_first) = direction(inner.text());
            return Term { path: Vec::new(), by: By::Column(column), descending, nulls_first };
        }
        let named = |name: &str| definition.relations.iter().position(|relation| relation.name == name);
        if let Some(relation) = name.strip_suffix("Aggregate").and_then(named) {
            let [(name, inner)] = inner.fields() else { panic!("{inner:?} has one field") };
            let target = self.table(definition.relations[relation].target);
            let (column, function, of_measure) = aggregate::measure_of(self, target, name, inner);
            let (descending, nulls_first) = direction(of_measure);
            let by = By::Measure { relation, column, function };
            return Term { path: Vec::new(), by, descending, nulls_first };
        }
        let relation = named(name).unwrap_or_else(|| panic!("`{name}` is a field"));
        assert!(matches!(definition.relations[relation].kind, RelationKind::One { .. }), "orders follow one");
        let mut term = self.term(self.table(definition.relations[relation].target), inner);
        term.path.insert(0, relation);
        term
    }

    /// The order of two rows.
    pub fn order(&self, table: usize, terms: &[Term], one: usize, other: usize) -> Ordering {
        let mut orders = terms.iter().map(|term| {
            let [one, other] = [one, other].map(|row| self.by(table, row, term));
            by_direction(term.descending, term.nulls_first, one.as_ref(), other.as_ref())
        });
        orders.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
    }

    /// The order of a list that has one row of those that are alike in some columns: it begins with these.
    pub fn distinct_order(&self, columns: &Input, order: Option<&Input>) -> Input {
        let mut order = order.map(Input::items).unwrap_or_default().to_vec();
        let leading = order.iter().take_while(|input| {
            let [(name, _)] = input.fields() else { panic!("{input:?} has one field") };
            columns.items().iter().any(|column| column.text() == name)
        });
        let leading = leading.count();
        let is_missing =
            |column: &&Input| !order[..leading].iter().any(|by| by.fields()[0].0 == column.text());
        let missing: Vec<_> = columns.items().iter().filter(is_missing).collect();
        let ascending =
            |column: &Input| Input::Object(vec![(column.text().to_owned(), Input::Name("ASC".to_owned()))]);
        let missing: Vec<_> = missing.into_iter().map(ascending).collect();
        order.splice(leading..leading, missing);
        Input::List(order)
    }

    /// The first row of each combination of values in some columns.
    pub fn distinct(&self, table: usize, columns: &Input, rows: Vec<usize>) -> Vec<usize> {
        let columns: Vec<_> =
            columns.items().iter().map(|name| self.aggregated(table, name.text())).collect();
        let is_alike = |one: usize, other: usize| {
            columns.iter().all(|column| {
                match (self.value(table, one, *column), self.value(table, other, *column)) {
                    (Some(one), Some(other)) => one.equals(other),
                    (one, other) => one.is_none() && other.is_none(),
                }
            })
        };
        let mut found: Vec<usize> = Vec::new();
        for row in rows {
            if !found.iter().any(|other| is_alike(*other, row)) {
                found.push(row);
            }
        }
        found
    }

    /// What a row is ordered by.
    fn by(&self, table: usize, row: usize, term: &Term) -> Option<Plain> {
        match term.by {
            By::Column(column) => self.at_end(table, row, &term.path, column).cloned(),
            By::Measure { relation, column, function } => {
                let (table, row) = self.end(table, row, &term.path);
                let target = self.table(self.definition(table).relations[relation].target);
                let related = row.map_or(Vec::new(), |row| self.related(table, row, relation));
                self.measure(target, &related, column, function).into_iter().next()
            }
        }
    }

    /// The value of a column at the end of a path; null where the path does not lead so far.
    pub fn at_end(&self, table: usize, row: usize, path: &[usize], column: usize) -> Option<&Plain> {
        let (table, row) = self.end(table, row, path);
        self.value(table, row?, column)
    }

    /// The table at the end of a path, and its row if the path leads to one.
    fn end(&self, table: usize, row: usize, path: &[usize]) -> (usize, Option<usize>) {
        path.iter().fold((table, Some(row)), |(table, row), relation| {
            let target = self.table(self.definition(table).relations[*relation].target);
            (target, row.and_then(|row| self.related(table, row, *relation).first().copied()))
        })
    }
}

/// Whether the greatest comes first, and whether null does.
pub fn direction(name: &str) -> (bool, bool) {
    match name {
        "ASC" | "ASC_NULLS_LAST" => (false, false),
        "ASC_NULLS_FIRST" => (false, true),
        "DESC" | "DESC_NULLS_FIRST" => (true, true),
        "DESC_NULLS_LAST" => (true, false),
        other => panic!("`{other}` is no direction"),
    }
}

/// The order of two values in a direction.
pub fn by_direction(
    descending: bool,
    nulls_first: bool,
    one: Option<&Plain>,
    other: Option<&Plain>,
) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) if nulls_first => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) if nulls_first => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) if descending => other.order(one),
        (Some(one), Some(other)) => one.order(other),
    }
}
