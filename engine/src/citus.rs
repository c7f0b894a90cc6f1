//! Plan → statements that Citus answers, or why it would not.
//!
//! Citus takes a statement for tables that it has spread over its nodes, and does one of these:
//!
//! - It routes the statement to one node, where every distributed table has the same shard key: an equality at each of
//!   them, as what relates them is not enough. Then Postgres answers on that node, whatever the statement is.
//! - It pushes the statement down to every shard and merges what comes back, where all tables are joined by their shard
//!   keys. What it would have to merge in the middle of a statement it reads first, by itself: a page, for instance. It
//!   then refuses what is correlated with that. So the limit of a list that is pushed down stands at its end, see
//!   [`Select::limit_last`].
//! - It refuses the statement.
//!
//! A batch for many requests is routed only where they have one shard key, which is not among the values that come from
//! the arrays: Citus refuses a distributed table that is correlated with those alone. What is pushed down has no batch.
//!
//! Parts are those of [`route`], each a statement of its own; but all are sent to one database. The rules are those of
//! Citus 13.

use onefold_schema::{Placement, RelationKind};

use crate::error::{Code, GraphQLError, Location};
use crate::model::{Model, TableId, has_subquery};
use crate::operation::{Filter, Grouping, Measure, Order, OrderBy};
use crate::plan::{Cell, Plan, Root, Select, Source, operand_text};
use crate::route::{self, Part, Route};

/// How Citus answers a statement that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// By one node: all its distributed tables have one shard key, [`Part::key`], or it has none.
    Routed,
    /// By all shards, or those that have the keys of a list.
    PushedDown,
}

/// Why an operation has no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It names no shard key.
    #[error(transparent)]
    Route(#[from] route::Refused),
    /// Citus refuses what it asks.
    #[error("Citus cannot answer `{field}`: {reason}")]
    Refused {
        /// The response key of the root field.
        field: String,
        /// Why.
        reason: Reason,
    },
}

/// What Citus refuses: a relation, `Line.supplier`, and what Citus says of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The tables are spread by different keys.
    #[error(
        "`{0}` leads to other nodes (complex joins are only supported when all distributed tables are co-located and \
         joined on their distribution columns)"
    )]
    NotColocated(String),
    /// One of the tables is not spread at all.
    #[error(
        "`{0}` relates a table of the coordinator to others (direct joins between distributed and local tables are \
         not supported)"
    )]
    LocalTable(String),
    /// A row that every node has leads to rows that not every node has.
    #[error(
        "`{0}` leads from a table that every node has to one that is spread (correlated subqueries are not supported \
         when the FROM clause contains a reference table)"
    )]
    FromReference(String),
    /// A function is called for rows.
    #[error("`{0}` calls a function, and there is no telling where what it reads is")]
    Function(String),
    /// What is computed of a row reads other rows.
    #[error("`{0}` is computed by a subquery, which has no shard key that would say where its rows are")]
    ComputedSubquery(String),
    /// In a statement for all shards, something is asked for each row that every node has.
    #[error(
        "`{0}` leads to a table that every node has, and more is asked for each of its rows, which is answered for one \
         shard key only (correlated subqueries are not supported when the FROM clause contains a reference table)"
    )]
    WithinReference(String),
    /// In a statement for all shards, rows are ordered by what is computed of others.
    #[error(
        "rows are ordered by what is computed of `{0}`, which is answered for one shard key only (aggregates without \
         group by are currently unsupported when a subquery references a column from another query)"
    )]
    Ordered(String),
    /// In a statement for all shards, a recursive relation is followed.
    #[error(
        "`{0}` is recursive, which is answered for one shard key only (recursive CTEs are not supported in distributed \
         queries)"
    )]
    Recursive(String),
    /// A connection of all shards.
    #[error(
        "a connection is one value, which is not put together from several nodes; say which one by `where: {{{column}: \
         {{eq: …}}}}`, or ask for the list instead"
    )]
    Connection {
        /// The GraphQL field of the shard key.
        column: &'static str,
    },
}

impl Error {
    /// The response key of the root field that it is about.
    pub fn field(&self) -> &str {
        match self {
            Error::Route(refused) => &refused.root,
            Error::Refused { field, .. } => field,
        }
    }

