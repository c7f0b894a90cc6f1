//! Plan → statement: one SQL text and the values that it binds. Knows the tables, and nothing of JSON.

mod bind;
mod condition;
mod filter;
mod identifier;
mod join;
mod page;
mod render;
mod select;
#[cfg(test)]
mod tests;

pub use bind::{Bind, BindSource, Error, bind};
pub use identifier::{identifier, qualified};

use crate::model::Model;
use crate::plan::{Plan, Root};

/// The statement of an operation. The same plan always gives the same text.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The SQL text, with `$1`, `$2`, … each cast to its type.
    pub text: String,
    /// What stands for `$1`, `$2`, …
    pub binds: Vec<Bind>,
}

/// Lowers a plan to its statement; `None` when it reads nothing.
pub fn lower(model: &Model, plan: &Plan) -> Option<Statement> {
    let mut lowering = select::Lowering::new(model);
    let text = match &plan.root {
        Root::Nothing => return None,
        Root::Rows(select) | Root::Row(select) => lowering.root(select),
        Root::Cells(cells) => lowering.cells(cells),
    };
    Some(Statement { text, binds: lowering.into_binds() })
}
