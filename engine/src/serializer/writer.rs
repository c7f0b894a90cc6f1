//! Rows of a statement → the bytes of a whole response, one row at a time.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;

use super::errors::{Errors, Path};
use super::interpreter::{Interpreter, Stop};
use super::output::Output;
use super::program::{Op, Rows};
use super::{Error, Inputs, Serializer};

/// The least room a response begins with: enough for an object of a few fields.
/// None in tests, see `Output::grow`.
pub(super) const MIN_CAPACITY: usize = if cfg!(test) { 0 } else { 1024 };

/// The most room a response begins with, so that one huge response does not make small ones expensive.
const MAX_CAPACITY: usize = 1 << 20;

/// Writes the response of one request. After an error it is of no use.
#[derive(Debug)]
pub struct Writer<'a> {
    serializer: &'a Serializer,
    inputs: Inputs<'a>,
    output: Output,
    errors: Errors,
    rows: usize,
    /// How many rows there may be.
    allowed: usize,
    /// A field error reached the root: `data` is null whatever else there is to come.
    nulled: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(serializer: &'a Serializer, inputs: Inputs<'a>) -> Self {
        let allowed = match serializer.program().rows {
            Rows::None => 0,
            Rows::One | Rows::Object(_) => 1,
            Rows::List(_) => usize::MAX,
        };
        let mut writer = Writer {
            serializer,
            inputs,
            output: Output::with_capacity(serializer.capacity.load(Relaxed)),
            errors: Errors::new(),
            rows: 0,
            allowed,
            nulled: false,
        };
        writer.constant(&serializer.program().head);
        writer
    }

    /// Writes what follows from one row of the statement: its cells in Postgres' binary format.
    ///
    /// # Errors
    /// When the cells are not what the statement of the operation returns, or the row is one too many.
    pub fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        let program = self.serializer.program();
        if cells.len() != program.row.types.len() {
            return Err(Error::RowCells { expected: program.row.types.len(), actual: cells.len() });
        }
        if self.rows == self.allowed {
            return Err(Error::TooManyRows { expected: self.allowed });
        }
        let index = self.rows;
        self.rows += 1;
        if self.nulled {
            return Ok(());
        }
        if index > 0 {
            self.output.push_byte(b',');
        }
        if let Some(compiled) = self.serializer.compiled.get()
            && compiled.row(self.inputs, &mut self.output, cells)
        {
            return Ok(());
        }
        self.interpret(cells, index)
    }

    /// Ends the response.
    ///
    /// # Errors
    /// When the operation needs a row and none came.
    pub fn finish(mut self) -> Result<Bytes, Error> {
        let program = self.serializer.program();
        match program.rows {
            Rows::Object(_) if self.rows == 0 => self.output.push(b"null"),
            Rows::None => self.interpret(&[], 0)?,
            Rows::One if self.rows == 0 => {
                // The request's conditions may have left out all fields that read cells.
                if reads_cells(&program.row.ops, self.inputs) {
                    return Err(Error::MissingRow);
                }
                self.interpret(&vec![None; program.row.types.len()], 0)?;
            }
            _ => {}
        }
        if !self.nulled {
            self.constant(&program.tail);
        }
        if !self.errors.is_empty() {
            self.output.push(b",\"errors\":[");
            self.output.push(self.errors.entries());
            self.output.push(b"]");
        }
        self.output.push(b"}");
        // Responses of an operation are most often alike; a sixteenth more saves growing for small differences.
        let capacity = self.output.len() + self.output.len() / 16 + MIN_CAPACITY;
        self.serializer.capacity.store(capacity.min(MAX_CAPACITY), Relaxed);
        Ok(self.output.into_vec().into())
    }

    fn interpret(&mut self, cells: &[Option<&[u8]>], index: usize) -> Result<(), Error> {
        let program = self.serializer.program();
        let start = self.output.len();
        let mut interpreter =
            Interpreter { inputs: self.inputs, output: &mut self.output, errors: &mut self.errors };
        let stop = match &program.rows {
            Rows::None | Rows::One => interpreter.run(&program.row.ops, cells, Path::ROOT),
            Rows::Object(key) => interpreter.run(&program.row.ops, cells, Path::ROOT.key(key)),
            Rows::List(key) => interpreter.run(&program.row.ops, cells, Path::ROOT.key(key).index(index)),
        };
        match (stop, &program.rows) {
            (Ok(()), _) => {}
            (Err(Stop::Failed(error)), _) => return Err(error),
            (Err(Stop::Null), Rows::Object(_)) => {
                self.output.truncate(start);
                self.output.push(b"null");
            }
            (Err(Stop::Null), _) => {
                self.output.truncate(0);
                self.output.push(b"{\"data\":null");
                self.nulled = true;
            }
        }
        Ok(())
    }

    /// Runs instructions that read no cell, so that nothing can be wrong with them.
    fn constant(&mut self, ops: &[Op]) {
        let mut interpreter =
            Interpreter { inputs: self.inputs, output: &mut self.output, errors: &mut self.errors };
        interpreter.run(ops, &[], Path::ROOT).expect("constant instructions do not fail");
    }
}

fn reads_cells(ops: &[Op], inputs: Inputs<'_>) -> bool {
    ops.iter().any(|op| match op {
        Op::Text(_) | Op::Comma | Op::External(_) => false,
        Op::Value { .. } | Op::Inline { .. } | Op::Record { .. } | Op::List { .. } => true,
        Op::When { condition, ops } => inputs.conditions[condition.0] && reads_cells(ops, inputs),
    })
}