    /// What a client is told, at a place of the document.
    pub fn at(&self, place: Option<Location>) -> GraphQLError {
        match self {
            Error::Route(refused) => refused.at(place),
            Error::Refused { .. } => {
                GraphQLError::new(Code::UnsupportedByDatabase, self.to_string()).at(place)
            }
        }
    }
}

/// The parts of a plan, as they are sent to Citus, and how it answers each.
///
/// # Errors
/// Every root field that has no shard key, or else everything that Citus refuses.
pub fn classify(model: &Model, plan: &Plan) -> Result<Vec<(Part, Answer)>, Vec<Error>> {
    let parts = route::split(model, plan)
        .map_err(|errors| errors.into_iter().map(Error::from).collect::<Vec<_>>())?;
    let (mut answered, mut errors) = (Vec::new(), Vec::new());
    for part in parts {
        let answer = if part.route.is_single() { Answer::Routed } else { Answer::PushedDown };
        let mut found = refused(model, &part.root, answer);
        if found.is_empty() {
            answered.push((whole(part), answer));
        }
        errors.append(&mut found);
    }
    if errors.is_empty() { Ok(answered) } else { Err(errors) }
}

/// How a part is answered, as a line of text: `routed, by $id`.
pub fn print(part: &Part, answer: Answer) -> String {
    match (answer, &part.route) {
        (Answer::Routed, Route::Key(operand, _)) => format!("routed, by {}", operand_text(operand)),
        (Answer::Routed, _) => "routed".to_owned(),
        (Answer::PushedDown, Route::Keys(operand, _)) => {
            format!("pushed down, by {}", operand_text(operand))
        }
        (Answer::PushedDown, _) => "pushed down".to_owned(),
    }
}

/// The part for a database that merges the rows of its shards by itself.
fn whole(mut part: Part) -> Part {
    let merge = part.merge.take();
    if let (Some(merge), Root::Rows(select) | Root::Row(select)) = (merge, &mut part.root) {
        // The others were there to be compared.
        select.cells.truncate(merge.cells);
        select.merged = false;
        select.limit_last = true;
    }
    part
}

/// Everything that Citus refuses of a statement.
fn refused(model: &Model, root: &Root, answer: Answer) -> Vec<Error> {
    let selects: Vec<&Select> = match root {
        Root::Rows(select) | Root::Row(select) => vec![select],
        Root::Cells(cells) => cells.iter().map(|nested| &*nested.select).collect(),
    };
    let mut errors: Vec<Error> = Vec::new();
    for select in selects {
        let mut check = Check { model, answer, reasons: Vec::new() };
        check.root(select);
        for reason in check.reasons {
            let error = Error::Refused { field: select.key.clone(), reason };
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
    }
    errors
}

struct Check<'a> {
    model: &'a Model,
    answer: Answer,
    reasons: Vec<Reason>,
}

