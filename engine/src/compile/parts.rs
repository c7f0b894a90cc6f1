//! Parts of a plan → statements that are ready to be sent, and where they are sent to.

use onefold_schema::ScalarType;

use super::{Ready, ready};
use crate::citus;
use crate::config::Dialect;
use crate::error::{GraphQLError, Location};
use crate::model::Model;
use crate::plan::{Plan, Root, Source};
use crate::route::{self, Part, Route, SlotOf};
use crate::sql::{self, Statement};
use crate::wire::CellType;

/// A part whose statement is ready.
#[derive(Debug)]
pub struct ReadyPart {
    /// What it is a part of, and how its rows become one list.
    pub part: Part,
    /// What is sent. Of what is related to many rows, the first binds are the values of their columns.
    pub statement: Ready,
    /// Which shards it is sent to.
    pub target: Target,
    /// The parts that follow, in the order of [`Part::related`].
    pub related: Vec<ReadyPart>,
}

impl ReadyPart {
    /// What the cells of its rows are, without the number of the row that one is related to.
    pub fn columns(&self) -> &[CellType] {
        &self.statement.columns[usize::from(self.part.root.is_request())..]
    }
}

/// Which shards a statement is sent to: a [`Route`] whose values are known by their bind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Any one.
    Any,
    /// The one with this name.
    Shard(&'static str),
    /// The one that has the slot of a bind's value.
    Key(usize, SlotOf),
    /// Those that have the slots of a bind's values.
    Keys(usize, SlotOf),
    /// Those that have the slots of the values in a column of the rows that the part follows.
    Related(usize, SlotOf),
    /// All.
    All,
}

/// The parts of a plan with their statements, before they are ready.
pub(super) struct Lowered {
    pub(super) part: Part,
    pub(super) statement: Statement,
    /// How Citus answers it, where there is Citus.
    citus: Option<citus::Answer>,
    /// Where the statement is sent to.
    pub(super) target: Target,
    /// Which requests can be answered together.
    pub(super) folds: Folds,
    related: Vec<Lowered>,
}

/// Why a root field has no statement.
pub(super) enum Error {
    Route(route::Refused),
    Citus(citus::Error),
}

impl Error {
    /// The response key of the root field.
    pub(super) fn field(&self) -> &str {
        match self {
            Error::Route(refused) => &refused.root,
            Error::Citus(error) => error.field(),
        }
    }

    /// What a client is told, at a place of the document.
    pub(super) fn at(&self, place: Option<Location>) -> GraphQLError {
        match self {
            Error::Route(refused) => refused.at(place),
            Error::Citus(error) => error.at(place),
        }
    }
}

/// Divides a plan and lowers its parts.
pub(super) fn lower(model: &Model, plan: &Plan) -> Result<Vec<Lowered>, Vec<Error>> {
    fn all<E, F>(wrap: fn(E) -> F) -> impl Fn(Vec<E>) -> Vec<F> {
        move |errors| errors.into_iter().map(wrap).collect()
    }
    match model.dialect {
        Dialect::Postgres => {
            let parts = route::split(model, plan).map_err(all(Error::Route))?;
            Ok(parts.into_iter().map(|part| Lowered::new(model, part, None)).collect())
        }
        Dialect::Citus => {
            let parts = citus::classify(model, plan).map_err(all(Error::Citus))?.into_iter();
            Ok(parts.map(|(part, answer)| Lowered::new(model, part, Some(answer))).collect())
        }
    }
}

