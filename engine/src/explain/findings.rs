//! Postgres' plan, as JSON → what in it is going to be slow. Knows of filters no more than that columns are compared in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::postgres::Table;

/// Something that is going to be slow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// The table.
    pub table: String,
    /// How many rows the table has by Postgres' statistics.
    pub rows: u64,
    /// The columns by which rows are looked for, or ordered.
    pub columns: Vec<String>,
    /// What is wrong, for a person.
    pub message: String,
    /// The statement that would help, if there is one.
    pub suggestion: Option<String>,
}

/// What kind of thing is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A large table is read from one end to the other.
    SequentialScan,
    /// There is no index by which the rows could be found, or read in their order.
    MissingIndex,
}

/// How a node is run.
#[derive(Debug, Clone, Copy, Default)]
struct Place<'a> {
    /// For each of many rows.
    repeated: bool,
    /// What its rows are sorted by, right above.
    sorted: Option<&'a Value>,
}

/// The tables that are read from one end to the other, with their schemas.
pub(super) fn tables(plan: &Value) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    scans(plan, &mut |node, _| {
        found.insert(table(node));
    });
    found.into_iter().collect()
}

/// What there is to be said of a plan.
pub(super) fn find(plan: &Value, tables: &BTreeMap<(String, String), Table>, large: u64) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    scans(plan, &mut |node, place| {
        let name = table(node);
        if let Some(known) = tables.get(&name) {
            findings.extend(of_scan(node, place, &name, known, large).filter(|it| !findings.contains(it)));
        }
    });
    findings
}

fn of_scan(
    node: &Value,
    place: Place<'_>,
    name: &(String, String),
    known: &Table,
    large: u64,
) -> Option<Finding> {
    let is_large = known.rows >= large;
    if !is_large && !place.repeated {
        return None;
    }
    let alias = text(node, "Alias");
    let filter = text(node, "Filter");
    let (columns, purpose) = match (filter, place.sorted) {
        ("", Some(keys)) => (sort_columns(keys, alias), "to order them"),
        ("", None) => (Some(Vec::new()), "all of them"),
        (filter, _) => (Some(compared(filter, alias)), "to find some of them"),
    };
    let columns = columns.unwrap_or_default();
    let first = columns.first().map(|column| column.split(' ').next().unwrap_or_default());
    let lacks_index = first.is_some_and(|first| !known.indexed.iter().any(|indexed| indexed == first));
    if !is_large && !lacks_index {
        return None;
    }
    let (schema, table) = name;
    let shown = if schema == "public" { table.clone() } else { format!("{schema}.{table}") };
    let again = if place.repeated { ", again for each row that it is related to" } else { "" };
    let filter = if filter.is_empty() { String::new() } else { format!(": {filter}") };
    let mut message =
        format!("all rows of `{shown}`, about {}, are read {purpose}{again}{filter}", known.rows);
    if let (true, Some(first)) = (lacks_index, first) {
        message.push_str(&format!("; no index begins with `{first}`"));
    }
    Some(Finding {
        kind: if lacks_index { Kind::MissingIndex } else { Kind::SequentialScan },
        suggestion: lacks_index.then(|| format!("CREATE INDEX ON {shown} ({});", columns.join(", "))),
        table: shown,
        rows: known.rows,
        columns,
        message,
    })
}

/// Calls back for each node that reads a table from one end to the other.
fn scans<'a>(plan: &'a Value, found: &mut impl FnMut(&'a Value, Place<'a>)) {
    if let Some(root) = plan.get(0).and_then(|plan| plan.get("Plan")) {
        walk(root, Place::default(), found);
    }
}

fn walk<'a>(node: &'a Value, place: Place<'a>, found: &mut impl FnMut(&'a Value, Place<'a>)) {
    let kind = text(node, "Node Type");
    if kind == "Seq Scan" {
        found(node, place);
    }
    for inner in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        let is_looked_up = match text(inner, "Parent Relationship") {
            // What depends on no row is run once.
            "SubPlan" => !text(inner, "Subplan Name").starts_with("InitPlan"),
            "Inner" => kind == "Nested Loop" && text(inner, "Node Type") != "Materialize",
            _ => false,
        };
        let sorted = match kind {
            "Sort" => node.get("Sort Key"),
            // Between a sort and a scan.
            "Gather Merge" => place.sorted,
            _ => None,
        };
        walk(inner, Place { repeated: place.repeated || is_looked_up, sorted }, found);
    }
}

