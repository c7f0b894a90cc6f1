//! Values to bind → the bytes of Postgres' Bind message, so that a running query borrows nothing from its caller.

use std::error::Error as StdError;

use bytes::{Bytes, BytesMut};
use tokio_postgres::types::{Format, IsNull, ToSql, Type};

use super::Error;

/// One value as it goes over the wire.
#[derive(Debug)]
pub(super) struct Parameter {
    format: Format,
    /// Absent for null.
    bytes: Option<Bytes>,
}

/// Encodes the values, one for each type.
pub(super) fn encode(values: &[&(dyn ToSql + Sync)], types: &[Type]) -> Result<Vec<Parameter>, Error> {
    if values.len() != types.len() {
        let reason = format!("{} parameters were given to a statement with {}", values.len(), types.len());
        return Err(Error::Protocol { reason, cause: None });
    }
    let mut buffer = BytesMut::new();
    let encode_one = |(position, (value, kind)): (usize, (&&(dyn ToSql + Sync), &Type))| {
        let is_null =
            value.to_sql_checked(kind, &mut buffer).map_err(|reason| Error::parameter(position, reason))?;
        let bytes = buffer.split().freeze();
        let bytes = match is_null {
            IsNull::Yes => None,
            IsNull::No => Some(bytes),
        };
        Ok(Parameter { format: value.encode_format(kind), bytes })
    };
    values.iter().zip(types).enumerate().map(encode_one).collect()
}

impl ToSql for Parameter {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match &self.bytes {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(kind, out)
    }

    fn encode_format(&self, _: &Type) -> Format {
        self.format
    }
}
