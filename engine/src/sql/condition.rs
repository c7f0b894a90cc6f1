//! Conditions → text: parentheses where Postgres or a reader needs them, and lines where they are long.

use super::render;

/// What is true of a row, false, or unknown. Each of these makes the same of the same three values as SQL does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// A comparison, or anything else that binds more tightly than `NOT`.
    Comparison(String),
    /// That a query, indented and in parentheses, has a row; never unknown.
    Exists(String),
    /// All hold; true when there are none.
    All(Vec<Condition>),
    /// One holds; false when there are none.
    Any(Vec<Condition>),
    /// It is false.
    Not(Box<Condition>),
    /// It is false or unknown.
    NotTrue(Box<Condition>),
}

impl Condition {
    const TRUE: Condition = Condition::All(Vec::new());
    const FALSE: Condition = Condition::Any(Vec::new());

    /// That a query has a row.
    pub(super) fn exists(query: &str) -> Condition {
        Condition::Exists(render::subquery(query))
    }

    /// That all hold.
    pub(super) fn all(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut all = Vec::new();
        for condition in conditions {
            match condition {
                Condition::All(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        if all.len() == 1 { all.remove(0) } else { Condition::All(all) }
    }

    /// That one holds.
    pub(super) fn any(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut any = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Any(inner) => any.extend(inner),
                other => any.push(other),
            }
        }
        if any.len() == 1 { any.remove(0) } else { Condition::Any(any) }
    }

    /// That it is false.
    pub(super) fn negated(self) -> Condition {
        match self {
            Condition::Not(inner) => *inner,
            Condition::All(terms) if terms.is_empty() => Condition::FALSE,
            Condition::Any(terms) if terms.is_empty() => Condition::TRUE,
            other => Condition::Not(Box::new(other)),
        }
    }

    /// That it is false or unknown.
    pub(super) fn not_true(self) -> Condition {
        if self.is_known() { self.negated() } else { Condition::NotTrue(Box::new(self)) }
    }

    /// Whether it cannot be unknown.
    fn is_known(&self) -> bool {
        match self {
            Condition::Comparison(_) => false,
            Condition::Exists(_) | Condition::NotTrue(_) => true,
            Condition::All(terms) | Condition::Any(terms) => terms.iter().all(Condition::is_known),
            Condition::Not(inner) => inner.is_known(),
        }
    }

    /// `WHERE a`, and each further term on a line of its own; nothing when it always holds.
    pub(super) fn filter_clause(&self) -> Option<String> {
        self.clause("WHERE")
    }

    /// The same for groups.
    pub(super) fn having_clause(&self) -> Option<String> {
        self.clause("HAVING")
    }

    fn clause(&self, head: &str) -> Option<String> {
        let (word, terms) = self.terms();
        (*self != Condition::TRUE).then(|| render::clause(head, word, &terms))
    }

    /// `JOIN table ON a AND b`.
    pub(super) fn join_clause(&self, join: &str) -> String {
        let (word, terms) = self.terms();
        render::join(join, word, &terms)
    }

    /// The text as it stands beside `AND` and `OR`: with parentheses around other ones of them.
    fn term(&self) -> String {
        match self {
            Condition::Comparison(text) => text.clone(),
            Condition::Exists(query) => format!("EXISTS {query}"),
            Condition::All(terms) if terms.is_empty() => "TRUE".into(),
            Condition::Any(terms) if terms.is_empty() => "FALSE".into(),
            Condition::All(_) | Condition::Any(_) => self.enclosed(),
            Condition::Not(inner) => match &**inner {
                Condition::Exists(query) => format!("NOT EXISTS {query}"),
                inner => format!("NOT {}", inner.enclosed()),
            },
            Condition::NotTrue(inner) => format!("{} IS NOT TRUE", inner.enclosed()),
        }
    }

    /// The text in one pair of parentheses.
    fn enclosed(&self) -> String {
        let (word, terms) = self.terms();
        render::group(word, &terms)
    }

    /// The terms of a conjunction or disjunction, and the word between them; one term of anything else.
    fn terms(&self) -> (&'static str, Vec<String>) {
        match self {
            Condition::All(terms) if !terms.is_empty() => {
                ("AND", terms.iter().map(Condition::term).collect())
            }
            Condition::Any(terms) if !terms.is_empty() => ("OR", terms.iter().map(Condition::term).collect()),
            other => ("AND", vec![other.term()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(text: &str) -> Condition {
        Condition::Comparison(text.into())
    }

    fn clause(condition: Condition) -> String {
        condition.filter_clause().unwrap_or_default()
    }

    #[test]
    fn parentheses_stand_once_and_where_they_are_needed() {
        let or = || Condition::any([is("a = 1"), is("b = 2")]);
        let and = || Condition::all([is("a = 1"), is("b = 2")]);
        let exists = || Condition::exists("SELECT 1");
        for (condition, text) in [
            (is("a = 1"), "WHERE a = 1"),
            (and(), "WHERE a = 1\n  AND b = 2"),
            (or(), "WHERE a = 1\n  OR b = 2"),
            (Condition::all([is("c"), or()]), "WHERE c\n  AND (a = 1 OR b = 2)"),
            (Condition::all([is("c"), and()]), "WHERE c\n  AND a = 1\n  AND b = 2"),
            (Condition::any([is("c"), and()]), "WHERE c\n  OR (a = 1 AND b = 2)"),
            (is("a = 1").negated(), "WHERE NOT (a = 1)"),
            (or().negated(), "WHERE NOT (a = 1 OR b = 2)"),
            (or().negated().negated(), "WHERE a = 1\n  OR b = 2"),
            (and().not_true(), "WHERE (a = 1 AND b = 2) IS NOT TRUE"),
            (is("a = 1").negated().not_true(), "WHERE (NOT (a = 1)) IS NOT TRUE"),
            (exists().negated(), "WHERE NOT EXISTS (\n  SELECT 1\n)"),
            (exists().negated().negated(), "WHERE EXISTS (\n  SELECT 1\n)"),
            // A row exists or not, so what is not true is false.
            (exists().not_true(), "WHERE NOT EXISTS (\n  SELECT 1\n)"),
            (exists().negated().not_true(), "WHERE EXISTS (\n  SELECT 1\n)"),
        ] {
            assert_eq!(clause(condition), text);
        }
    }

    #[test]
    fn empty_conjunctions_are_true_and_empty_disjunctions_false() {
        for (condition, text) in [
            (Condition::TRUE, ""),
            (Condition::FALSE, "WHERE FALSE"),
            (Condition::TRUE.negated(), "WHERE FALSE"),
            (Condition::FALSE.negated(), ""),
            (Condition::TRUE.not_true(), "WHERE FALSE"),
            (Condition::all([is("a"), Condition::TRUE]), "WHERE a"),
            (Condition::all([is("a"), Condition::FALSE]), "WHERE a\n  AND FALSE"),
            (Condition::any([is("a"), Condition::TRUE]), "WHERE a\n  OR TRUE"),
            (Condition::any([is("a"), Condition::FALSE]), "WHERE a"),
        ] {
            assert_eq!(clause(condition), text);
        }
    }

    #[test]
    fn long_groups_are_broken() {
        let long = |name: &str| is(&format!("{name} = '{}'", "x".repeat(40)));
        let x = "x".repeat(40);
        let inner = Condition::all([is("c"), Condition::any([long("a"), long("b")])]);
        assert_eq!(
            clause(Condition::any([is("d"), inner]).not_true()),
            format!(
                "WHERE (\n  d\n  OR (\n    c\n    AND (\n      a = '{x}'\n      OR b = '{x}'\n    )\n  )\n) IS NOT TRUE"
            )
        );
    }
}
