//! The records of one connection from several sources → one record: the page out of the pages of all, and what stands
//! around it.

use onefold_schema::ScalarType;

use super::Malformed;
use super::order::Order;
use super::records::{self, Record};
use crate::wire::CellType;

/// How a cell of a connection's record becomes one from those of all sources. It is null where all of them are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The records of the page.
    Records,
    /// Whether there is a row more than the page has: one source says so, or they have more together.
    IsMore,
    /// Whether one of the sources says so.
    Any,
    /// How many there are in all sources.
    Sum,
}

/// Which rows the page has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Page<'o> {
    /// The order of the connection.
    pub order: &'o Order,
    /// How many rows there are at most.
    pub limit: u64,
    /// Whether they are the last ones and not the first.
    pub backward: bool,
    /// How many cells of a row are kept; the others are there to be compared.
    pub cells: usize,
}

/// Connections that cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A record is not one of such a connection.
    #[error("the connection that a shard has is malformed: {0}")]
    Malformed(#[from] Malformed),
    /// There are more rows than can be said.
    #[error("there are {0} rows on all shards, which is more than an `Int` can say")]
    TooMany(i64),
}

/// Merges the records that the sources have of a connection. Its record has the first `answered` of the cells.
///
/// # Errors
/// When one of them is not a record with these cells, or the sum of a cell is more than an `int4` can be.
pub fn merge(sources: &[Vec<u8>], cells: &[Cell], answered: usize, page: Page<'_>) -> Result<Vec<u8>, Error> {
    let sources = sources.iter().flat_map(|source| records::records(source));
    let sources: Vec<Record<'_>> = sources.collect::<Result<_, _>>()?;
    let of_all = |position: usize| -> Result<Vec<&[u8]>, Malformed> {
        sources.iter().filter_map(|record| record.cell(position).transpose()).collect()
    };
    let rows = match cells.iter().position(|cell| *cell == Cell::Records) {
        Some(position) => page.sorted(&of_all(position)?)?,
        None => Vec::new(),
    };
    let is_full = rows.len() as u64 > page.limit;
    let mut values = Vec::with_capacity(answered);
    for (position, cell) in cells[..answered].iter().enumerate() {
        let found = of_all(position)?;
        // Where no shard is asked there are no rows, and where none answers the cell it was left out.
        let is_there = sources.is_empty() || !found.is_empty();
        let bool = |value: bool| is_there.then(|| vec![value.into()]);
        let any = || found.iter().any(|value| **value != [0]);
        values.push(match cell {
            Cell::Records => page.records(&rows)?,
            Cell::IsMore => bool(is_full || any()),
            Cell::Any => bool(any()),
            Cell::Sum => is_there.then(|| sum(&found)).transpose()?,
        });
    }
    let types: Vec<_> = cells[..answered].iter().map(|cell| cell.ty()).collect();
    let values: Vec<_> = values.iter().map(Option::as_deref).collect();
    let mut merged = Vec::new();
    records::append(&records::oids(&types), &values, &mut merged)?;
    Ok(merged)
}

impl Cell {
    fn ty(self) -> CellType {
        match self {
            Cell::Records => CellType::Records,
            Cell::IsMore | Cell::Any => CellType::Scalar(ScalarType::Bool),
            Cell::Sum => CellType::Scalar(ScalarType::Int4),
        }
    }
}

impl Page<'_> {
    /// The rows of all pages, in their order.
    fn sorted<'d>(&self, pages: &[&'d [u8]]) -> Result<Vec<Record<'d>>, Malformed> {
        let mut rows = Vec::new();
        for record in pages.iter().flat_map(|page| records::records(page)) {
            let record = record?;
            let mut key = Vec::new();
            self.order.key(&record.cells().collect::<Vec<_>>(), &mut key)?;
            rows.push((key, record));
        }
        rows.sort_by(|(left, _), (right, _)| left.cmp(right));
        Ok(rows.into_iter().map(|(_, record)| record).collect())
    }

    /// The records of the page, of all rows in order; null without any, as `string_agg` has it.
    fn records(&self, rows: &[Record<'_>]) -> Result<Option<Vec<u8>>, Malformed> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX).min(rows.len());
        let rows = if self.backward { &rows[rows.len() - limit..] } else { &rows[..limit] };
        let mut records = Vec::new();
        rows.iter().try_for_each(|row| row.append_first(self.cells, &mut records))?;
        Ok((!rows.is_empty()).then_some(records))
    }
}

