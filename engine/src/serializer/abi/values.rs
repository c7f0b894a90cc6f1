//! The functions that write a value, by its type.

use std::slice;

use onefold_schema::{ArrayDef, EnumDef, RangeType, ScalarType};

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::{Context, WriteAny, WriteBits, WriteBytes};
use crate::serializer::error::Fault;
use crate::serializer::output::Output;
use crate::serializer::scalar::{self, Fixed};
use crate::serializer::{array, binary, datetime, interval, numeric, range};

/// Writes a value of an enum: `fn(context, position, data, length, reserve, enum)`.
type WriteEnum =
    unsafe extern "C" fn(*mut Context, *mut u8, *const u8, usize, usize, &'static EnumDef) -> *mut u8;

/// Writes an array: `fn(context, position, data, length, reserve, array)`.
type WriteArray =
    unsafe extern "C" fn(*mut Context, *mut u8, *const u8, usize, usize, &'static ArrayDef) -> *mut u8;

/// How machine code has the values of a type written.
#[derive(Debug, Clone, Copy)]
pub(in crate::serializer) enum Function {
    /// By itself.
    Boolean,
    /// A big-endian integer of so many bytes, of which each value has JSON.
    Integer { bytes: usize, write: WriteBits },
    /// The bits of something of so many bytes, of which not every value has JSON.
    Bits { bytes: usize, write: WriteBits },
    /// Sixteen bytes, whose JSON always has [`UUID`](scalar::UUID) bytes.
    Uuid(WriteBytes),
    /// Data of any length.
    Any(WriteAny),
    /// A label.
    Enum(WriteEnum, &'static EnumDef),
    /// Items between brackets.
    Array(WriteArray, &'static ArrayDef),
}

impl Function {
    /// The length of each value, if it is the same.
    pub(in crate::serializer) fn bytes(self) -> Option<usize> {
        match self {
            Function::Boolean => Some(1),
            Function::Integer { bytes, .. } | Function::Bits { bytes, .. } => Some(bytes),
            Function::Uuid(_) => Some(16),
            Function::Any(_) | Function::Enum(..) | Function::Array(..) => None,
        }
    }
}

/// How machine code has the values of a type written on this machine.
pub(in crate::serializer) fn function(scalar: ScalarType) -> Function {
    /// A function that writes a value of at most [`FIXED`](scalar::FIXED) bytes from its bits.
    macro_rules! bits {
        ($write:expr) => {{
            unsafe extern "C" fn write(position: *mut u8, bits: i64) -> *mut u8 {
                // SAFETY: by the terms of this folder, there are `FIXED` bytes of initialised room at the position.
                let room = unsafe { &mut *position.cast::<Fixed>() };
                match ($write)(room, bits) {
                    // SAFETY: what was written is in the room.
                    Ok(written) => unsafe { position.add(written) },
                    Err(_) => std::ptr::null_mut(),
                }
            }
            write
        }};
    }
    /// A function that writes a value of any length.
    macro_rules! any {
        ($write:path) => {{
            unsafe extern "C" fn write(
                context: *mut Context,
                position: *mut u8,
                data: *const u8,
                length: usize,
                reserve: usize,
            ) -> *mut u8 {
                // SAFETY: by the terms of this folder, the context is alive, the position is in its room, and the
                // data is that of a cell.
                unsafe {
                    let data = slice::from_raw_parts(data, length);
                    (*context).resume(position, reserve, |output| $write(output, data))
                }
            }
            Function::Any(write)
        }};
    }
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        match scalar {
            ScalarType::Text => return Function::Any(avx2::text),
            ScalarType::Json => return Function::Any(avx2::json),
            ScalarType::Jsonb => return Function::Any(avx2::jsonb),
            ScalarType::Uuid => return Function::Uuid(avx2::uuid),
            _ => {}
        }
    }
    macro_rules! ranges {
        ($($name:ident $range:ident),*) => {$(
            fn $name(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
                range::write(output, data, RangeType::$range)
            }
        )*};
    }
    ranges!(int4_range Int4, int8_range Int8, numeric_range Numeric, date_range Date);
    ranges!(timestamp_range Timestamp, timestamptz_range Timestamptz);
    // The bits of the types that have fewer than eight bytes come sign-extended.
    let integer = |bytes, write| Function::Integer { bytes, write };
    let bits = |bytes, write| Function::Bits { bytes, write };
    match scalar {
        ScalarType::Bool => Function::Boolean,
        ScalarType::Int2 => integer(2, bits!(scalar::integer)),
        ScalarType::Int4 => integer(4, bits!(scalar::integer)),
        ScalarType::Int8 => integer(8, bits!(scalar::quoted_integer)),
        ScalarType::Float4 => bits(4, bits!(|room, bits| scalar::single(room, f32::from_bits(bits as u32)))),
        ScalarType::Float8 => bits(8, bits!(|room, bits| scalar::double(room, f64::from_bits(bits as u64)))),
        ScalarType::Date => bits(4, bits!(|room, days| datetime::day(room, days as i32))),
        ScalarType::Timestamp => bits(8, bits!(datetime::local_instant)),
        ScalarType::Timestamptz => bits(8, bits!(datetime::instant)),
        ScalarType::Time => bits(8, bits!(datetime::time_of_day)),
        ScalarType::Interval => any!(interval::write),
        ScalarType::Bytea => any!(binary::bytea),
        ScalarType::Inet => any!(binary::inet),
        ScalarType::Uuid => Function::Uuid(uuid),
        ScalarType::Text => any!(scalar::text),
        ScalarType::Numeric => any!(numeric::write),
        ScalarType::Json => any!(scalar::json),
        ScalarType::Jsonb => any!(scalar::jsonb),
        ScalarType::Enum(def) => Function::Enum(enumeration, def),
        ScalarType::Array(def) => Function::Array(list, def),
        ScalarType::Range(RangeType::Int4) => any!(int4_range),
        ScalarType::Range(RangeType::Int8) => any!(int8_range),
        ScalarType::Range(RangeType::Numeric) => any!(numeric_range),
        ScalarType::Range(RangeType::Timestamp) => any!(timestamp_range),
        ScalarType::Range(RangeType::Timestamptz) => any!(timestamptz_range),
        ScalarType::Range(RangeType::Date) => any!(date_range),
        ScalarType::Custom(def) => function(def.base),
    }
}

unsafe extern "C" fn uuid(position: *mut u8, data: *const u8) -> *mut u8 {
    // SAFETY: by the terms of this folder, there are `FIXED` bytes of initialised room at the position, and the code
    // checked that the cell has sixteen bytes.
    let (room, data) = unsafe { (&mut *position.cast::<Fixed>(), &*data.cast::<[u8; 16]>()) };
    let written = scalar::figures(room, data);
    // SAFETY: what was written is in the room.
    unsafe { position.add(written) }
}

unsafe extern "C" fn enumeration(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
    def: &'static EnumDef,
) -> *mut u8 {
    // SAFETY: by the terms of this folder, the context is alive, the position is in its room, and the data is that of
    // a cell.
    unsafe {
        let data = slice::from_raw_parts(data, length);
        (*context).resume(position, reserve, |output| scalar::enumeration(output, data, def))
    }
}

unsafe extern "C" fn list(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
    def: &'static ArrayDef,
) -> *mut u8 {
    // SAFETY: by the terms of this folder, the context is alive, the position is in its room, and the data is that of
    // a cell.
    unsafe {
        let data = slice::from_raw_parts(data, length);
        (*context).resume(position, reserve, |output| array::write(output, data, def))
    }
}
