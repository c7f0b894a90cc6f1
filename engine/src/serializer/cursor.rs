//! The cells that an order compares → the cursor of a row, as a JSON string.

use std::sync::Arc;

use super::error::Fault;
use super::output::Output;
use super::record;
use crate::cursor;
use crate::plan::shape::{Cursor, PageEnd};
use crate::wire::Oids;

/// The cursor of a record of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PageCursor {
    /// Of which record.
    pub end: PageEnd,
    /// The types of the cells of each.
    pub types: Arc<[Oids]>,
    /// What is written of it.
    pub cursor: Cursor,
}

/// Writes the cursor of a row, given the cells that the order compares.
pub(super) fn write<'c>(
    output: &mut Output,
    fingerprint: u32,
    cells: impl Iterator<Item = Option<&'c [u8]>> + Clone,
) {
    let room = cursor::room(cells.clone());
    // Behind the text there is more room than for the closing quote.
    let out = output.room(1 + room.all());
    out[0] = b'"';
    cursor::write(&mut out[1..], room, fingerprint, cells);
    out[1 + room.text] = b'"';
    output.advance(room.text + 2);
}

/// Writes the cursor of the first or the last of some records; null when there is none.
pub(super) fn write_page(output: &mut Output, page: &PageCursor, records: &[u8]) -> Result<(), Fault> {
    if records.is_empty() {
        output.push(b"null");
        return Ok(());
    }
    let mut cells = vec![None; page.types.len()];
    let mut rest = records;
    while !rest.is_empty() {
        rest = record::split(rest, &page.types, |cell, value| cells[cell] = value)?;
        if page.end == PageEnd::First {
            break;
        }
    }
    write(output, page.cursor.fingerprint, page.cursor.cells.iter().map(|(cell, _)| cells[*cell]));
    Ok(())
}
