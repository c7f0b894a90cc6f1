//! Values that are in Postgres' binary format already.

use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A value that is in Postgres' binary format already; absent for null.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a>(pub Option<&'a [u8]>);

impl ToSql for Raw<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let Some(bytes) = self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// An array of one dimension, as `array_recv` reads it: the number of dimensions, whether there are nulls, the type of
/// the elements, their number, the first index, and for each element its length and its bytes.
pub fn array<'v>(element: &Type, items: impl ExactSizeIterator<Item = Option<&'v [u8]>>) -> Vec<u8> {
    // There are no more of them than limits of requests and rows allow, and each is shorter than 2 GiB.
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
