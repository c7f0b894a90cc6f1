//! The values of one request in Postgres' binary format.

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

    /// One of the values; none where it is null.
    pub(super) fn value(&self, position: usize) -> Option<Bytes> {
        self.values().nth(position)?.map(|value| self.0.slice_ref(value))
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
}
