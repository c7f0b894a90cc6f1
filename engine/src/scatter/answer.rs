//! What a part answers, in binary records, and the places in it for what follows.

use tokio_postgres::types::Type;

use crate::gather::{Malformed, records};
use crate::plan::shape::UNAVAILABLE;

use super::Error;

/// What a part answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// The cells of its only row.
    Cells(Vec<Option<Vec<u8>>>),
    /// Its rows as concatenated records: of each number those that are related to it, or of one all.
    Records(Vec<Vec<u8>>),
}

impl Answer {
    /// Calls `found` with each cell at the end of a path that is not null.
    pub(super) fn walk(
        &self,
        path: &[usize],
        mut found: impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match (self, path) {
            (Answer::Cells(cells), [first, rest @ ..]) => {
                let Some(Some(cell)) = cells.get(*first) else { return Ok(()) };
                if rest.is_empty() { found(cell) } else { walk(cell, rest, &mut found) }
            }
            (Answer::Records(lists), path) => lists.iter().try_for_each(|list| walk(list, path, &mut found)),
            (Answer::Cells(_), []) => Ok(()),
        }
    }

    /// Puts in the place of each cell at the end of a path what `with` says.
    pub(super) fn replace<'r>(
        &mut self,
        path: &[usize],
        mut with: impl FnMut(&[u8]) -> Option<&'r [u8]>,
    ) -> Result<(), Error> {
        match (self, path) {
            (Answer::Cells(cells), [first, rest @ ..]) => {
                let Some(Some(cell)) = cells.get_mut(*first) else { return Ok(()) };
                if rest.is_empty() {
                    let replaced = with(cell).map(<[u8]>::to_vec);
                    cells[*first] = replaced;
                } else {
                    *cell = rewrite(cell, rest, &mut with)?;
                }
                Ok(())
            }
            (Answer::Records(lists), path) => {
                for list in lists {
                    *list = rewrite(list, path, &mut with)?;
                }
                Ok(())
            }
            (Answer::Cells(_), []) => Ok(()),
        }
    }

    /// Sets the records of a number.
    pub(super) fn set(&mut self, number: usize, records: Vec<u8>) {
        if let Answer::Records(lists) = self
            && let Some(list) = lists.get_mut(number)
        {
            *list = records;
        }
    }

    /// The records of a number, if there are any.
    pub(super) fn get(&self, number: usize) -> Option<&[u8]> {
        match self {
            Answer::Records(lists) => lists.get(number).map(Vec::as_slice).filter(|list| !list.is_empty()),
            Answer::Cells(_) => None,
        }
    }
}

fn walk(
    list: &[u8],
    path: &[usize],
    found: &mut impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    if list.starts_with(&UNAVAILABLE) {
        return Ok(());
    }
    records::walk(list, path, &mut |_, cell| cell.map_or(Ok(()), &mut *found))
}

fn rewrite<'r>(
    list: &[u8],
    path: &[usize],
    with: &mut impl FnMut(&[u8]) -> Option<&'r [u8]>,
) -> Result<Vec<u8>, Malformed> {
    if list.starts_with(&UNAVAILABLE) {
        return Ok(list.to_vec());
    }
    let mut rewritten = Vec::with_capacity(list.len() * 2);
    let mut replace = |_, cell: Option<&[u8]>| Ok::<_, Malformed>(cell.and_then(&mut *with));
    records::rewrite(list, path, Type::BYTEA.oid(), &mut replace, &mut rewritten)?;
    Ok(rewritten)
}
