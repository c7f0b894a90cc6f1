//! What machine code shares with Rust: the layout of its data, and the functions that it calls.
//!
//! The code of a record is `fn(context, cells, position) -> position`: it writes from the cells to the output's
//! room and returns where it stopped, or null when the row is anything but plain sailing; then whatever was
//! written is thrown away and the interpreter finds out what is wrong. The functions here follow the same rule.
//!
//! Machine code keeps to these terms, on which every SAFETY note in this file rests:
//! - `context` is the one that it was called with, and `position` comes from the context's room or from the last
//!   function called, advanced by as much as was written;
//! - before a fixed value it has reserved [`FIXED`] bytes for it, apart from all other bytes to be written;
//! - `data` and `length` are those of a [`Cell`], unchanged; `cursor` and `end` bound the data of one.
#![allow(unsafe_code)]

use std::{ptr, slice};

use bytes::Bytes;
use onefold_schema::{EnumDef, ScalarType};

use super::Inputs;
use super::error::Fault;
use super::output::Output;
use super::scalar::{self, FIXED, Fixed};
use super::{datetime, numeric, record};
use crate::wire::Oids;

/// The code of a record.
pub(super) type WriteRecord = unsafe extern "C" fn(*mut Context, *const Cell, *mut u8) -> *mut u8;

/// Writes a value of at most [`FIXED`] bytes: `fn(position, data, length)`.
pub(super) type FixedValue = unsafe extern "C" fn(*mut u8, *const u8, isize) -> *mut u8;

/// Writes a value of any length and reserves room behind it: `fn(context, position, data, length, reserve)`.
pub(super) type AnyValue = unsafe extern "C" fn(*mut Context, *mut u8, *const u8, isize, usize) -> *mut u8;

/// Writes a value of an enum: `fn(context, position, data, length, reserve, enum)`.
pub(super) type EnumValue =
    unsafe extern "C" fn(*mut Context, *mut u8, *const u8, isize, usize, &'static EnumDef) -> *mut u8;

/// A cell as machine code reads it.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Valid for `length` bytes; without meaning when the cell is null.
    pub(super) data: *const u8,
    /// -1 when the cell is null.
    pub(super) length: isize,
}

