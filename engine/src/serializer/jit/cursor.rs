//! Cursors in machine code: the cells of the order are gathered on the stack, and a function writes them.

use std::mem::offset_of;

use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};

use super::super::abi::{self, Cell};
use super::super::cursor::PageCursor;
use super::cell::{CellPlace, Length};
use super::lower::{Body, offset};
use crate::plan::shape::Cursor;

/// The alignment of a [`Cell`], as a power of two.
const ALIGNMENT: u8 = align_of::<Cell>().trailing_zeros() as u8;

impl Body<'_> {
    /// Writes the cursor of the record that is being read, with so much room behind it.
    pub(super) fn cursor(&mut self, cursor: &Cursor, reserve: usize) {
        self.flush();
        let bytes = (size_of::<Cell>() * cursor.cells.len()) as u32;
        let slot = StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, ALIGNMENT);
        let slot = self.builder.create_sized_stack_slot(slot);
        for (place, (cell, _)) in cursor.cells.iter().enumerate() {
            let cell = self.cell(*cell);
            let (data, length) = self.parts(cell);
            let at = size_of::<Cell>() * place;
            self.builder.ins().stack_store(types::I64, data, slot, offset(at + offset_of!(Cell, data)));
            self.builder.ins().stack_store(types::I64, length, slot, offset(at + offset_of!(Cell, length)));
        }
        let cells = self.builder.ins().stack_addr(types::I64, slot, 0);
        // `Compiled` keeps what the code refers to.
        let cursor = self.word(std::ptr::from_ref(cursor).addr());
        let reserve = self.word(reserve);
        let arguments = [self.context, self.position, cells, cursor, reserve];
        let position = self.call(abi::cursor as *const (), &arguments);
        self.go_on_at(position);
    }

    /// The address of a cell's data, null if the cell is, and its length.
    fn parts(&mut self, cell: CellPlace) -> (Value, Value) {
        let length = self.length(cell);
        let data = match cell.length {
            Length::UnlessNull(_) => cell.address,
            Length::Known(_) => self.data(cell),
            Length::Signed(_) => {
                let (present, data, null) = (self.is_present(cell), self.data(cell), self.word(0));
                self.builder.ins().select(present, data, null)
            }
        };
        (data, length)
    }

    /// Writes the cursor of a record in a cell, or null where there is none, with so much room behind it.
    pub(super) fn page_cursor(&mut self, cell: usize, page: &PageCursor, reserve: usize) {
        self.flush();
        let (cell, join) = (self.cell(cell), self.join());
        self.unless_null(cell, join, Some(reserve));
        let (data, length) = (self.data(cell), self.length(cell));
        // `Compiled` keeps what the code refers to.
        let page = self.word(std::ptr::from_ref(page).addr());
        let reserve = self.word(reserve);
        let arguments = [self.context, self.position, data, length, page, reserve];
        let position = self.call(abi::page_cursor as *const (), &arguments);
        self.go_on_at(position);
        self.builder.ins().jump(join, &[self.position.into()]);
        self.continue_in(join);
    }
}