impl Lowered {
    fn new(model: &Model, part: Part, citus: Option<citus::Answer>) -> Lowered {
        let mut statement = sql::lower_root(model, &part.root, part.key());
        let target = match (citus, &part.route) {
            (Some(_), _) | (None, Route::Any) => Target::Any,
            (None, Route::Shard(name)) => Target::Shard(name),
            (None, Route::Key(operand, slot)) => Target::Key(statement.bind(operand), *slot),
            (None, Route::Keys(operand, slot)) => Target::Keys(statement.bind(operand), *slot),
            (None, Route::Related(position, slot)) => Target::Related(*position, *slot),
            (None, Route::All) => Target::All,
        };
        let folds = match (citus, part.key()) {
            (None, _) | (Some(citus::Answer::Routed), None) => Folds::All,
            (Some(citus::Answer::Routed), Some(key)) => Folds::By(statement.bind(key)),
            (Some(citus::Answer::PushedDown), _) => Folds::None,
        };
        let related = part.related.iter().map(|related| Lowered::new(model, related.part.clone(), citus));
        Lowered { related: related.collect(), part, statement, citus, target, folds }
    }

    /// Whether its statement is the only one of its operation: its rows are the response.
    pub(super) fn is_whole(&self) -> bool {
        match self.citus {
            None => self.part.is_simple(),
            Some(_) => self.part.cells.is_empty(),
        }
    }

    /// Where it is sent to, as a line of text.
    fn route(&self) -> String {
        match self.citus {
            Some(answer) => citus::print(&self.part, answer),
            None => route::print(&self.part),
        }
    }

    pub(super) fn ready(self, model: &Model) -> ReadyPart {
        let mut columns = self.part.root.columns(model);
        if self.part.root.is_request() {
            columns.insert(0, CellType::Scalar(ScalarType::Int8));
        }
        let related = self.related.into_iter().map(|lowered| lowered.ready(model)).collect();
        let statement = ready(self.statement, columns);
        ReadyPart { part: self.part, statement, target: self.target, related }
    }

    /// Where it is sent to, and what follows it.
    fn routes(&self, stage: usize, lines: &mut Vec<String>) {
        lines.push(format!("{}{}: {}", "  ".repeat(stage), self.fields(), self.route()));
        self.related.iter().for_each(|related| related.routes(stage + 1, lines));
    }

    /// The response keys of what it reads, `` `a`, `b` ``.
    fn fields(&self) -> String {
        let fields: Vec<_> = self.part.root.keys().iter().map(|key| format!("`{key}`")).collect();
        fields.join(", ")
    }

    /// The statements, each after a line that says where it is sent to.
    fn print(&self, stage: usize, statements: &mut Vec<String>) {
        let route = self.route();
        statements.push(format!("-- stage {stage}: {route}\n{}", self.statement.text));
        for related in &self.related {
            related.print(stage + 1, statements);
        }
    }
}

/// Which requests of an operation can be answered by one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folds {
    /// All.
    All,
    /// Those with the same value of a bind.
    By(usize),
    /// None.
    None,
}

/// The statements of an operation as text. Where all tables are on all shards there is one, and nothing to be said of
/// where it is sent to.
pub(super) fn print(model: &Model, parts: &[Lowered]) -> String {
    if let ([part], false) = (parts, model.schema.is_sharded()) {
        return part.statement.text.clone();
    }
    let mut statements = Vec::new();
    for part in parts {
        part.print(1, &mut statements);
    }
    statements.join("\n\n")
}

/// Where the parts of an operation are sent to, a line for each; where there are no shards, only what they read.
pub(super) fn routes(model: &Model, parts: &[Lowered]) -> Vec<String> {
    if !model.schema.is_sharded() && model.dialect == Dialect::Postgres {
        return parts.iter().map(|lowered| format!("{}: one statement", lowered.fields())).collect();
    }
    let mut lines = Vec::new();
    parts.iter().for_each(|part| part.routes(0, &mut lines));
    lines
}

impl Root {
    /// The response keys of what it reads.
    fn keys(&self) -> Vec<&str> {
        match self {
            Root::Rows(select) | Root::Row(select) => vec![&select.key],
            Root::Cells(cells) => cells.iter().map(|nested| &*nested.select.key).collect(),
        }
    }

    /// Whether it is what is related to many rows.
    fn is_request(&self) -> bool {
        match self {
            Root::Rows(select) | Root::Row(select) => matches!(select.source, Source::Request { .. }),
            Root::Cells(_) => false,
        }
    }
}
