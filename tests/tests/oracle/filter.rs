//! Whether a row is such as a filter says: true, false, or unknown where null is compared.

use std::cmp::Ordering;

use onefold::schema::{RelationKind, ScalarType};

use super::input::Input;
use super::plain::Plain;
use super::store::Store;

/// All of them hold.
pub fn all(conditions: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut found = Some(true);
    for condition in conditions {
        match condition {
            Some(false) => return Some(false),
            Some(true) => {}
            None => found = None,
        }
    }
    found
}

/// It does not hold.
pub fn not(condition: Option<bool>) -> Option<bool> {
    condition.map(|value| !value)
}

impl Store {
    /// Whether a filter holds for a row.
    pub fn holds(&self, table: usize, row: usize, filter: &Input) -> Option<bool> {
        all(filter.fields().iter().map(|(name, input)| match name.as_str() {
            "and" => all(input.items().iter().map(|filter| self.holds(table, row, filter))),
            // One of them holds unless all of them do not.
            "or" => not(all(input.items().iter().map(|filter| not(self.holds(table, row, filter))))),
            "not" => not(self.holds(table, row, input)),
            name => self.of_field(table, row, name, input),
        }))
    }

    fn of_field(&self, table: usize, row: usize, name: &str, input: &Input) -> Option<bool> {
        let definition = self.definition(table);
        if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
            let scalar = definition.columns[column].scalar;
            let value = self.value(table, row, column);
            return all(input
                .fields()
                .iter()
                .map(|(operator, input)| compare(scalar, value, operator, input)));
        }
        let relation = definition.relations.iter().position(|relation| relation.name == name);
        let relation = relation.unwrap_or_else(|| panic!("`{name}` is a field"));
        let target = self.table(definition.relations[relation].target);
        let related = self.related(table, row, relation);
        let is_like = |filter: &Input, other: usize| self.holds(target, other, filter) == Some(true);
        if let RelationKind::One { .. } = definition.relations[relation].kind {
            return Some(related.iter().any(|other| is_like(input, *other)));
        }
        all(input.fields().iter().map(|(quantifier, filter)| {
            let mut related = related.iter();
            Some(match quantifier.as_str() {
                "some" => related.any(|other| is_like(filter, *other)),
                "every" => related.all(|other| is_like(filter, *other)),
                "none" => !related.any(|other| is_like(filter, *other)),
                other => panic!("`{other}` is no quantifier"),
            })
        }))
    }
}

/// Whether a value is such as an operator says.
pub fn compare(scalar: ScalarType, value: Option<&Plain>, operator: &str, input: &Input) -> Option<bool> {
    let order = |input: &Input| Some(value?.order(&Plain::of_input(scalar, input)));
    let is = |wanted: &[Ordering]| order(input).map(|order| wanted.contains(&order));
    match operator {
        "isNull" => Some(value.is_none() == input.is_true()),
        "eq" => is(&[Ordering::Equal]),
        "ne" => not(is(&[Ordering::Equal])),
        "lt" => is(&[Ordering::Less]),
        "lte" => is(&[Ordering::Less, Ordering::Equal]),
        "gt" => is(&[Ordering::Greater]),
        "gte" => is(&[Ordering::Greater, Ordering::Equal]),
        "in" | "notIn" => {
            let is_other = all(input.items().iter().map(|item| not(is_equal(order(item)))));
            if operator == "in" { not(is_other) } else { is_other }
        }
        operator => {
            let Plain::Text(text) = value? else { panic!("`{operator}` is for texts") };
            let lower = |text: &str| text.to_lowercase();
            let (text, pattern) = match operator {
                "ilike" | "iStartsWith" | "iEndsWith" | "iContains" => (lower(text), lower(input.text())),
                _ => (text.clone(), input.text().to_owned()),
            };
            Some(match operator {
                "like" | "ilike" => is_match(&text, &pattern),
                "startsWith" | "iStartsWith" => text.starts_with(&pattern),
                "endsWith" | "iEndsWith" => text.ends_with(&pattern),
                "contains" | "iContains" => text.contains(&pattern),
                other => panic!("`{other}` is no operator"),
            })
        }
    }
}

fn is_equal(order: Option<Ordering>) -> Option<bool> {
    order.map(|order| order == Ordering::Equal)
}

/// Whether a text is matched by a pattern with `%`, `_` and `\`.
fn is_match(text: &str, pattern: &str) -> bool {
    let mut characters = pattern.chars();
    match characters.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = characters.as_str();
            text.char_indices().any(|(place, _)| is_match(&text[place..], rest)) || is_match("", rest)
        }
        Some(wanted) => {
            let is_any = wanted == '_';
            let wanted = if wanted == '\\' { characters.next() } else { Some(wanted) };
            let mut rest = text.chars();
            let found = rest.next();
            found.is_some() && (is_any || found == wanted) && is_match(rest.as_str(), characters.as_str())
        }
    }
}
