//! The order of rows: by columns, also of rows that relations to one lead to, and in the end by the key.

use std::cmp::Ordering;

use onefold::schema::RelationKind;

use super::input::Input;
use super::plain::Plain;
use super::store::Store;
use super::tokens::Term;

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
                missing.retain(|column| *column != term.column);
            }
            terms.push(term);
        }
        let by_key = |column| Term { path: Vec::new(), column, descending: false, nulls_first: false };
        terms.extend(missing.into_iter().map(by_key));
        terms
    }

    fn term(&self, table: usize, input: &Input) -> Term {
        let [(name, inner)] = input.fields() else { panic!("{input:?} has one field") };
        let definition = self.definition(table);
        if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
            let (descending, nulls_first) = match inner.text() {
                "ASC" | "ASC_NULLS_LAST" => (false, false),
                "ASC_NULLS_FIRST" => (false, true),
                "DESC" | "DESC_NULLS_FIRST" => (true, true),
                "DESC_NULLS_LAST" => (true, false),
                other => panic!("`{other}` is no direction"),
            };
            return Term { path: Vec::new(), column, descending, nulls_first };
        }
        let relation = definition.relations.iter().position(|relation| relation.name == name);
        let relation = relation.unwrap_or_else(|| panic!("`{name}` is a field"));
        assert!(matches!(definition.relations[relation].kind, RelationKind::One { .. }), "orders follow one");
        let mut term = self.term(self.table(definition.relations[relation].target), inner);
        term.path.insert(0, relation);
        term
    }

    /// The order of two rows.
    pub fn order(&self, table: usize, terms: &[Term], one: usize, other: usize) -> Ordering {
        let mut orders = terms.iter().map(|term| {
            let [one, other] = [one, other].map(|row| self.at_end(table, row, &term.path, term.column));
            match (one, other) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) if term.nulls_first => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) if term.nulls_first => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(one), Some(other)) if term.descending => other.order(one),
                (Some(one), Some(other)) => one.order(other),
            }
        });
        orders.find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
    }

    /// The value of a column at the end of a path; null where the path does not lead so far.
    fn at_end(&self, table: usize, row: usize, path: &[usize], column: usize) -> Option<&Plain> {
        let [relation, rest @ ..] = path else { return self.value(table, row, column) };
        let target = self.table(self.definition(table).relations[*relation].target);
        self.at_end(target, *self.related(table, row, *relation).first()?, rest, column)
    }
}
