//! Connections: a page of rows, and what is known of it.
//!
//! <https://relay.dev/graphql/connections.htm>

use std::cmp::Ordering;

use apollo_compiler::ast::Field;

use super::answer::Answer;
use super::execute::{Bubble, Execution};
use super::fields::Selected;
use super::tokens::{Cursor, Term};

/// A page of a connection.
pub struct Range {
    table: usize,
    order: Vec<Term>,
    page: Vec<usize>,
    total: usize,
    has_next: bool,
    has_previous: bool,
}

impl Range {
    /// The page that arguments say.
    pub fn of(execution: &Execution<'_>, table: usize, rows: Vec<usize>, field: &Field) -> Range {
        let argument = |name: &str| execution.context.argument(&field.arguments, name);
        let [first, last, after, before] = ["first", "last", "after", "before"].map(argument);
        let order = execution.store.terms(table, argument("orderBy").as_ref());
        let rows = execution.in_order(table, rows, argument("where"), argument("orderBy"));
        let total = rows.len();
        let [after, before] =
            [&after, &before].map(|cursor| Some(execution.tokens.cursor_of[cursor.as_ref()?.text()].row));
        let against = |row: usize, other: usize| execution.store.order(table, &order, row, other);
        let is_behind = |row: &usize| after.is_none_or(|after| against(*row, after) == Ordering::Greater);
        let is_before = |row: &usize| before.is_none_or(|before| against(*row, before) == Ordering::Less);
        // What lies on the other side of the cursors, their own rows with them.
        let before_range = rows.iter().any(|row| !is_behind(row));
        let behind_range = rows.iter().any(|row| !is_before(row));
        let backward = last.is_some() || first.is_none() && after.is_none() && before.is_some();
        let size = last.or(first).map_or(execution.default_limit(table), |size| size.number());
        let mut page: Vec<usize> = rows.into_iter().filter(|row| is_behind(row) && is_before(row)).collect();
        let is_cut = page.len() > size;
        if backward {
            page.drain(..page.len().saturating_sub(size));
        } else {
            page.truncate(size);
        }
        let has_next = if backward { behind_range } else { is_cut };
        let has_previous = if backward { is_cut } else { before_range };
        Range { table, order, page, total, has_next, has_previous }
    }

    /// A field of the connection, whose type has this name.
    pub fn field(
        &self,
        execution: &mut Execution<'_>,
        name: &str,
        selected: &Selected<'_>,
    ) -> Result<Answer, Bubble> {
        let table = self.table;
        match selected.field.name.as_str() {
            "__typename" => Ok(Answer::Text(name.to_owned())),
            "totalCount" => Ok(Answer::Number(self.total.to_string())),
            "nodes" => execution.list(&self.page, |this, row| this.row(table, *row, &selected.sets)),
            "edges" => {
                let edge = format!("{}Edge", execution.store.definition(table).name);
                execution.list(&self.page, |this, row| {
                    this.object(&selected.sets, &|other| other == edge, &mut |this, selected| match selected
                        .field
                        .name
                        .as_str()
                    {
                        "__typename" => Ok(Answer::Text(edge.clone())),
                        "cursor" => Ok(self.cursor(Some(row))),
                        "node" => this.row(table, *row, &selected.sets),
                        other => panic!("`{other}` is a field of an edge"),
                    })
                })
            }
            "pageInfo" => {
                execution.object(&selected.sets, &|other| other == "PageInfo", &mut |_, selected| {
                    Ok(match selected.field.name.as_str() {
                        "__typename" => Answer::Text("PageInfo".into()),
                        "hasNextPage" => Answer::Bool(self.has_next),
                        "hasPreviousPage" => Answer::Bool(self.has_previous),
                        "startCursor" => self.cursor(self.page.first()),
                        "endCursor" => self.cursor(self.page.last()),
                        other => panic!("`{other}` is a field of `PageInfo`"),
                    })
                })
            }
            other => panic!("`{other}` is a field of a connection"),
        }
    }

    fn cursor(&self, row: Option<&usize>) -> Answer {
        let cursor = |row: &usize| Cursor { table: self.table, order: self.order.clone(), row: *row };
        row.map_or(Answer::Null, |row| Answer::Cursor(cursor(row)))
    }
}
