//! The functions that write cursors.

use std::slice;

use super::{Cell, Context};
use crate::plan::shape::Cursor;
use crate::serializer::cursor::{self, PageCursor};

/// Writes the cursor of a row from the cells that its order compares, and reserves room behind it.
pub(in crate::serializer) unsafe extern "C" fn cursor(
    context: *mut Context,
    position: *mut u8,
    cells: *const Cell,
    cursor: *const Cursor,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: by the terms of this folder, the context is alive and the position is in its room; `Compiled` keeps the
    // cursor as long as the code, and the code hands in as many cells as it has.
    unsafe {
        let cursor = &*cursor;
        let cells = slice::from_raw_parts(cells, cursor.cells.len());
        // A cell that is not null has data of that length.
        let data = |cell: &Cell| {
            (!cell.data.is_null()).then(|| slice::from_raw_parts(cell.data, cell.length.assume_init()))
        };
        (*context).resume(position, reserve, |output| {
            cursor::write(output, cursor.fingerprint, cells.iter().map(data));
            Ok(())
        })
    }
}

/// Writes the cursor of the first or the last record of a cell, and reserves room behind it.
pub(in crate::serializer) unsafe extern "C" fn page_cursor(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    page: *const PageCursor,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: as in `cursor`; the data is that of a cell.
    unsafe {
        let data = slice::from_raw_parts(data, length);
        (*context).resume(position, reserve, |output| cursor::write_page(output, &*page, data))
    }
}
