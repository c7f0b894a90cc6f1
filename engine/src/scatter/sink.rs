//! What takes the rows of a statement. When those of one server break off, another one begins again from the first.

use crate::gather::merge::Feed;
use crate::gather::records;

use super::Error;

/// Takes the rows of a statement.
pub(super) trait Sink: Send {
    /// Takes a row.
    fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error>;

    /// Forgets all rows so far.
    fn restart(&mut self);
}

/// Rows to be merged with those of others.
impl Sink for Feed<'_> {
    fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        Ok(self.push(cells)?)
    }

    fn restart(&mut self) {
        Feed::restart(self);
    }
}

/// The cells of the only row, absent for null.
#[derive(Debug)]
pub(super) struct OnlyRow(pub(super) Vec<Option<Vec<u8>>>);

impl Sink for OnlyRow {
    fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        self.0 = cells.iter().map(|cell| cell.map(<[u8]>::to_vec)).collect();
        Ok(())
    }

    fn restart(&mut self) {
        self.0.fill(None);
    }
}

/// Rows as concatenated records.
#[derive(Debug)]
pub(super) struct Records {
    /// The types of the cells.
    pub(super) oids: Vec<u32>,
    pub(super) records: Vec<u8>,
}

impl Sink for Records {
    fn row(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        Ok(records::append(&self.oids, cells, &mut self.records)?)
    }

    fn restart(&mut self) {
        self.records.clear();
    }
}