impl From<Option<&[u8]>> for Cell {
    fn from(cell: Option<&[u8]>) -> Self {
        match cell {
            // Slices are never longer than `isize::MAX`.
            Some(data) => Cell { data: data.as_ptr(), length: data.len() as isize },
            None => Cell { data: ptr::null(), length: -1 },
        }
    }
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
        let room = output.room(0).as_mut_ptr_range();
        Context {
            end: room.end,
            start: room.start,
            conditions: inputs.conditions.as_ptr(),
            externals: inputs.externals.as_ptr(),
            output,
        }
    }

    /// Where writing begins.
    pub(super) fn start(&self) -> *mut u8 {
        self.start
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

/// Splits the record at `cursor` into `cells`, which has room for `count`, of these `types`; returns the end of the
/// record.
pub(super) unsafe extern "C" fn split(
    cursor: *const u8,
    end: *const u8,
    cells: *mut Cell,
    types: *const Oids,
    count: usize,
) -> *const u8 {
    // SAFETY: by the terms at the top, all between the two is the data of one cell; and the cells are a stack slot
    // of the calling function, made for this number.
    let data = unsafe { slice::from_raw_parts(cursor, end.addr() - cursor.addr()) };
    let each = |index: usize, cell: Option<&[u8]>| unsafe { cells.add(index).write(cell.into()) };
    // SAFETY: `Compiled` keeps the types as long as the code.
    let types = unsafe { slice::from_raw_parts(types, count) };
    match record::split(data, types, each) {
        Ok(rest) => rest.as_ptr(),
        Err(_) => ptr::null(),
    }
}

/// The function for values of a type that are short, or none.
pub(super) fn fixed_value(scalar: ScalarType, nullable: bool) -> Option<FixedValue> {
    macro_rules! function {
        ($write:path) => {{
            unsafe extern "C" fn required(position: *mut u8, data: *const u8, length: isize) -> *mut u8 {
                if length < 0 {
                    return ptr::null_mut();
                }
                // SAFETY: by the terms at the top, there are `FIXED` bytes of initialised room at the position, and
                // the data is that of a cell, which is not null.
                unsafe {
                    let room = &mut *position.cast::<Fixed>();
                    match $write(room, slice::from_raw_parts(data, length as usize)) {
                        Ok(written) => position.add(written),
                        Err(_) => ptr::null_mut(),
                    }
                }
            }

            unsafe extern "C" fn optional(position: *mut u8, data: *const u8, length: isize) -> *mut u8 {
                if length < 0 {
                    const { assert!(FIXED >= 4) };
                    // SAFETY: by the terms at the top, there are `FIXED` bytes of room at the position.
                    return unsafe {
                        position.cast::<[u8; 4]>().write(*b"null");
                        position.add(4)
                    };
                }
                // SAFETY: the terms are the same.
                unsafe { required(position, data, length) }
            }

            Some(if nullable { optional } else { required })
        }};
    }
    match scalar {
        ScalarType::Bool => function!(scalar::boolean),
        ScalarType::Int2 => function!(scalar::int2),
        ScalarType::Int4 => function!(scalar::int4),
        ScalarType::Int8 => function!(scalar::int8),
        ScalarType::Float4 => function!(scalar::float4),
        ScalarType::Float8 => function!(scalar::float8),
        ScalarType::Uuid => function!(scalar::uuid),
        ScalarType::Date => function!(datetime::date),
        ScalarType::Timestamp => function!(datetime::timestamp),
        ScalarType::Timestamptz => function!(datetime::timestamptz),
        ScalarType::Text
        | ScalarType::Numeric
        | ScalarType::Json
        | ScalarType::Jsonb
        | ScalarType::Enum(_) => None,
    }
}

/// The function for values of a type that may be long, or none.
pub(super) fn any_value(scalar: ScalarType, nullable: bool) -> Option<AnyValue> {
    macro_rules! function {
        ($write:path) => {{
            unsafe extern "C" fn required(
                context: *mut Context,
                position: *mut u8,
                data: *const u8,
                length: isize,
                reserve: usize,
            ) -> *mut u8 {
                if length < 0 {
                    return ptr::null_mut();
                }
                // SAFETY: by the terms at the top, the context is alive, the position is in its room, and the data is
                // that of a cell, which is not null.
                unsafe {
                    let data = slice::from_raw_parts(data, length as usize);
                    (*context).resume(position, reserve, |output| $write(output, data))
                }
            }

            unsafe extern "C" fn optional(
                context: *mut Context,
                position: *mut u8,
                data: *const u8,
                length: isize,
                reserve: usize,
            ) -> *mut u8 {
                // SAFETY: the terms are the same.
                unsafe {
                    if length < 0 {
                        return null(context, position, reserve);
                    }
                    required(context, position, data, length, reserve)
                }
            }

            Some(if nullable { optional } else { required })
        }};
    }
    match scalar {
        ScalarType::Text => function!(scalar::text),
        ScalarType::Numeric => function!(numeric::write),
        ScalarType::Json => function!(scalar::json),
        ScalarType::Jsonb => function!(scalar::jsonb),
        _ => None,
    }
}

/// The function for values of enums.
pub(super) fn enum_value(nullable: bool) -> EnumValue {
    unsafe extern "C" fn required(
        context: *mut Context,
        position: *mut u8,
        data: *const u8,
        length: isize,
        reserve: usize,
        def: &'static EnumDef,
    ) -> *mut u8 {
        if length < 0 {
            return ptr::null_mut();
        }
        // SAFETY: by the terms at the top, the context is alive, the position is in its room, and the data is that of
        // a cell, which is not null.
        unsafe {
            let data = slice::from_raw_parts(data, length as usize);
            (*context).resume(position, reserve, |output| scalar::enumeration(output, data, def))
        }
    }

    unsafe extern "C" fn optional(
        context: *mut Context,
        position: *mut u8,
        data: *const u8,
        length: isize,
        reserve: usize,
        def: &'static EnumDef,
    ) -> *mut u8 {
        // SAFETY: the terms are the same.
        unsafe {
            if length < 0 {
                return null(context, position, reserve);
            }
            required(context, position, data, length, reserve, def)
        }
    }

    if nullable { optional } else { required }
}

/// # Safety
/// The terms at the top.
unsafe fn null(context: *mut Context, position: *mut u8, reserve: usize) -> *mut u8 {
    // SAFETY: the caller keeps to the terms.
    unsafe {
        (*context).resume(position, reserve, |output| {
            output.push(b"null");
            Ok(())
        })
    }
}
