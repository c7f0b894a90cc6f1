//! A Postgres array of one dimension → its items, and JSON.
//!
//! The format of `array_send` is `int32 dimensions`, `int32` whether there are nulls, `uint32 type`, for each dimension
//! `int32 size` and `int32 lower bound`, then for each item `int32 length` (-1 for null) and the data, all big endian. An
//! empty array has no dimensions.

use onefold_schema::ArrayDef;

use super::error::{Fault, Malformed, ValueFault};
use super::output::Output;
use super::scalar;
use crate::wire::{CellType, Oids};

/// The items that are still to be read.
pub(super) struct Items<'d> {
    data: &'d [u8],
    left: i32,
}

/// The items of an array.
pub(super) fn items<'d>(mut data: &'d [u8], def: &ArrayDef) -> Result<Items<'d>, Fault> {
    let [dimensions, _has_nulls, ty] = numbers(&mut data)?;
    let oid = ty.cast_unsigned();
    if !Oids::of(CellType::Scalar(def.item)).accept(oid) {
        return Err(Malformed::ItemType(oid).into());
    }
    match dimensions {
        0 => Ok(Items { data, left: 0 }),
        1 => {
            let [size, lower] = numbers(&mut data)?;
            if lower != 1 {
                return Err(ValueFault::LowerBound(lower).into());
            }
            if size < 0 {
                return Err(Malformed::Array { part: "size", value: size }.into());
            }
            Ok(Items { data, left: size })
        }
        // `MAXDIM`
        2..=6 => Err(ValueFault::Dimensions(dimensions).into()),
        other => Err(Malformed::Array { part: "number of dimensions", value: other }.into()),
    }
}

/// Takes numbers from the start of the data.
fn numbers<const N: usize>(data: &mut &[u8]) -> Result<[i32; N], Malformed> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        let Some((first, rest)) = data.split_first_chunk() else {
            return Err(Malformed::ArrayEnds { expected: 4, actual: data.len() });
        };
        *number = i32::from_be_bytes(*first);
        *data = rest;
    }
    Ok(numbers)
}

impl<'d> Items<'d> {
    /// The next item; it may be null. `None` behind the last one, where the data must end.
    pub(super) fn next(&mut self) -> Result<Option<Option<&'d [u8]>>, Malformed> {
        if self.left == 0 {
            return match self.data.len() {
                0 => Ok(None),
                length => Err(Malformed::BehindArray(length)),
            };
        }
        self.left -= 1;
        let [length] = numbers(&mut self.data)?;
        let Ok(length) = usize::try_from(length) else {
            return if length == -1 { Ok(Some(None)) } else { Err(Malformed::CellLength(length)) };
        };
        let Some((item, rest)) = self.data.split_at_checked(length) else {
            return Err(Malformed::ArrayEnds { expected: length, actual: self.data.len() });
        };
        self.data = rest;
        Ok(Some(Some(item)))
    }
}

/// Writes an array of which every item has JSON; whoever knows errors of single items walks over the [`items`] itself.
pub(super) fn write(output: &mut Output, data: &[u8], def: &ArrayDef) -> Result<(), Fault> {
    let mut items = items(data, def)?;
    let mut open = b"[".as_slice();
    while let Some(item) = items.next()? {
        output.push(open);
        open = b",";
        match item {
            Some(data) => scalar::write(output, def.item, data)?,
            None if def.nullable_items => output.push(b"null"),
            None => return Err(ValueFault::Null.into()),
        }
    }
    output.push(if open == b"[" { b"[]" } else { b"]" });
    Ok(())
}

#[cfg(test)]
mod tests {
    use onefold_schema::ScalarType;

    use super::super::scalar::tests::hex;
    use super::*;

    /// The JSON of data as Postgres 15 has it: `select encode(array_send(…), 'hex')`.
    fn json(item: ScalarType, nullable_items: bool, data: &str) -> Result<String, Fault> {
        let mut output = Output::with_capacity(0);
        write(&mut output, &hex(data), &ArrayDef { item, nullable_items })?;
        Ok(String::from_utf8(output.into_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn arrays_of_one_dimension() {
        let one_two = "000000010000000000000017000000020000000100000004000000010000000400000002";
        assert_eq!(json(ScalarType::Int4, false, one_two).as_deref(), Ok("[1,2]"));
        let null = "000000010000000100000019000000020000000100000001 61ffffffff".replace(' ', "");
        assert_eq!(json(ScalarType::Text, true, &null).as_deref(), Ok(r#"["a",null]"#));
        assert_eq!(json(ScalarType::Text, false, &null), Err(ValueFault::Null.into()));
        assert_eq!(json(ScalarType::Int4, false, "000000000000000000000017").as_deref(), Ok("[]"));
    }

    #[test]
    fn other_arrays_are_field_errors() {
        let square = "00000002000000000000001700000001000000010000000100000001 0000000400000001";
        let square = square.replace(' ', "");
        assert_eq!(json(ScalarType::Int4, false, &square), Err(ValueFault::Dimensions(2).into()));
        let from_zero = "0000000100000000000000170000000100000000 0000000400000001".replace(' ', "");
        assert_eq!(json(ScalarType::Int4, false, &from_zero), Err(ValueFault::LowerBound(0).into()));
    }

    #[test]
    fn data_of_other_types_and_lengths_is_malformed() {
        let one = "0000000100000000000000170000000100000001 0000000400000001".replace(' ', "");
        assert_eq!(json(ScalarType::Text, false, &one), Err(Malformed::ItemType(0x17).into()));
        for length in 0..one.len() / 2 {
            let cut = json(ScalarType::Int4, false, &one[..length * 2]);
            assert!(matches!(cut, Err(Fault::Malformed(Malformed::ArrayEnds { .. }))), "{length}");
        }
        assert_eq!(json(ScalarType::Int4, false, &format!("{one}00")), Err(Malformed::BehindArray(1).into()));
        let many = "000000070000000000000017";
        let part = Malformed::Array { part: "number of dimensions", value: 7 };
        assert_eq!(json(ScalarType::Int4, false, many), Err(part.into()));
    }
}
