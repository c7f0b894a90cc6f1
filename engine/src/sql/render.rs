//! The writing of SQL text: lists, parentheses and indentation. Nothing else puts SQL together.

/// The widest list that stands on one line.
const WIDTH: usize = 88;

/// `SELECT` with its list, on one line when it is short.
pub(super) fn select(items: &[String]) -> String {
    let line = format!("SELECT {}", items.join(", "));
    if items.is_empty() {
        "SELECT".into()
    } else if fits(&line) {
        line
    } else {
        format!("SELECT\n{}", indent(&items.join(",\n")))
    }
}

/// `SELECT DISTINCT ON (a)` with its list; without columns every row is read.
pub(super) fn select_distinct_on(columns: &[String], items: &[String]) -> String {
    match columns {
        [] => select(items),
        columns => list(&call("SELECT DISTINCT ON ", columns), items),
    }
}

/// `GROUP BY a, b`, over several lines when it is long.
pub(super) fn list(head: &str, items: &[String]) -> String {
    let line = format!("{head} {}", items.join(", "));
    if fits(&line) { line } else { format!("{head}\n{}", indent(&items.join(",\n"))) }
}

/// `name(a, b)`, over several lines when it is long.
pub(super) fn call(name: &str, arguments: &[String]) -> String {
    let line = format!("{name}({})", arguments.join(", "));
    if fits(&line) { line } else { format!("{name}(\n{}\n)", indent(&arguments.join(",\n"))) }
}

/// A subquery in parentheses.
pub(super) fn subquery(query: &str) -> String {
    format!("(\n{}\n)", indent(query))
}

/// `WHERE a`, and the other terms below it, each after `word`.
pub(super) fn clause(head: &str, word: &str, terms: &[String]) -> String {
    let lines = terms.iter().enumerate().map(|(i, term)| match i {
        0 => format!("{head} {term}"),
        // The lines of a term that begins after `  AND ` are two columns further right than those after `WHERE `.
        _ => indent(&format!("{word} {term}")),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `(a OR b)`, over several lines when it is long.
pub(super) fn group(word: &str, terms: &[String]) -> String {
    let line = terms.join(&format!(" {word} "));
    if fits(&line) {
        format!("({line})")
    } else {
        format!("(\n{}\n)", indent(&terms.join(&format!("\n{word} "))))
    }
}

/// `JOIN table ON a AND b`, over several lines when it is long.
pub(super) fn join(join: &str, word: &str, terms: &[String]) -> String {
    let line = format!("{join} ON {}", terms.join(&format!(" {word} ")));
    if fits(&line) { line } else { format!("{join}\n{}", indent(&clause("ON", word, terms))) }
}

/// Whether a text can stand on one line.
fn fits(text: &str) -> bool {
    text.len() <= WIDTH && !text.contains('\n')
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms that are too long for one line together.
    fn long() -> [String; 2] {
        [format!("a.{}", "x".repeat(50)), format!("b.{}", "y".repeat(50))]
    }

    fn short() -> [String; 2] {
        ["a.x".into(), "b.y".into()]
    }

    #[test]
    fn what_is_short_stands_on_one_line() {
        assert_eq!(select(&[]), "SELECT");
        assert_eq!(select(&short()), "SELECT a.x, b.y");
        assert_eq!(call("ROW", &short()), "ROW(a.x, b.y)");
        assert_eq!(group("OR", &short()), "(a.x OR b.y)");
        assert_eq!(join("JOIN b", "AND", &short()), "JOIN b ON a.x AND b.y");
    }

    #[test]
    fn what_is_long_or_has_lines_is_broken() {
        let [a, b] = long();
        assert_eq!(select(&long()), format!("SELECT\n  {a},\n  {b}"));
        assert_eq!(call("ROW", &long()), format!("ROW(\n  {a},\n  {b}\n)"));
        assert_eq!(group("OR", &long()), format!("(\n  {a}\n  OR {b}\n)"));
        assert_eq!(join("JOIN b", "AND", &long()), format!("JOIN b\n  ON {a}\n    AND {b}"));
        let lines = [subquery("SELECT 1"), "x".into()];
        assert_eq!(select(&lines), "SELECT\n  (\n    SELECT 1\n  ),\n  x");
        assert_eq!(group("AND", &lines), "(\n  (\n    SELECT 1\n  )\n  AND x\n)");
    }

    #[test]
    fn terms_of_a_clause_stand_below_each_other() {
        assert_eq!(clause("WHERE", "AND", &short()), "WHERE a.x\n  AND b.y");
        let terms = [subquery("SELECT 1"), subquery("SELECT 2")];
        assert_eq!(clause("WHERE", "OR", &terms), "WHERE (\n  SELECT 1\n)\n  OR (\n    SELECT 2\n  )");
    }
}
