//! The driver's rows → raw cells: borrowed bytes of any type, in Postgres' binary format.

use std::error::Error as StdError;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::wire::emptied;

/// The bytes of a value of whatever type; absent for null.
struct Cell<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Cell(Some(bytes)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Cell(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A list of cells that is filled again for each row.
#[derive(Default)]
pub(super) struct Cells(Vec<Option<&'static [u8]>>);

impl Cells {
    /// Hands the cells of a row to `on_row`.
    pub(super) fn read<R>(
        &mut self,
        row: &Row,
        on_row: impl FnOnce(&[Option<&[u8]>]) -> R,
    ) -> Result<R, tokio_postgres::Error> {
        let mut cells = emptied(std::mem::take(&mut self.0));
        for column in 0..row.len() {
            let Cell(bytes) = row.try_get(column)?;
            cells.push(bytes);
        }
        let result = on_row(&cells);
        self.0 = emptied(cells);
        Ok(result)
    }
}