fn table(node: &Value) -> (String, String) {
    (text(node, "Schema").to_owned(), text(node, "Relation Name").to_owned())
}

fn text<'a>(node: &'a Value, member: &str) -> &'a str {
    node.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The columns of an alias that a filter compares with something, those that are equal to it first: what an index can find
/// rows by. None where one of several conditions has to hold.
fn compared(filter: &str, alias: &str) -> Vec<String> {
    let (mut equal, mut within) = (Vec::new(), Vec::new());
    if filter.contains(" OR ") || filter.contains("SubPlan") {
        return equal;
    }
    for (start, column) in columns(filter, alias) {
        let (before, after) = (&filter[..start], &filter[start + alias.len() + 1 + column.len()..]);
        let before = before.trim_end_matches(['(', ' ']);
        let after = cast(after).trim_start();
        let is_equal = after.starts_with("= ") || before.ends_with(" =");
        let is_within = ["< ", "<= ", "> ", ">= "].iter().any(|operator| after.starts_with(operator));
        let columns = if is_equal { &mut equal } else { &mut within };
        if (is_equal || is_within) && !columns.contains(&column) {
            columns.push(column);
        }
    }
    // Behind a range nothing can be found.
    equal.extend(within.into_iter().next());
    equal
}

/// The columns that all keys of a sort are, each with its direction; `None` where one is something else.
fn sort_columns(keys: &Value, alias: &str) -> Option<Vec<String>> {
    let keys = keys.as_array()?.iter().map(|key| {
        let key = key.as_str()?.strip_prefix(alias)?.strip_prefix('.')?;
        let (column, direction) = key.split_once(' ').unwrap_or((key, ""));
        let is_plain = !column.contains(['(', ')', '.', ':']) && !direction.contains("COLLATE");
        is_plain.then(|| key.to_owned())
    });
    keys.collect()
}

/// What stands in a text as `alias.column`, with the places where.
fn columns<'f>(filter: &'f str, alias: &str) -> Vec<(usize, String)> {
    let prefix = format!("{alias}.");
    let is_word = |character: char| character.is_alphanumeric() || character == '_' || character == '.';
    let places =
        filter.match_indices(prefix.as_str()).filter(|(start, _)| !filter[..*start].ends_with(is_word));
    places
        .map(|(start, _)| {
            let rest: &'f str = &filter[start + prefix.len()..];
            let end = match rest.strip_prefix('"') {
                Some(quoted) => quoted.find('"').map_or(rest.len(), |end| end + 2),
                None => rest.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(rest.len()),
            };
            (start, rest[..end].to_owned())
        })
        .collect()
}

/// What comes behind parentheses and casts, `)::text`.
fn cast(text: &str) -> &str {
    let text = text.trim_start_matches(')');
    match text.strip_prefix("::") {
        Some(rest) => {
            rest.trim_start_matches(|it: char| it.is_alphanumeric() || it == '_').trim_start_matches(')')
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_compared_in_filters() {
        let of = |filter: &str| compared(filter, "t").join(", ");
        assert_eq!(of("(t.a = $1)"), "a");
        assert_eq!(of("(albums.id = t.album_id)"), "album_id");
        assert_eq!(of("((t.b > 3) AND (t.a = ANY ($1)))"), "a, b");
        assert_eq!(of("((t.name)::text = 'x'::text)"), "name");
        assert_eq!(of("(t.\"Odd one\" = 1)"), "\"Odd one\"");
        // An index of the usual kind does not find these.
        assert_eq!(of("((t.name)::text ~~ '%x%'::text)"), "");
        assert_eq!(of("((t.a = 1) OR (t.b = 2))"), "");
        assert_eq!(of("(t.a <> 1)"), "");
        assert_eq!(of("(at.a = 1)"), "");
    }

    #[test]
    fn orders_are_columns_with_directions() {
        let of = |keys: &[&str]| sort_columns(&Value::from(keys.to_vec()), "t").map(|keys| keys.join(", "));
        assert_eq!(of(&["t.total DESC", "t.id"]).as_deref(), Some("total DESC, id"));
        assert_eq!(of(&["t.id", "u.id"]), None);
        assert_eq!(of(&["(lower(t.name))"]), None);
    }
}
