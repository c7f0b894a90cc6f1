//! The writing of SQL text: lists, parentheses and indentation. Nothing else puts SQL together.

/// The widest list that stands on one line.
const WIDTH: usize = 88;

/// `SELECT` with its list, on one line when it is short.
pub(super) fn select(items: &[String]) -> String {
    let line = format!("SELECT {}", items.join(", "));
    if items.is_empty() {
        "SELECT".into()
    } else if line.len() <= WIDTH && !line.contains('\n') {
        line
    } else {
        format!("SELECT\n{}", indent(&items.join(",\n")))
    }
}

/// `name(a, b)`, over several lines when it is long.
pub(super) fn call(name: &str, arguments: &[String]) -> String {
    let line = format!("{name}({})", arguments.join(", "));
    if line.len() <= WIDTH && !line.contains('\n') {
        line
    } else {
        format!("{name}(\n{}\n)", indent(&arguments.join(",\n")))
    }
}

/// A subquery in parentheses.
pub(super) fn subquery(query: &str) -> String {
    format!("(\n{}\n)", indent(query))
}

/// Conditions that must all hold, below each other after `word`.
pub(super) fn conditions(word: &str, conditions: &[String]) -> String {
    // The lines of a condition that begins after `  AND ` are two columns further right than those after `WHERE `.
    let terms = conditions.iter().enumerate().map(|(i, condition)| match i {
        0 => format!("{word} {condition}"),
        _ => indent(&format!("AND {condition}")),
    });
    terms.collect::<Vec<_>>().join("\n")
}

/// Lines two columns further right.
pub(super) fn indent(text: &str) -> String {
    let mut indented = String::with_capacity(text.len() + text.len() / 8);
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            indented.push('\n');
        }
        indented.push_str("  ");
        indented.push_str(line);
    }
    indented
}
