//! What machine code shares with Rust: the layout of its data, and the functions that it calls.
//!
//! The code of a program is `fn(context, cells, position) -> position`: it writes from the cells of a row to the
//! output's room and returns where it stopped, or null when the row is anything but plain sailing; then whatever was
//! written is thrown away and the interpreter finds out what is wrong. The functions here follow the same rule.
//!
//! Machine code keeps to these terms, on which every SAFETY note in this folder rests:
//! - `context` is the one that it was called with, and `position` comes from the context's room or from the last
//!   function called, advanced by as much as was written;
//! - before a fixed value it has reserved [`FIXED`] bytes for it, apart from all other bytes to be written;
//! - `data` and `length` are those of a cell that is not null, of the row or of a record in it.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod cursors;
mod values;

use std::mem::{MaybeUninit, transmute};
use std::ptr;

use bytes::Bytes;

use super::Inputs;
use super::error::Fault;
use super::output::Output;
#[cfg(doc)]
use super::scalar::FIXED;
use crate::wire::Oids;

pub(super) use cursors::{cursor, page_cursor};
pub(super) use values::{Function, function};

/// The code of a program.
pub(super) type WriteRow = unsafe extern "C" fn(*mut Context, *const Cell, *mut u8) -> *mut u8;

/// Writes a value of at most [`FIXED`] bytes from its bits: `fn(position, bits)`.
pub(super) type WriteBits = unsafe extern "C" fn(*mut u8, i64) -> *mut u8;

/// Writes a value of at most [`FIXED`] bytes from its data: `fn(position, data)`.
pub(super) type WriteBytes = unsafe extern "C" fn(*mut u8, *const u8) -> *mut u8;

/// Writes a value of any length and reserves room behind it: `fn(context, position, data, length, reserve)`.
pub(super) type WriteAny = unsafe extern "C" fn(*mut Context, *mut u8, *const u8, usize, usize) -> *mut u8;

/// A cell of a row, `Option<&[u8]>`, as machine code reads it; see [`cells_are_as_expected`].
#[repr(C)]
pub(super) struct Cell {
    /// Null when the cell is.
    pub(super) data: *const u8,
    /// Without meaning when the cell is null.
    pub(super) length: MaybeUninit<usize>,
}

/// Whether this compiler lays out `Option<&[u8]>` as a [`Cell`]. All do, and none has promised to.
pub(super) fn cells_are_as_expected() -> bool {
    let bytes = [0; 3];
    // SAFETY: both are two words, and no value of either is wrong.
    let some = unsafe { transmute::<Option<&[u8]>, [MaybeUninit<*const u8>; 2]>(Some(&bytes)) };
    // SAFETY: as above.
    let none = unsafe { transmute::<Option<&[u8]>, [MaybeUninit<*const u8>; 2]>(None) };
    // SAFETY: a reference to bytes has no padding; and of what is nothing, the word is looked at that tells so, since
    // a reference to bytes tells by nothing but its address, if that is the first word.
    let (data, length, nothing) =
        unsafe { (some[0].assume_init(), some[1].assume_init(), none[0].assume_init()) };
    data == bytes.as_ptr() && length.addr() == bytes.len() && nothing.is_null()
}

/// What machine code knows of the request while it writes one row.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Context {
    /// The end of the output's room.
    pub(super) end: *mut u8,
    /// The start of the output's room; what lies between it and the position is written but not yet counted.
    start: *mut u8,
    /// The request's conditions, as many as the program reads.
    pub(super) conditions: *const bool,
    /// The request's external values, as many as the program reads.
    externals: *const Bytes,
    output: *mut Output,
}

impl Context {
    pub(super) fn new(inputs: Inputs<'_>, output: &mut Output) -> Self {
        // For a comma.
        let room = output.room(1).as_mut_ptr_range();
        Context {
            end: room.end,
            start: room.start,
            conditions: inputs.conditions.as_ptr(),
            externals: inputs.externals.as_ptr(),
            output,
        }
    }

    /// Where writing begins, behind a comma if there is to be one.
    #[inline]
    pub(super) fn start(&mut self, comma: bool) -> *mut u8 {
        // SAFETY: `new` made room for one byte, and nothing else uses the output while there is a context of it.
        unsafe {
            self.start.write(b',');
            self.start.add(usize::from(comma))
        }
    }

    /// How many bytes were written up to a position that are not yet counted.
    #[inline]
    pub(super) fn written(&self, position: *mut u8) -> usize {
        position.addr() - self.start.addr()
    }

    /// How many bytes of room there are behind a position.
    fn room(&self, position: *mut u8) -> usize {
        self.end.addr() - position.addr()
    }

    /// A position like this one with so many bytes of room behind it.
    ///
    /// # Safety
    /// As of [`resume`](Context::resume).
    unsafe fn with_room(&mut self, position: *mut u8, bytes: usize) -> *mut u8 {
        if self.room(position) >= bytes {
            return position;
        }
        // SAFETY: the caller promises the same.
        unsafe { self.resume(position, bytes, |_| Ok(())) }
    }

    /// Counts what is written up to `position`, lets `write` go on, and makes room for `reserve` bytes more.
    ///
    /// # Safety
    /// The output must still be there, with nobody else using it, and `position` must be in its room.
    pub(super) unsafe fn resume(
        &mut self,
        position: *mut u8,
        reserve: usize,
        write: impl FnOnce(&mut Output) -> Result<(), Fault>,
    ) -> *mut u8 {
        // SAFETY: the caller promises that the output is there and is not used elsewhere.
        let output = unsafe { &mut *self.output };
        output.advance(position.addr() - self.start.addr());
        if write(output).is_err() {
            return ptr::null_mut();
        }
        let room = output.room(reserve).as_mut_ptr_range();
        (self.start, self.end) = (room.start, room.end);
        room.start
    }
}

/// Reserves room.
pub(super) unsafe extern "C" fn reserve(context: *mut Context, position: *mut u8, reserve: usize) -> *mut u8 {
    // SAFETY: by the terms at the top, the context is alive and the position is in its room.
    unsafe { (*context).resume(position, reserve, |_| Ok(())) }
}

/// Writes an external value and reserves room behind it.
pub(super) unsafe extern "C" fn external(
    context: *mut Context,
    position: *mut u8,
    index: usize,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: as in `reserve`; and `Compiled::row` checked that there are as many values as the program reads.
    unsafe {
        let value = &*(*context).externals.add(index);
        (*context).resume(position, reserve, |output| {
            output.push(value);
            Ok(())
        })
    }
}

/// Whether a cell of a record may be of a type, which is not the usual one: not 0 if so.
pub(super) unsafe extern "C" fn accepts(types: *const Oids, oid: usize) -> usize {
    // SAFETY: the code hands in an address in the types of a record, which `Compiled` keeps as long as the code.
    let types = unsafe { &*types };
    usize::from(u32::try_from(oid).is_ok_and(|oid| types.accept(oid)))
}