fn sum(found: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let mut sum = 0;
    for value in found {
        let Ok(value) = <[u8; 4]>::try_from(*value) else {
            return Err(Malformed::Length { ty: "int4", expected: 4, actual: value.len() }.into());
        };
        sum += i64::from(i32::from_be_bytes(value));
    }
    let sum = i32::try_from(sum).map_err(|_| Error::TooMany(sum))?;
    Ok(sum.to_be_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::order::{Comparison, Term};
    use crate::operation::Direction;

    const ALL: [Cell; 4] = [Cell::Records, Cell::IsMore, Cell::Any, Cell::Sum];

    fn int(value: i32) -> Vec<u8> {
        value.to_be_bytes().into()
    }

    fn record(types: &[CellType], cells: &[Option<&[u8]>]) -> Vec<u8> {
        let mut record = Vec::new();
        records::append(&records::oids(types), cells, &mut record).expect("the cells are short");
        record
    }

    /// Records of numbers, each with its opposite behind it, by which they are compared.
    fn rows(numbers: &[i32]) -> Vec<u8> {
        let row = |number: &i32| {
            let cells = [int(*number), int(-number)];
            record(&[CellType::Scalar(ScalarType::Int4); 2], &cells.each_ref().map(|cell| Some(&cell[..])))
        };
        numbers.iter().flat_map(row).collect()
    }

    fn kept(numbers: &[i32]) -> Vec<u8> {
        let row = |number: &i32| record(&[CellType::Scalar(ScalarType::Int4)], &[Some(&int(*number))]);
        numbers.iter().flat_map(row).collect()
    }

    fn source(numbers: &[i32], is_more: bool, is_before: bool, count: i32) -> Vec<u8> {
        let rows = rows(numbers);
        let rows = (!rows.is_empty()).then_some(&rows[..]);
        let (is_more, is_before) = (&[is_more.into()][..], &[is_before.into()][..]);
        record(&ALL.map(Cell::ty), &[rows, Some(is_more), Some(is_before), Some(&int(count))])
    }

    /// The numbers, flags and count of what sources are merged to; the order descends.
    fn merged(sources: &[Vec<u8>], limit: u64, backward: bool) -> Result<Vec<Option<Vec<u8>>>, Error> {
        let order = Order::new([Term { cell: 1, comparison: Comparison::Int4, direction: Direction::Asc }]);
        let page = Page { order: &order, limit, backward, cells: 1 };
        let merged = merge(sources, &ALL, 4, page)?;
        let record = records::records(&merged).next().expect("there is a record")?;
        Ok(record.cells().map(|cell| cell.map(Into::into)).collect())
    }

    #[test]
    fn the_page_is_out_of_all_pages() {
        let sources = [source(&[9, 5, 1], false, false, 3), source(&[8, 6], false, true, 7)];
        let all = merged(&sources, 5, false).expect("it is right");
        assert_eq!(all, [Some(kept(&[9, 8, 6, 5, 1])), Some(vec![0]), Some(vec![1]), Some(int(10))]);
        let first = merged(&sources, 3, false).expect("it is right");
        assert_eq!(first[..2], [Some(kept(&[9, 8, 6])), Some(vec![1])], "together they have more");
        let last = merged(&sources, 3, true).expect("it is right");
        assert_eq!(last[..2], [Some(kept(&[6, 5, 1])), Some(vec![1])]);
        let none = merged(&sources, 0, true).expect("it is right");
        assert_eq!(none[..2], [None, Some(vec![1])]);
    }

    #[test]
    fn one_source_can_have_more() {
        let sources = [source(&[9], true, false, 2), source(&[], false, false, 0)];
        let page = merged(&sources, 1, false).expect("it is right");
        assert_eq!(page, [Some(kept(&[9])), Some(vec![1]), Some(vec![0]), Some(int(2))]);
    }

    #[test]
    fn nothing_is_null() {
        let empty = source(&[], false, false, 0);
        let page = merged(&[empty.clone(), empty], 1, false).expect("it is right");
        assert_eq!(page, [None, Some(vec![0]), Some(vec![0]), Some(int(0))]);
    }

    #[test]
    fn where_no_shard_is_asked_there_is_nothing() {
        let page = merged(&[], 1, false).expect("it is right");
        assert_eq!(page, [None, Some(vec![0]), Some(vec![0]), Some(int(0))]);
    }

    #[test]
    fn too_many_rows_are_told() {
        let sources = [source(&[], false, false, i32::MAX), source(&[], false, false, 1)];
        assert_eq!(merged(&sources, 1, false), Err(Error::TooMany(1 << 31)));
    }

    #[test]
    fn records_of_something_else_are_told() {
        let short = record(&[CellType::Records], &[None]);
        assert!(matches!(merged(&[short], 1, false), Err(Error::Malformed(Malformed::Cells { .. }))));
    }
}
