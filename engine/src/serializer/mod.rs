//! Shape → serializer: binary rows in, the bytes of a GraphQL response out.
//!
//! A shape is lowered to a small [`Program`], which can be printed. The interpreter runs it in safe Rust;
//! the same program is compiled to machine code, and both write the same bytes. Neither knows tables or SQL.
//!
//! | file | turns |
//! |---|---|
//! | `lower` | shape → program |
//! | `interpreter` | program + cells → JSON, with field errors |
//! | `scalar`, `text`, `numeric`, `datetime` | a value of one type → JSON |
//! | `record` | a binary record → cells |
//! | `jit` | program → machine code |
//! | `abi` | what machine code calls |
//! | `writer` | rows → the response, whole or in chunks |
//! | `errors` | field errors → the response's `errors` |

mod abi;
mod datetime;
mod error;
mod errors;
mod interpreter;
mod jit;
mod lower;
mod numeric;
mod output;
mod program;
mod record;
mod scalar;
#[cfg(test)]
mod tests;
mod text;
mod writer;

use std::sync::atomic::AtomicUsize;

use bytes::Bytes;

use crate::plan::shape::Shape;
use jit::Compiled;

pub use error::{Error, Malformed};
pub use program::{Block, Op, Program, Rows};
pub use writer::{CHUNK_BYTES, Suspended, Writer};

/// Writes the responses of one operation.
#[derive(Debug)]
pub struct Serializer {
    program: Program,
    needs: Needs,
    /// None when rows are interpreted.
    compiled: Option<Compiled>,
    /// The room that the next response begins with: that of the last one, within limits.
    capacity: AtomicUsize,
}

/// What a request brings along besides rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inputs<'a> {
    /// The values of the operation's conditions, by [`ConditionId`](crate::plan::shape::ConditionId).
    pub conditions: &'a [bool],
    /// The JSON of each [`Value::External`](crate::plan::shape::Value::External).
    pub externals: &'a [Bytes],
}

impl Serializer {
    /// Makes machine code that writes responses of the shape; on machines without a code generator it is
    /// interpreted.
    ///
    /// # Panics
    /// When the shape contradicts itself: it reads a cell that its record has not, or streams rows anywhere but in
    /// one unconditional field of the root.
    pub fn compile(shape: &Shape) -> Serializer {
        let mut serializer = Self::interpreted(shape);
        // Without rows there is nothing but constants to write.
        if serializer.program.rows != Rows::None {
            match Compiled::new(&serializer.program, serializer.needs) {
                Ok(compiled) => serializer.compiled = Some(compiled),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "responses are interpreted");
                }
            }
        }
        serializer
    }

    /// Interprets the shape's program, also where there is a code generator.
    ///
    /// # Panics
    /// As [`compile`](Serializer::compile).
    pub fn interpreted(shape: &Shape) -> Serializer {
        let program = lower::lower(shape);
        let needs = Needs::of(&program);
        Serializer { program, needs, compiled: None, capacity: AtomicUsize::new(writer::MIN_CAPACITY) }
    }

    /// The program, to be printed.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Begins the response of a request.
    ///
    /// # Panics
    /// When a condition or an external value of the operation is not among the inputs.
    pub fn writer<'a>(&'a self, inputs: Inputs<'a>) -> Writer<'a> {
        assert!(self.needs.are_met_by(inputs), "the operation needs other inputs: {:?}", self.needs);
        Writer::new(self, inputs)
    }

    /// Goes on with a response that this serializer has begun, with the same inputs.
    ///
    /// # Panics
    /// As [`writer`](Serializer::writer).
    pub fn resume<'a>(&'a self, inputs: Inputs<'a>, suspended: Suspended) -> Writer<'a> {
        assert!(self.needs.are_met_by(inputs), "the operation needs other inputs: {:?}", self.needs);
        Writer::resume(self, inputs, suspended)
    }
}

/// How many inputs a program reads; checked for each request, because machine code does not check them again.
#[derive(Debug, Clone, Copy, Default)]
struct Needs {
    conditions: usize,
    externals: usize,
}

impl Needs {
    fn of(program: &Program) -> Needs {
        let mut needs = Needs::default();
        for ops in [&program.head, &program.row.ops, &program.tail] {
            needs.add(ops);
        }
        needs
    }

    fn are_met_by(self, inputs: Inputs<'_>) -> bool {
        inputs.conditions.len() >= self.conditions && inputs.externals.len() >= self.externals
    }

    fn add(&mut self, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Text(_) | Op::Comma | Op::Value { .. } => {}
                Op::External(index) => self.externals = self.externals.max(index + 1),
                Op::When { condition, ops } => {
                    self.conditions = self.conditions.max(condition.0 + 1);
                    self.add(ops);
                }
                Op::Inline { ops, .. } => self.add(ops),
                Op::Record { block, .. } | Op::List { block, .. } => self.add(&block.ops),
            }
        }
    }
}