impl Check<'_> {
    fn root(&mut self, select: &Select) {
        let def = self.model.table(select.table).def;
        if let (Answer::PushedDown, Some(_), Some(key)) =
            (self.answer, &select.connection, def.placement.shard_key())
        {
            self.reasons.push(Reason::Connection { column: def.columns[key.column].name });
        }
        self.select(select);
    }

    fn select(&mut self, select: &Select) {
        select.variants.iter().for_each(|variant| self.select(variant));
        // What stands around the rows of a connection may be one, and groups are read from one.
        let mut has_subqueries = select.connection.is_some() || select.aggregate.is_some();
        has_subqueries |= self.filter(select.table, &select.filter);
        for term in &select.order {
            has_subqueries |= self.order(select.table, term);
        }
        if let Some(aggregate) = &select.aggregate {
            for Grouping { path, column, .. } in &aggregate.groups {
                self.column(self.end(select.table, path), *column);
            }
            aggregate.measures().for_each(|measure| self.measure(select.table, measure));
        }
        for cell in &select.cells {
            match cell {
                Cell::Column { of, column } | Cell::Computed { of, column, .. } => {
                    self.column(select.table_of(*of), *column);
                }
                Cell::Order(_) | Cell::EnumPlace(_) | Cell::Variant(_) | Cell::Depth => {}
                Cell::Nested(nested) => {
                    has_subqueries = true;
                    self.select(&nested.select);
                }
                Cell::Remote(nested) => {
                    if let Source::Relation { table, relation, .. } = nested.select.source {
                        self.remote(table, relation);
                    }
                }
            }
        }
        match &select.source {
            Source::Relation { table, relation, .. } => {
                if select.recursion.is_some() && self.answer == Answer::PushedDown {
                    let name = self.name(*table, *relation);
                    self.reasons.push(Reason::Recursive(name));
                }
                self.related(*table, *relation, has_subqueries);
            }
            Source::Function { call, .. } => {
                let reason = Reason::Function(call.function.name.to_owned());
                if !self.reasons.contains(&reason) {
                    self.reasons.push(reason);
                }
            }
            _ => {}
        }
    }

    /// Looks at a term of an order; whether it asks for related rows, by a subquery.
    fn order(&mut self, table: TableId, Order { path, by, .. }: &Order) -> bool {
        let end = self.end(table, path);
        let (relation, measure) = match by {
            OrderBy::Column(column) | OrderBy::Rank(column, _) | OrderBy::Distance(column, ..) => {
                self.column(end, *column);
                return false;
            }
            OrderBy::Aggregate { relation, measure } => (*relation, measure),
        };
        if self.answer == Answer::PushedDown {
            self.reasons.push(Reason::Ordered(self.name(end, relation)));
        }
        self.measure(self.model.table(end).relations[relation].target, measure);
        true
    }

    /// Looks at what is computed of rows.
    fn measure(&mut self, table: TableId, measure: &Measure) {
        if let Measure::Of(_, column) = measure {
            self.column(table, *column);
        }
    }

    /// The table that relations to one lead to.
    fn end(&self, table: TableId, path: &[usize]) -> TableId {
        path.iter().fold(table, |table, &relation| self.model.table(table).relations[relation].target)
    }

    /// Looks through a filter on a table; whether it asks for related rows, by a subquery.
    fn filter(&mut self, table: TableId, filter: &Filter) -> bool {
        match filter {
            Filter::And(filters) | Filter::Or(filters) => {
                // All of them, so that everything that is refused is told.
                let found: Vec<bool> = filters.iter().map(|filter| self.filter(table, filter)).collect();
                found.contains(&true)
            }
            Filter::Not(filter) => self.filter(table, filter),
            Filter::Compare { column, .. } | Filter::IsNull { column, .. } => {
                self.column(table, *column);
                false
            }
            Filter::Related { relation, filter, .. } => {
                let target = self.model.table(table).relations[*relation].target;
                let has_subqueries = self.filter(target, filter);
                self.related(table, *relation, has_subqueries);
                true
            }
        }
    }

    /// A computed field with a subquery, whose tables Citus would have to find on the node of the row.
    fn column(&mut self, table: TableId, column: usize) {
        let table = self.model.table(table);
        let reason = Reason::ComputedSubquery(format!("{}.{}", table.def.name, table.column(column).name));
        if table.column(column).computed.is_some_and(has_subquery) && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// A subquery for the rows that a relation leads to, which has further ones in it or not.
    fn related(&mut self, table: TableId, relation: usize, has_subqueries: bool) {
        let found = &self.model.table(table).relations[relation];
        let is_unique = self.model.is_join_unique(found);
        let is_distributed = |id: TableId| self.model.table(id).def.placement.shard_key().is_some();
        // A join table is asked by a subquery where it may have a pair twice, and else stands beside the target.
        let has_subqueries = has_subqueries || !is_unique;
        let beside = found.join.filter(|_| is_unique).is_some_and(is_distributed);
        if self.answer == Answer::PushedDown && has_subqueries && !is_distributed(found.target) && !beside {
            let name = self.name(table, relation);
            self.reasons.push(Reason::WithinReference(name));
        }
    }

    /// A relation whose rows are not where those are that it comes from.
    fn remote(&mut self, table: TableId, relation: usize) {
        let found = &self.model.table(table).relations[relation];
        let next = match (&found.def.kind, found.join) {
            (RelationKind::Through { .. }, Some(join)) => join,
            _ => found.target,
        };
        let placements = [table, next].map(|id| self.model.table(id).def.placement);
        let reason = match placements {
            [Placement::Shard(_), _] | [_, Placement::Shard(_)] => Reason::LocalTable,
            [Placement::Reference, _] => Reason::FromReference,
            [Placement::Sharded(_), _] => Reason::NotColocated,
        };
        self.reasons.push(reason(self.name(table, relation)));
    }

    /// `Line.supplier`
    fn name(&self, table: TableId, relation: usize) -> String {
        let table = self.model.table(table);
        format!("{}.{}", table.def.name, table.relations[relation].def.name)
    }
}
