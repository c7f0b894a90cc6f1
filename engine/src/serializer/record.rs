//! Binary record → its cells; knows the format of `record_send` and compares the numbers of types.
//!
//! A record is `int32 count`, then for each cell `uint32 type`, `int32 length` (-1 for null) and the data, all
//! big endian. Records that are concatenated need no separator.

use super::error::Malformed;
use crate::plan::shape::Variant;
use crate::wire::Oids;

/// Calls `each` with the cells of the record that `data` begins with, in order, and returns what follows it. The cells
/// must be of these types.
#[inline]
pub(super) fn split<'d>(
    data: &'d [u8],
    types: &[Oids],
    mut each: impl FnMut(usize, Option<&'d [u8]>),
) -> Result<&'d [u8], Malformed> {
    let Some((count, mut rest)) = data.split_first_chunk::<4>() else {
        return Err(Malformed::Truncated { expected: 4, actual: data.len() });
    };
    let count = i32::from_be_bytes(*count);
    if usize::try_from(count) != Ok(types.len()) {
        return Err(Malformed::Cells { expected: types.len(), actual: count });
    }
    for (cell, oids) in types.iter().enumerate() {
        let Some((header, data)) = rest.split_first_chunk::<8>() else {
            return Err(Malformed::Truncated { expected: 8, actual: rest.len() });
        };
        let oid = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        if !oids.accept(oid) {
            return Err(Malformed::Type { cell, oid });
        }
        let length = i32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        match usize::try_from(length) {
            Ok(length) => {
                let Some((value, after)) = data.split_at_checked(length) else {
                    return Err(Malformed::Truncated { expected: length, actual: data.len() });
                };
                each(cell, Some(value));
                rest = after;
            }
            Err(_) if length == -1 => {
                each(cell, None);
                rest = data;
            }
            Err(_) => return Err(Malformed::CellLength(length)),
        }
    }
    Ok(rest)
}

/// The variant of the record that `data` begins with: its first cell.
pub(super) fn variant(data: &[u8]) -> Result<Variant, Malformed> {
    let Some(head) = data.first_chunk::<16>() else {
        return Err(Malformed::Truncated { expected: 16, actual: data.len() });
    };
    let number = |at: usize| i32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    match number(8) {
        4 => Ok(Variant(number(12))),
        length => Err(Malformed::CellLength(length)),
    }
}
