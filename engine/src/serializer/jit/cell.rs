//! A cell in machine code: where it is, and how it is read.

use std::mem::offset_of;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Endianness, InstBuilder, Value, types};
use cranelift_module::Module;

use super::super::abi::Cell;
use super::lower::{Body, plain};
use super::record::Record;

/// Where the cells are that instructions read.
pub(super) enum Cells {
    /// At an address: those of the row.
    OfRow(Value),
    /// Behind each other in a record, of which they are read as they are needed.
    OfRecord(Record),
}

/// A cell that can be read.
#[derive(Clone, Copy)]
pub(super) struct CellPlace {
    /// Its data is so many bytes behind an address.
    pub(super) address: Value,
    pub(super) offset: i32,
    pub(super) length: Length,
}

/// What is known of the length of a cell.
#[derive(Clone, Copy)]
pub(super) enum Length {
    /// The address is null, or else there is a length.
    UnlessNull(Value),
    /// Negative when the cell is null.
    Signed(Value),
    /// It is not null, and its length was compared with this one.
    Known(usize),
}

impl Body<'_> {
    pub(super) fn ensure_present(&mut self, cell: CellPlace) {
        if !matches!(cell.length, Length::Known(_)) {
            let present = self.is_present(cell);
            self.ensure(present);
        }
    }

    /// A cell that was read.
    pub(super) fn cell(&mut self, index: usize) -> CellPlace {
        match &self.cells {
            Cells::OfRow(cells) => {
                let (cells, at) = (*cells, index * size_of::<Cell>());
                let address = self.load(cells, at + offset_of!(Cell, data));
                // Without meaning, and not looked at, when the address is null.
                let length = Length::UnlessNull(self.load(cells, at + offset_of!(Cell, length)));
                CellPlace { address, offset: 0, length }
            }
            Cells::OfRecord(record) => record.cell(index),
        }
    }

    pub(super) fn is_present(&mut self, cell: CellPlace) -> Value {
        match cell.length {
            Length::UnlessNull(_) => self.builder.ins().icmp_imm_s(IntCC::NotEqual, cell.address, 0),
            Length::Signed(length) => {
                self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, length, 0)
            }
            Length::Known(_) => self.builder.ins().iconst(types::I8, 1),
        }
    }

    /// The address of the data of a cell.
    pub(super) fn data(&mut self, cell: CellPlace) -> Value {
        match cell.offset {
            0 => cell.address,
            offset => self.builder.ins().iadd_imm_s(cell.address, i64::from(offset)),
        }
    }

    /// The addresses of the data of a cell of any length, and behind it.
    pub(super) fn bounds(&mut self, cell: CellPlace) -> (Value, Value) {
        let (data, length) = (self.data(cell), self.length(cell));
        (data, self.builder.ins().iadd(data, length))
    }

    /// The length of a cell that is not null.
    pub(super) fn length(&mut self, cell: CellPlace) -> Value {
        match cell.length {
            Length::UnlessNull(length) | Length::Signed(length) => length,
            Length::Known(bytes) => self.word(bytes),
        }
    }

    /// Goes on if a cell that is not null has so many bytes.
    pub(super) fn ensure_length(&mut self, cell: CellPlace, bytes: usize) {
        if !matches!(cell.length, Length::Known(known) if known == bytes) {
            let length = self.length(cell);
            let right = self.builder.ins().icmp_imm_s(IntCC::Equal, length, bytes as i64);
            self.ensure(right);
        }
    }

    /// The big-endian number in a cell of so many bytes, sign-extended.
    pub(super) fn bits(&mut self, cell: CellPlace, bytes: usize) -> Value {
        let word = match bytes {
            2 => types::I16,
            4 => types::I32,
            _ => types::I64,
        };
        let bits = self.builder.ins().load(word, plain(), cell.address, cell.offset);
        let bits = self.big_endian(bits);
        if word == types::I64 { bits } else { self.builder.ins().sextend(types::I64, bits) }
    }

    /// The number that a big-endian word in memory is.
    pub(super) fn big_endian(&mut self, word: Value) -> Value {
        match self.module.isa().endianness() {
            Endianness::Big => word,
            Endianness::Little => self.builder.ins().bswap(word),
        }
    }
}
