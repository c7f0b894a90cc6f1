//! Tables and relations → aliases and joins.

use onefold_schema::RelationKind;

use super::bind::Bind;
use super::condition::Condition;
use super::identifier::{identifier, qualified};
use super::select::Lowering;
use crate::model::{Relation, TableId};
use crate::operation::Filter;
use crate::plan::shape::ConditionId;
use crate::plan::{Select, TableRef};

/// The longest alias, to which a number may be added: Postgres cuts names after 63 bytes, which could make two the
/// same.
const LONGEST_ALIAS: usize = 50;

/// A table in a statement: what it is called there, and which it is.
#[derive(Debug, Clone)]
pub(super) struct Aliased {
    pub(super) alias: String,
    pub(super) table: TableId,
    /// Whether it is a page of the table's rows, which has what is computed of them as columns.
    pub(super) is_page: bool,
}

/// The tables of a selection under their aliases.
pub(super) struct Tables(Vec<Aliased>);

impl Tables {
    /// A table with nothing joined to it.
    pub(super) fn of(own: Aliased) -> Tables {
        Tables(vec![own])
    }

    pub(super) fn get(&self, of: TableRef) -> &Aliased {
        // The selection's own table is the first, and its joins follow in their order.
        match of {
            TableRef::Own => &self.0[0],
            TableRef::Join(join) => &self.0[join + 1],
        }
    }
}

/// Tables that paths of relations to one lead to, each joined once.
#[derive(Default)]
pub(super) struct Joined {
    /// The joins.
    pub(super) lines: Vec<String>,
    tables: Vec<(Vec<usize>, Aliased)>,
}

impl Joined {
    /// The table at the end of a path, if it is joined.
    pub(super) fn find(&self, path: &[usize]) -> Option<&Aliased> {
        self.tables.iter().find(|(other, _)| other == path).map(|(_, table)| table)
    }

    /// Adds the table at the end of a path.
    pub(super) fn add(&mut self, path: Vec<usize>, line: String, table: Aliased) {
        self.lines.push(line);
        self.tables.push((path, table));
    }
}

