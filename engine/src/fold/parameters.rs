//! The values of one request, and those of many as arrays, in Postgres' binary format.

use bytes::{BufMut, Bytes, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type};

use crate::value::SqlValue;

/// The values of one request: for each its length as an `int32`, -1 for null, and its bytes. Requests whose bytes are
/// the same ask for the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parameters(Bytes);

impl Parameters {
    /// Encodes values of these types; `None` for one that Postgres has no room for.
    pub(super) fn encode(values: &[SqlValue], types: &[Type]) -> Option<Parameters> {
        let mut bytes = BytesMut::with_capacity(values.len() * 20);
        for (value, ty) in values.iter().zip(types) {
            let start = bytes.len();
            bytes.put_i32(-1);
            if let IsNull::No = value.to_sql(ty, &mut bytes).ok()? {
                let length = i32::try_from(bytes.len() - start - 4).ok()?;
                bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Some(Parameters(bytes.freeze()))
    }

    /// The values, absent for null.
    pub(super) fn values(&self) -> impl Iterator<Item = Option<&[u8]>> {
        let mut rest: &[u8] = &self.0;
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first_chunk::<4>()?;
            // Only `encode` makes the bytes, so a length is that of what follows, or -1.
            let length = usize::try_from(i32::from_be_bytes(*length)).ok();
            let (value, after) = after.split_at(length.unwrap_or_default());
            rest = after;
            Some(length.map(|_| value))
        })
    }
}

/// An array of one dimension, as `array_recv` reads it: the number of dimensions, whether there are nulls, the type of
/// the elements, their number, the first index, and for each element its length and its bytes.
pub(super) fn array<'v>(element: &Type, items: impl ExactSizeIterator<Item = Option<&'v [u8]>>) -> Vec<u8> {
    // No more requests than `folding.max_batch` are folded, each with parameters of less than 2 GiB.
    let count = items.len() as u32;
    let mut array = Vec::with_capacity(20 + items.len() * 20);
    let header = [1, 0, element.oid(), count, 1];
    header.iter().for_each(|part| array.put_u32(*part));
    for item in items {
        match item {
            Some(bytes) => {
                array.put_u32(bytes.len() as u32);
                array.put_slice(bytes);
            }
            None => {
                array[7] = 1;
                array.put_i32(-1);
            }
        }
    }
    array
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let values = [SqlValue::Int4(7), SqlValue::Null, SqlValue::Text(String::new())];
        let parameters = Parameters::encode(&values, &[Type::INT4, Type::INT4, Type::TEXT]);
        let parameters = parameters.expect("there is room");
        let values: Vec<_> = parameters.values().collect();
        assert_eq!(values, [Some(&[0, 0, 0, 7][..]), None, Some(&[])]);
    }

    /// Against the driver, which writes arrays too.
    #[test]
    fn arrays_are_those_of_the_driver() {
        let items = [Some(1_i32), None, Some(-1)];
        let mut expected = BytesMut::new();
        items.as_slice().to_sql(&Type::INT4_ARRAY, &mut expected).expect("an array can be written");
        let bytes = items.map(|item| item.map(i32::to_be_bytes));
        let array = array(&Type::INT4, bytes.iter().map(|item| item.as_ref().map(|bytes| &bytes[..])));
        assert_eq!(array, expected);
    }
}
