//! Rows of a statement → the bytes of a response, one row at a time. A long list is handed out in chunks.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;

use super::errors::{Errors, Path};
use super::interpreter::{Interpreter, Stop};
use super::output::Output;
use super::program::{Op, Rows};
use super::{Error, Inputs, Serializer, record};
use crate::plan::shape::{self, UNAVAILABLE};

/// The least room a response begins with: enough for an object of a few fields.
/// None in tests, see `Output::grow`.
pub(super) const MIN_CAPACITY: usize = if cfg!(test) { 0 } else { 1024 };

/// The most room a response begins with, so that one huge response does not make small ones expensive.
const MAX_CAPACITY: usize = 1 << 20;

/// The length of the chunks of a long list, of all but the first: each is as much longer as its last row goes beyond it.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// The room that a chunk begins with, so that a row of usual length does not make it grow.
const CHUNK_CAPACITY: usize = if cfg!(test) { 0 } else { CHUNK_BYTES + CHUNK_BYTES / 8 };

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
    /// A part of `data` is handed out, so that it cannot become null any more.
    begun: bool,
    /// A list that may be null is: its rows are not written.
    list_is_null: bool,
}

/// The state of a response that is written in part, apart from what it is written by and from.
#[derive(Debug)]
pub struct Suspended {
    output: Output,
    errors: Errors,
    rows: usize,
    allowed: usize,
    nulled: bool,
    begun: bool,
    list_is_null: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(serializer: &'a Serializer, inputs: Inputs<'a>) -> Self {
        let allowed = match serializer.program().rows {
            Rows::None => 0,
            Rows::One | Rows::Object(_) => 1,
            Rows::List { .. } => usize::MAX,
        };
        let mut writer = Writer {
            serializer,
            inputs,
            output: Output::with_capacity(serializer.capacity.load(Relaxed)),
            errors: Errors::new(),
            rows: 0,
            allowed,
            nulled: false,
            begun: false,
            list_is_null: false,
        };
        writer.constant(&serializer.program().head);
        if let Rows::List { nullable: true, .. } = serializer.program().rows {
            writer.output.push_byte(b'[');
        }
        writer
    }

    pub(super) fn resume(serializer: &'a Serializer, inputs: Inputs<'a>, suspended: Suspended) -> Self {
        let Suspended { output, errors, rows, allowed, nulled, begun, list_is_null } = suspended;
        Writer { serializer, inputs, output, errors, rows, allowed, nulled, begun, list_is_null }
    }

    /// Takes the writer from its inputs, to go on by [`Serializer::resume`].
    pub fn suspend(self) -> Suspended {
        let Writer { output, errors, rows, allowed, nulled, begun, list_is_null, .. } = self;
        Suspended { output, errors, rows, allowed, nulled, begun, list_is_null }
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
        if self.nulled || self.list_is_null {
            return Ok(());
        }
        if let Some(compiled) = self.serializer.compiled.get()
            && compiled.row(self.inputs, &mut self.output, cells, index > 0)
        {
            return Ok(());
        }
        if index > 0 {
            self.output.push_byte(b',');
        }
        self.interpret(cells, index)
    }

    /// Writes what follows from the answer to one of many requests: as [`row`](Writer::row), but all rows of a list
    /// are records in one cell.
    ///
    /// # Errors
    /// When the cells are not what the statement of many requests returns.
    pub fn answer(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        let program = self.serializer.program();
        match (&program.rows, cells) {
            (Rows::List { .. }, [records]) => self.records(records.unwrap_or_default()),
            _ => self.row(cells),
        }
    }

    /// Writes what follows from rows that come as concatenated records.
    ///
    /// # Errors
    /// When they are not records of the rows that the statement of the operation returns.
    pub fn records(&mut self, records: &[u8]) -> Result<(), Error> {
        let program = self.serializer.program();
        let (Rows::List { key, .. } | Rows::Object(key)) = &program.rows else {
            return Err(Error::RowCells { expected: program.row.types.len(), actual: 0 });
        };
        let mut rest = records;
        let mut cells = vec![None; program.row.types.len()];
        while !rest.is_empty() {
            rest = record::split(rest, &program.row.types, |cell, value| cells[cell] = value)
                .map_err(|fault| Error::Malformed { path: key.clone(), fault })?;
            self.row(&cells)?;
        }
        Ok(())
    }

    /// Hands out what is written, if that is more than so many bytes of a list that is the whole `data`; the response
    /// goes on behind it.
    #[inline]
    pub fn hand_out(&mut self, above: usize) -> Option<Bytes> {
        // Others may have to be taken back: a null in an object goes on to its parent.
        let is_list = matches!(self.serializer.program().rows, Rows::List { .. });
        (self.output.len() > above && is_list && !self.nulled && !self.list_is_null).then(|| self.take())
    }

