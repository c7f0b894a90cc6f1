//! Plan → statement: one SQL text and the values that it binds. Knows the tables, and nothing of JSON.

mod aggregate;
mod bind;
mod computed;
mod condition;
mod connection;
mod filter;
mod grouped;
mod identifier;
mod join;
mod keyset;
mod measured;
mod page;
mod recursive;
mod render;
mod select;
#[cfg(test)]
mod tests;
mod variants;

pub use bind::{Bind, BindSource, Error, bind, value};
pub use computed::expression;
pub use identifier::{identifier, literal, qualified};

use crate::model::Model;
use crate::operation::Operand;
use crate::plan::{Plan, Root, Source};

/// The statement of an operation. The same plan always gives the same text.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL text, with `$1`, `$2`, … each cast to its type.
    pub text: String,
    /// What stands for `$1`, `$2`, …
    pub binds: Vec<Bind>,
}

impl Statement {
    /// The bind of an operand. It is one more where the text does not compare it.
    pub fn bind(&mut self, operand: &Operand) -> usize {
        let is_it = |bind: &Bind| matches!(&bind.source, BindSource::Operand(it) if it == operand);
        self.binds.iter().position(is_it).unwrap_or_else(|| {
            self.binds.push(Bind::operand(operand.clone()));
            self.binds.len() - 1
        })
    }
}

/// Lowers a plan to its statement; `None` when it reads nothing.
pub fn lower(model: &Model, plan: &Plan) -> Option<Statement> {
    plan.root.as_ref().map(|root| lower_root(model, root, None))
}

/// Lowers a part of a plan that is sent to shards. Of what is related to many rows, the first binds are the values of their
/// columns. `key` is the shard key that all its sharded tables have, if there is one.
pub fn lower_root(model: &Model, root: &Root, key: Option<&Operand>) -> Statement {
    let mut lowering = select::Lowering::new(model, key.cloned());
    let text = match root {
        Root::Rows(select) | Root::Row(select) => match select.source {
            Source::Request { table, relation } => lowering.related_rows(select, table, relation),
            _ => lowering.root(select),
        },
        Root::Cells(cells) => lowering.cells(cells),
    };
    Statement { text, binds: lowering.into_binds() }
}

/// Lowers a plan to the statement of many requests at once, given the one of a single request. Its binds are the same;
/// those that [vary](Bind::varies) are arrays with a value for each request. The result has a first column more, the
/// number of the request from 1, and the rows of a list in one cell. `same` is the bind whose value they have in common,
/// if there is one.
///
/// `None` when requests cannot differ, or differ in lists, of which Postgres has no arrays.
pub fn lower_batch(
    model: &Model,
    root: &Root,
    key: Option<&Operand>,
    single: &Statement,
    same: Option<usize>,
) -> Option<Statement> {
    let binds = single.binds.iter().enumerate();
    let mut varying = binds.filter(|(position, bind)| bind.varies() && same != Some(*position)).peekable();
    varying.peek()?;
    if varying.any(|(_, bind)| bind.array_type().is_none()) {
        return None;
    }
    let mut lowering = select::Lowering::batch(model, key.cloned(), single.binds.clone(), same);
    let text = lowering.requests(root);
    let binds = lowering.into_binds();
    debug_assert_eq!(binds, single.binds, "both forms of a statement bind the same values");
    Some(Statement { text, binds })
}
