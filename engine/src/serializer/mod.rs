//! Shape → serializer: binary rows in, the bytes of a GraphQL response out.
//!
//! A shape is lowered to a small [`Program`], which can be printed. The interpreter runs it in safe Rust;
//! the same program is compiled to machine code, and both write the same bytes. Neither knows tables or SQL.
//!
//! | file | turns |
//! |---|---|
//! | `lower` | shape → program |
//! | `interpreter` | program + cells → JSON, with field errors |
//! | `scalar`, `text`, `numeric`, `datetime`, `interval`, `binary` | a value of one type → JSON |
//! | `record` | a binary record → cells |
//! | `cursor` | the cells of an order → a cursor |
//! | `jit` | program → machine code |
//! | `abi` | what machine code calls |
//! | `code_memory` | how much of it there may be |
//! | `writer` | rows → the response, whole or in chunks |
//! | `errors` | field errors → the response's `errors` |

mod abi;
mod array;
mod binary;
mod code_memory;
mod cursor;
mod datetime;
mod error;
mod errors;
mod interpreter;
mod interval;
mod jit;
mod lower;
mod numeric;
mod output;
mod program;
mod range;
mod record;
mod scalar;
#[cfg(test)]
mod tests;
mod text;
mod writer;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::plan::shape::Shape;
use jit::Compiled;

pub use code_memory::CodeMemory;
pub use cursor::PageCursor;
pub use error::{Error, Malformed};
pub use program::{Block, Op, Program, Rows};
pub use writer::{CHUNK_BYTES, Suspended, Writer};

/// Writes the responses of one operation.
#[derive(Debug)]
pub struct Serializer {
    program: Program,
    needs: Needs,
    /// Empty as long as rows are interpreted.
    compiled: OnceLock<Compiled>,
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
    /// Interprets the shape's program until machine code is [generated](Serializer::generate).
    ///
    /// # Panics
    /// When the shape contradicts itself: it reads a cell that its record has not, or streams rows anywhere but in
    /// one unconditional field of the root.
    pub fn interpreted(shape: &Shape) -> Serializer {
        let program = lower::lower(shape);
        let needs = Needs::of(&program);
        let capacity = AtomicUsize::new(writer::MIN_CAPACITY);
        Serializer { program, needs, compiled: OnceLock::new(), capacity }
    }

    /// Makes machine code at once, however much memory there is of it.
    ///
    /// # Panics
    /// As [`interpreted`](Serializer::interpreted).
    pub fn compile(shape: &Shape) -> Serializer {
        let serializer = Self::interpreted(shape);
        serializer.generate(&CodeMemory::unlimited());
        serializer
    }

    /// Makes machine code, which writes all rows from then on, those of responses that have begun too. On machines
    /// without a code generator, and without memory left for the code, they are interpreted further on.
    ///
    /// This takes longer than all that is done before for an operation, and nobody waits for it: any number of
    /// threads may write responses meanwhile, or do the same.
    pub fn generate(&self, memory: &Arc<CodeMemory>) {
        // Without rows there is nothing but constants to write.
        if self.program.rows == Rows::None || self.is_generated() {
            return;
        }
        match Compiled::new(&self.program, self.needs, memory) {
            // Another thread may have been quicker; its code is the same.
            Ok(compiled) => drop(self.compiled.set(compiled)),
            Err(jit::Error::NoMemory) => memory.warn(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "responses are interpreted");
            }
        }
    }

    /// Whether there is machine code.
    pub fn is_generated(&self) -> bool {
        self.compiled.get().is_some()
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
                Op::Text(_) | Op::Comma | Op::Value { .. } | Op::Cursor { .. } | Op::PageCursor { .. } => {}
                Op::External(index) => self.externals = self.externals.max(index + 1),
                Op::When { condition, ops } => {
                    self.conditions = self.conditions.max(condition.0 + 1);
                    self.add(ops);
                }
                Op::Inline { ops, .. } | Op::Object { ops, .. } => self.add(ops),
                Op::Record { block, .. } | Op::List { block, .. } => self.add(&block.ops),
                Op::Variants { blocks, .. } => blocks.iter().for_each(|block| self.add(&block.ops)),
            }
        }
    }
}