    fn take(&mut self) -> Bytes {
        if !std::mem::replace(&mut self.begun, true) {
            self.keep_capacity();
        }
        std::mem::replace(&mut self.output, Output::with_capacity(CHUNK_CAPACITY)).into_vec().into()
    }

    /// Ends the response, and returns what is not yet handed out of it.
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
            Rows::List { nullable: true, .. } if !self.nulled && !self.list_is_null => self.output.push(b"]"),
            _ => {}
        }
        if !self.nulled {
            self.constant(&program.tail);
        }
        if !self.errors.is_empty() {
            self.errors.close();
            self.output.push(b",\"errors\":[");
            self.output.push(self.errors.entries());
            self.output.push(b"]");
        }
        self.output.push(b"}");
        if !self.begun {
            self.keep_capacity();
        }
        Ok(self.output.into_vec().into())
    }

    /// Responses of an operation are most often alike; a sixteenth more saves growing for small differences.
    fn keep_capacity(&self) {
        let capacity = self.output.len() + self.output.len() / 16 + MIN_CAPACITY;
        self.serializer.capacity.store(capacity.min(MAX_CAPACITY), Relaxed);
    }

    fn interpret(&mut self, cells: &[Option<&[u8]>], index: usize) -> Result<(), Error> {
        let program = self.serializer.program();
        let start = self.output.len();
        let known = self.errors.entries().len();
        let mut interpreter =
            Interpreter { inputs: self.inputs, output: &mut self.output, errors: &mut self.errors };
        let stop = match &program.rows {
            Rows::None | Rows::One => interpreter.run(&program.row.ops, cells, Path::ROOT),
            Rows::Object(key) => interpreter.run(&program.row.ops, cells, Path::ROOT.key(key)),
            Rows::List { key, .. } => {
                interpreter.run(&program.row.ops, cells, Path::ROOT.key(key).index(index))
            }
        };
        match (stop, &program.rows) {
            (Ok(()), _) => {}
            (Err(Stop::Failed(error)), _) => return Err(error),
            (Err(Stop::Null), Rows::Object(_)) => {
                self.output.truncate(start);
                self.output.push(b"null");
            }
            (Err(Stop::Null), _) if self.begun => {
                let errors = String::from_utf8_lossy(&self.errors.entries()[known..]);
                return Err(Error::NullTooLate { errors: errors.trim_start_matches(',').to_owned() });
            }
            (Err(Stop::Null), Rows::List { nullable: true, .. }) => self.null_list(),
            (Err(Stop::Null), _) => {
                self.output.truncate(0);
                self.output.push(b"{\"data\":null");
                self.nulled = true;
            }
        }
        Ok(())
    }

    /// Takes back what is written of the list that rows are the items of, and writes null.
    fn null_list(&mut self) {
        self.output.truncate(0);
        self.constant(&self.serializer.program().head);
        self.output.push(b"null");
        self.list_is_null = true;
    }

    /// Ends a response whose rows these shards should have had: what rows are written to is null, and an error says so.
    ///
    /// # Errors
    /// A part of the list is handed out.
    pub fn unavailable(mut self, shards: &[&str]) -> Result<Bytes, Error> {
        let program = self.serializer.program();
        let cell = shape::unavailable(shards.iter().copied());
        let names = &cell[UNAVAILABLE.len()..];
        match &program.rows {
            Rows::None => {}
            Rows::One => {
                self.rows = 1;
                let cells = vec![Some(cell.as_slice()); program.row.types.len()];
                self.interpret(&cells, 0)?;
            }
            Rows::Object(key) | Rows::List { key, .. } => {
                let mut interpreter =
                    Interpreter { inputs: self.inputs, output: &mut self.output, errors: &mut self.errors };
                interpreter.unavailable(names, Path::ROOT.key(key));
                if self.begun {
                    let errors = String::from_utf8_lossy(self.errors.entries()).into_owned();
                    return Err(Error::NullTooLate { errors });
                }
                self.null_list();
                // Nothing more is to come.
                self.rows = self.rows.max(1);
            }
        }
        self.finish()
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
        Op::Value { .. }
        | Op::Inline { .. }
        | Op::Cursor { .. }
        | Op::PageCursor { .. }
        | Op::Record { .. }
        | Op::List { .. }
        | Op::Variants { .. } => true,
        Op::Object { ops, .. } => reads_cells(ops, inputs),
        Op::When { condition, ops } => inputs.conditions[condition.0] && reads_cells(ops, inputs),
    })
}
