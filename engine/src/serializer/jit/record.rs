//! A binary record in machine code: its cells are found where they are, one behind the other, and only as they are
//! needed.
//!
//! The format is that of the interpreter's `record` module. A cell that is always read, and whose type has one length,
//! has to be of that length, so what follows it is at a place that is known:
//!
//! ```text
//! if end - cursor < 4 + (8 + 4) + 8 return null        // all but the data of the cells that may have any length
//! if int32 at cursor + 0 != 2 return null               // cells
//! if int32 at cursor + 4 != 23 … return null             // `int4`
//! if int32 at cursor + 8 != 4 return null                // its length
//! …                                                      // writes the value at cursor + 12
//! if int32 at cursor + 16 != 25 … return null            // `text`
//! length = int32 at cursor + 20
//! if length < -1 return null
//! next = cursor + 24 + max(length, 0)
//! if end - next < 0 return null
//! ```

use std::sync::Arc;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Endianness, InstBuilder, Value, types};
use cranelift_module::Module;

use super::super::abi;
use super::super::program::{Block, Op};
use super::cell::{CellPlace, Cells, Length};
use super::lower::{Body, plain};
use crate::wire::Oids;

/// A record whose first cells were found.
pub(super) struct Record {
    types: Arc<[Oids]>,
    /// The lengths of the cells that must have a certain one.
    lengths: Vec<Option<usize>>,
    found: Vec<CellPlace>,
    /// The next cell is so many bytes behind an address.
    address: Value,
    offset: i32,
    /// The record does not go on beyond it.
    end: Value,
}

/// The bytes before the data of a cell: its type and its length.
const HEADER: usize = 8;

impl Record {
    /// A cell that was found.
    pub(super) fn cell(&self, index: usize) -> CellPlace {
        self.found[index]
    }

    /// How many bytes the cells from one on have at least.
    fn least(&self, from: usize) -> usize {
        self.lengths[from..].iter().map(|length| HEADER + length.unwrap_or(0)).sum()
    }
}

/// The lengths of the cells that instructions read in any case, if their types have one.
fn lengths(block: &Block) -> Vec<Option<usize>> {
    let mut lengths = vec![None; block.types.len()];
    add_lengths(&block.ops, &mut lengths);
    lengths
}

fn add_lengths(ops: &[Op], lengths: &mut [Option<usize>]) {
    for op in ops {
        match op {
            Op::Value { cell, scalar, nullable: false, .. } => {
                lengths[*cell] = abi::function(*scalar).bytes();
            }
            Op::Object { ops, .. } => add_lengths(ops, lengths),
            _ => {}
        }
    }
}

impl Body<'_> {
    /// Begins to read a record.
    pub(super) fn begin_record(&mut self, block: &Block, address: Value, end: Value) -> Record {
        let types = Arc::clone(&block.types);
        let found = Vec::with_capacity(types.len());
        let record = Record { types, lengths: lengths(block), found, address, offset: 4, end };
        let left = self.builder.ins().isub(end, address);
        let least = (4 + record.least(0)) as i64;
        let enough = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, left, least);
        self.ensure(enough);
        self.ensure_number(address, 0, block.types.len());
        record
    }

    /// Finds cells of a record up to so many; those of a row need not be found.
    pub(super) fn read_cells(&mut self, count: usize) {
        loop {
            let Cells::OfRecord(record) = &self.cells else { return };
            let index = record.found.len();
            if index >= count {
                return;
            }
            let (address, offset, end) = (record.address, record.offset, record.end);
            let (oids, length, least) =
                (&raw const record.types[index], record.lengths[index], record.least(index + 1));
            let usual = record.types[index].usual();
            if let Some(usual) = usual {
                self.ensure_type(address, offset, usual, oids);
            }
            let data = offset + HEADER as i32;
            let (cell, address, offset) = match length {
                Some(bytes) => {
                    self.ensure_number(address, offset + 4, bytes);
                    let cell = CellPlace { address, offset: data, length: Length::Known(bytes) };
                    (cell, address, data + super::lower::offset(bytes))
                }
                None => {
                    let length = self.number(address, offset + 4);
                    let length = self.builder.ins().sextend(types::I64, length);
                    let valid = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, length, -1);
                    self.ensure(valid);
                    let cell = CellPlace { address, offset: data, length: Length::Signed(length) };
                    let zero = self.word(0);
                    let bytes = self.builder.ins().smax(length, zero);
                    let next = self.builder.ins().iadd(address, bytes);
                    // Addresses are far from the largest number, and lengths have 31 bits.
                    let left = self.builder.ins().isub(end, next);
                    let least = least as i64 + i64::from(data);
                    let enough = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, left, least);
                    self.ensure(enough);
                    (cell, next, data)
                }
            };
            let Cells::OfRecord(record) = &mut self.cells else { return };
            record.found.push(cell);
            (record.address, record.offset) = (address, offset);
        }
    }

    /// The address behind a record whose cells were all found.
    pub(super) fn end_record(&mut self, record: &Record) -> Value {
        self.builder.ins().iadd_imm_s(record.address, i64::from(record.offset))
    }

    /// The number of four bytes at a place.
    fn number(&mut self, address: Value, offset: i32) -> Value {
        let number = self.builder.ins().load(types::I32, plain(), address, offset);
        self.big_endian(number)
    }

    /// Compares a number with the one that it has to be.
    pub(super) fn ensure_number(&mut self, address: Value, offset: i32, expected: usize) {
        let is_expected = self.is_number(address, offset, super::lower::offset(expected) as u32);
        self.ensure(is_expected);
    }

    /// Whether a number is a certain one.
    pub(super) fn is_number(&mut self, address: Value, offset: i32, expected: u32) -> Value {
        // As it stands in memory, so that nothing has to be turned round each time.
        let expected = match self.module.isa().endianness() {
            Endianness::Big => expected,
            Endianness::Little => expected.swap_bytes(),
        };
        let number = self.builder.ins().load(types::I32, plain(), address, offset);
        self.builder.ins().icmp_imm_s(IntCC::Equal, number, i64::from(expected as i32))
    }

    /// Goes on if a cell is of a type that it may be of.
    fn ensure_type(&mut self, address: Value, offset: i32, usual: u32, oids: *const Oids) {
        let (known, other) = (self.builder.create_block(), self.builder.create_block());
        self.builder.set_cold_block(other);
        let is_usual = self.is_number(address, offset, usual);
        self.builder.ins().brif(is_usual, known, &[], other, &[]);
        self.builder.switch_to_block(other);
        let oid = self.number(address, offset);
        let oid = self.builder.ins().uextend(types::I64, oid);
        // `Compiled` keeps what the code refers to.
        let oids = self.word(oids.addr());
        let accepted = self.call(abi::accepts as *const (), &[oids, oid]);
        self.builder.ins().brif(accepted, known, &[], self.fail, &[]);
        self.builder.switch_to_block(known);
    }
}