impl Lowering<'_> {
    /// A table under the alias `wish`, or under one like it that hides nothing.
    pub(super) fn alias(&mut self, wish: &str, table: TableId) -> Aliased {
        let wish = &wish[..wish.floor_char_boundary(LONGEST_ALIAS)];
        let mut alias = wish.to_owned();
        let mut number = 1;
        let words = &self.model.table(table).words;
        while self.scope.contains(&alias) || words.contains(alias.as_str()) {
            number += 1;
            alias = format!("{wish}_{number}");
        }
        self.scope.push(alias.clone());
        Aliased { alias, table, is_page: false }
    }

    /// A page of a table's rows under an alias, as [`Lowering::alias`] gives it.
    pub(super) fn page_alias(&mut self, wish: &str, table: TableId) -> Aliased {
        Aliased { is_page: true, ..self.alias(wish, table) }
    }

    /// `shop.album AS album_2`, or just the table where the alias is its name.
    pub(super) fn from(&self, table: &Aliased) -> String {
        let def = self.model.table(table.table).def;
        let name = qualified(def.schema, def.table);
        if def.table == table.alias { name } else { format!("{name} AS {}", identifier(&table.alias)) }
    }

    /// The joins of a selection, and its tables.
    pub(super) fn joins(&mut self, select: &Select, own: Aliased) -> (Vec<String>, Tables) {
        let mut lines = Vec::new();
        let mut tables = Tables::of(own);
        for join in &select.joins {
            let (line, target) = self.join(tables.get(join.of), join.relation, join.when);
            lines.push(line);
            tables.0.push(target);
        }
        (lines, tables)
    }

    /// Joins the table that a relation to one leads to.
    pub(super) fn join(
        &mut self,
        parent: &Aliased,
        relation: usize,
        when: Option<ConditionId>,
    ) -> (String, Aliased) {
        let definition = &self.model.table(parent.table).relations[relation];
        let RelationKind::One { from, to, .. } = definition.def.kind else {
            unreachable!("`operation::validate` selects and orders by relations to one only")
        };
        let target = self.alias(&snake_case(definition.def.name), definition.target);
        let when = when.map(|when| Condition::Comparison(self.bind(Bind::condition(when))));
        let pin = self.pin(&target, None);
        let on = Condition::all([self.equal(&target, to, parent, from)].into_iter().chain(pin).chain(when));
        (on.join_clause(&format!("LEFT JOIN {}", self.from(&target))), target)
    }

    /// The table at the end of a path of relations to one.
    pub(super) fn follow(&mut self, own: &Aliased, path: &[usize], joined: &mut Joined) -> Aliased {
        let mut table = own.clone();
        for length in 1..=path.len() {
            let path = &path[..length];
            if let Some(known) = joined.find(path) {
                table = known.clone();
                continue;
            }
            let (line, target) = self.join(&table, path[length - 1], None);
            joined.add(path.to_vec(), line, target.clone());
            table = target;
        }
        table
    }

    /// What restricts `own` to the rows that a relation of `parent` leads to, and a join that this needs.
    pub(super) fn related(
        &mut self,
        parent: &Aliased,
        relation: usize,
        own: &Aliased,
    ) -> (Option<String>, Condition) {
        let definition = &self.model.table(parent.table).relations[relation];
        let from = definition.def.kind.from();
        // A pair that stands in the join table twice must not give its row twice.
        if self.model.is_join_unique(definition) {
            let (line, table, columns) = self.referring(definition, own);
            return (line, self.equal(&table, columns, parent, from));
        }
        let (RelationKind::Through { join_from, join_to, to, .. }, Some(join)) =
            (&definition.def.kind, definition.join)
        else {
            unreachable!("only a join table can have a pair twice")
        };
        let exists = self.scoped(|this| {
            let join = this.alias(this.model.table(join).def.table, join);
            let both = [this.equal(&join, join_from, parent, from), this.equal(&join, join_to, own, to)];
            let both = both.into_iter().chain(this.pin(&join, None));
            let mut lines = vec!["SELECT 1".into(), format!("FROM {}", this.from(&join))];
            lines.extend(Condition::all(both).filter_clause());
            Condition::exists(&lines.join("\n"))
        });
        (None, exists)
    }

    /// The table with the columns by which the rows of a relation belong to those that it comes from, and the join that it
    /// needs: the rows themselves, `own`, or the join table.
    pub(super) fn referring(
        &mut self,
        definition: &Relation,
        own: &Aliased,
    ) -> (Option<String>, Aliased, &'static [usize]) {
        let (join_from, join_to, to) = match definition.def.kind {
            RelationKind::One { to, .. } | RelationKind::Many { to, .. } => return (None, own.clone(), to),
            RelationKind::Through { join_from, join_to, to, .. } => (join_from, join_to, to),
            RelationKind::Recursive { .. } => {
                unreachable!("rows that a recursive relation leads to are those of a page")
            }
        };
        let Some(join) = definition.join else {
            unreachable!("`Model::new` resolves the join table of every relation through one")
        };
        let join = self.alias(self.model.table(join).def.table, join);
        let pin = self.pin(&join, None);
        let on = Condition::all([self.equal(&join, join_to, own, to)].into_iter().chain(pin));
        (Some(on.join_clause(&format!("JOIN {}", self.from(&join)))), join, join_from)
    }

    /// That a sharded table's key is the one that the whole statement is about, unless a filter says so already.
    /// Relations would be enough for Postgres; what distributes statements looks for the key at every table.
    pub(super) fn pin(&mut self, table: &Aliased, filter: Option<&Filter>) -> Option<Condition> {
        let column = self.model.table(table.table).def.placement.shard_key()?.column;
        let key = self.key.clone()?;
        if filter.is_some_and(|filter| filter.equals(column) == Some(&key)) {
            return None;
        }
        let value = self.bind(Bind::operand(key));
        Some(Condition::Comparison(format!("{} = {value}", self.column(table, column))))
    }

    /// `a.x = b.y`, for each pair of columns.
    pub(super) fn equal(&self, a: &Aliased, columns: &[usize], b: &Aliased, others: &[usize]) -> Condition {
        let pairs = columns.iter().zip(others);
        Condition::all(
            pairs.map(|(&x, &y)| {
                Condition::Comparison(format!("{} = {}", self.column(a, x), self.column(b, y)))
            }),
        )
    }
}

/// `supportRep` → `support_rep`: an alias that needs no quotes.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (i, character) in name.chars().enumerate() {
        if character.is_ascii_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
