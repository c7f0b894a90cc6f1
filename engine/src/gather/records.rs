//! Binary records: made of cells, walked down to a cell, and rewritten with other cells. Knows the format of `record_send`.
//!
//! A record is `int32 count`, then for each cell `uint32 type`, `int32 length` (-1 for null) and the data, all
//! big endian. A list of records is one after the other. A cell can hold a list of records too, so a path leads to a
//! cell: `[3, 1]` is the cell 1 of all records in the cell 3 of each record.

use super::Malformed;
use crate::wire::CellType;

/// The numbers of the types that the cells of a record have, when they are not told otherwise.
pub fn oids(cells: &[CellType]) -> Vec<u32> {
    cells.iter().map(|cell| cell.types()[0].oid()).collect()
}

/// Appends a record of cells with the numbers of their types.
///
/// # Errors
/// When there is not a type for each cell, or a cell is longer than the format can say.
pub fn append(oids: &[u32], cells: &[Option<&[u8]>], out: &mut Vec<u8>) -> Result<(), Malformed> {
    if oids.len() != cells.len() {
        return Err(Malformed::Cells { expected: oids.len(), actual: cells.len() });
    }
    out.extend(length(cells.len())?);
    oids.iter().zip(cells).try_for_each(|(oid, value)| append_cell(*oid, *value, out))
}

fn append_cell(oid: u32, value: Option<&[u8]>, out: &mut Vec<u8>) -> Result<(), Malformed> {
    out.extend(oid.to_be_bytes());
    match value {
        Some(data) => {
            out.extend(length(data.len())?);
            out.extend_from_slice(data);
        }
        None => out.extend(NULL),
    }
    Ok(())
}

/// The length of null.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

fn length(bytes: usize) -> Result<[u8; 4], Malformed> {
    i32::try_from(bytes).map(i32::to_be_bytes).map_err(|_| Malformed::TooLong(bytes))
}

/// The records of a list. After an error there are no more.
pub fn records(list: &[u8]) -> impl Iterator<Item = Result<Record<'_>, Malformed>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let data = std::mem::take(&mut rest);
        let record = (!data.is_empty()).then(|| Record::split(data))?;
        Some(record.map(|(record, after)| {
            rest = after;
            record
        }))
    })
}

/// A record of which all lengths are right.
#[derive(Debug, Clone, Copy)]
pub struct Record<'d>(&'d [u8]);

/// A cell of a record.
#[derive(Debug, Clone, Copy)]
struct Cell<'d> {
    oid: u32,
    value: Option<&'d [u8]>,
}

impl<'d> Record<'d> {
    /// The values of the cells.
    pub fn cells(self) -> impl Iterator<Item = Option<&'d [u8]>> {
        let mut rest = &self.0[COUNT..];
        // The lengths are right, so that this ends with the last cell.
        std::iter::from_fn(move || {
            Cell::split(rest).ok().map(|(cell, after)| {
                rest = after;
                cell.value
            })
        })
    }

    /// The value of a cell.
    ///
    /// # Errors
    /// When there is no such cell.
    pub fn cell(self, position: usize) -> Result<Option<&'d [u8]>, Malformed> {
        self.around(position).map(|(_, cell, _)| cell.value)
    }

    /// Appends a record with the first of its cells.
    ///
    /// # Errors
    /// When it has not so many.
    pub fn append_first(self, cells: usize, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let mut rest = &self.0[COUNT..];
        for position in 0..cells {
            if rest.is_empty() {
                return Err(Malformed::Cells { expected: cells, actual: position });
            }
            (_, rest) = Cell::split(rest)?;
        }
        out.extend(length(cells)?);
        out.extend_from_slice(&self.0[COUNT..self.0.len() - rest.len()]);
        Ok(())
    }

    /// What is before a cell, the cell, and what is behind it.
    fn around(self, position: usize) -> Result<(&'d [u8], Cell<'d>, &'d [u8]), Malformed> {
        let mut rest = &self.0[COUNT..];
        let mut cells = 0;
        while !rest.is_empty() {
            let (cell, behind) = Cell::split(rest)?;
            if cells == position {
                let before = &self.0[..self.0.len() - rest.len()];
                return Ok((before, cell, behind));
            }
            rest = behind;
            cells += 1;
        }
        Err(Malformed::Cells { expected: position + 1, actual: cells })
    }

    /// The record that the data begins with, and what follows it.
    fn split(data: &'d [u8]) -> Result<(Record<'d>, &'d [u8]), Malformed> {
        let Some((count, mut rest)) = data.split_first_chunk::<COUNT>() else {
            return Err(Malformed::Truncated { expected: COUNT, actual: data.len() });
        };
        let count = i32::from_be_bytes(*count);
        if count < 0 {
            return Err(Malformed::CellCount(count));
        }
        for _ in 0..count {
            (_, rest) = Cell::split(rest)?;
        }
        let (record, after) = data.split_at(data.len() - rest.len());
        Ok((Record(record), after))
    }
}

/// The length of the number of cells.
const COUNT: usize = 4;

impl<'d> Cell<'d> {
    /// The cell that the data begins with, and what follows it.
    fn split(data: &'d [u8]) -> Result<(Cell<'d>, &'d [u8]), Malformed> {
        let Some((header, rest)) = data.split_first_chunk::<8>() else {
            return Err(Malformed::Truncated { expected: 8, actual: data.len() });
        };
        let oid = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        let length = i32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        match usize::try_from(length) {
            Ok(length) => {
                let Some((value, after)) = rest.split_at_checked(length) else {
                    return Err(Malformed::Truncated { expected: length, actual: rest.len() });
                };
                Ok((Cell { oid, value: Some(value) }, after))
            }
            Err(_) if length == -1 => Ok((Cell { oid, value: None }, rest)),
            Err(_) => Err(Malformed::CellLength(length)),
        }
    }

    /// The list of records that it holds.
    fn list(self) -> Result<Option<&'d [u8]>, Malformed> {
        if CellType::Records.accepts(self.oid) { Ok(self.value) } else { Err(Malformed::Type(self.oid)) }
    }
}

/// Calls `visit` with each cell at the end of a path, after the record that it belongs to, in their order. There is none
/// behind a null on the way.
///
/// # Errors
/// Those of `visit`, and when the list is malformed or has no such path.
pub fn walk<'d, E: From<Malformed>>(
    list: &'d [u8],
    path: &[usize],
    visit: &mut impl FnMut(Record<'d>, Option<&'d [u8]>) -> Result<(), E>,
) -> Result<(), E> {
    let Some((position, further)) = path.split_first() else { return Ok(()) };
    for record in records(list) {
        let record = record?;
        let (_, cell, _) = record.around(*position)?;
        if further.is_empty() {
            visit(record, cell.value)?;
        } else if let Some(inner) = cell.list()? {
            walk(inner, further, visit)?;
        }
    }
    Ok(())
}

/// Appends a list to `out` with other cells at the end of a path, each as `replace` says for the record that it belongs to
/// and the cell itself. All of them get the type with the number `oid`.
///
/// # Errors
/// Those of `replace`, when the list is malformed or has no such path, and when a cell gets longer than the format can
/// say.
pub fn rewrite<'d, E: From<Malformed>, R: AsRef<[u8]>>(
    list: &'d [u8],
    path: &[usize],
    oid: u32,
    replace: &mut impl FnMut(Record<'d>, Option<&'d [u8]>) -> Result<Option<R>, E>,
    out: &mut Vec<u8>,
) -> Result<(), E> {
    let Some((position, further)) = path.split_first() else {
        out.extend_from_slice(list);
        return Ok(());
    };
    for record in records(list) {
        let record = record?;
        let (before, cell, behind) = record.around(*position)?;
        out.extend_from_slice(before);
        if further.is_empty() {
            let value = replace(record, cell.value)?;
            append_cell(oid, value.as_ref().map(AsRef::as_ref), out)?;
        } else if let Some(inner) = cell.list()? {
            append_cell(cell.oid, Some(&[]), out)?;
            let start = out.len();
            rewrite(inner, further, oid, replace, out)?;
            let length = length(out.len() - start)?;
            out[start - length.len()..start].copy_from_slice(&length);
        } else {
            append_cell(cell.oid, None, out)?;
        }
        out.extend_from_slice(behind);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use onefold_schema::ScalarType;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    const BYTEA: u32 = 17;
    const INT4: u32 = 23;
    const TEXT: u32 = 25;

    /// A list of records, of which those at the end of the path are known.
    #[derive(Debug, Clone, Default)]
    struct List {
        bytes: Vec<u8>,
        found: Vec<Option<Vec<u8>>>,
    }

    /// A list in which there is such a path; some of the lists on it are null.
    fn list(path: &[usize]) -> BoxedStrategy<List> {
        let value = || option::weighted(0.8, vec(any::<u8>(), 0..6));
        let (&position, further) = path.split_first().expect("a path is not empty");
        let cell = if further.is_empty() {
            value().prop_map(|value| (value.clone(), vec![value])).boxed()
        } else {
            let inner = option::weighted(0.8, list(further));
            inner
                .prop_map(|list| list.map_or((None, Vec::new()), |list| (Some(list.bytes), list.found)))
                .boxed()
        };
        let others = (vec(value(), position), vec(value(), 0..3));
        let record = (others, cell).prop_map(move |((before, behind), (cell, found))| {
            let mut oids = vec![TEXT; position];
            oids.push(BYTEA);
            oids.extend(behind.iter().map(|_| INT4));
            let cells = before.iter().chain([&cell]).chain(&behind);
            let cells: Vec<_> = cells.map(Option::as_deref).collect();
            let mut bytes = Vec::new();
            append(&oids, &cells, &mut bytes).expect("the cells are short");
            List { bytes, found }
        });
        let records = vec(record, 0..5);
        records
            .prop_map(|records| {
                let mut list = List::default();
                for record in records {
                    list.bytes.extend(record.bytes);
                    list.found.extend(record.found);
                }
                list
            })
            .boxed()
    }

    fn list_and_path() -> impl Strategy<Value = (List, Vec<usize>)> {
        vec(0..3usize, 1..4).prop_flat_map(|path| (list(&path), Just(path)))
    }

    fn found(list: &[u8], path: &[usize]) -> Result<Vec<Option<Vec<u8>>>, Malformed> {
        let mut found = Vec::new();
        walk(list, path, &mut |record: Record<'_>, value| {
            let last = path[path.len() - 1];
            assert_eq!(record.cell(last), Ok(value));
            assert_eq!(record.cells().nth(last), Some(value));
            found.push(value.map(Into::into));
            Ok::<_, Malformed>(())
        })
        .map(|()| found)
    }

    proptest! {
        #[test]
        fn cells_are_found((list, path) in list_and_path()) {
            prop_assert_eq!(found(&list.bytes, &path), Ok(list.found));
        }

        #[test]
        fn the_same_cells_make_the_same_list((list, path) in list_and_path()) {
            let mut out = b"before".to_vec();
            rewrite(&list.bytes, &path, BYTEA, &mut |_, value| Ok::<_, Malformed>(value), &mut out)?;
            prop_assert_eq!(out, [&b"before"[..], &list.bytes].concat());
        }

        #[test]
        fn other_cells_are_found_again((list, path) in list_and_path(), seed in any::<usize>()) {
            // Of any length, and some are null.
            let mut count = seed % 100;
            let mut replace = |_: Record<'_>, _: Option<&[u8]>| {
                count += 1;
                Ok::<_, Malformed>((count % 4 != 0).then(|| vec![count as u8; count % 30]))
            };
            let mut expected = Vec::new();
            let mut out = Vec::new();
            rewrite(
                &list.bytes,
                &path,
                INT4,
                &mut |record, value| {
                    let value = replace(record, value)?;
                    expected.push(value.clone());
                    Ok::<_, Malformed>(value)
                },
                &mut out,
            )?;
            prop_assert_eq!(expected.len(), list.found.len());
            prop_assert_eq!(found(&out, &path), Ok(expected));
            // With what was there before, all is as before: the other cells are the same.
            let mut before = list.found.iter();
            let mut again = Vec::new();
            let mut put_back = |_: Record<'_>, _: Option<&[u8]>| {
                Ok::<_, Malformed>(before.next().and_then(Option::as_deref))
            };
            rewrite(&out, &path, BYTEA, &mut put_back, &mut again)?;
            prop_assert_eq!(again, list.bytes);
        }

        #[test]
        fn damaged_lists_are_never_read_out_of_bounds(
            (list, path) in list_and_path(),
            damages in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let mut bytes = list.bytes;
            for (place, byte) in damages {
                if !bytes.is_empty() {
                    let place = place.index(bytes.len());
                    bytes[place] = byte;
                }
            }
            let mut out = Vec::new();
            let rewritten =
                rewrite(&bytes, &path, BYTEA, &mut |_, value| Ok::<_, Malformed>(value), &mut out);
            prop_assert_eq!(rewritten, found(&bytes, &path).map(drop));
        }

        #[test]
        fn a_list_that_is_cut_off_is_told((list, path) in list_and_path(), place: prop::sample::Index) {
            let ends: Vec<_> = records(&list.bytes)
                .scan(0, |end, record| record.ok().map(|Record(bytes)| {
                    *end += bytes.len();
                    *end
                }))
                .collect();
            let place = place.index(list.bytes.len() + 1);
            let cut = found(&list.bytes[..place], &path);
            prop_assert_eq!(cut.is_ok(), place == 0 || ends.contains(&place));
        }
    }

    #[test]
    fn types_are_the_usual_ones() {
        let cells =
            [CellType::Scalar(ScalarType::Text), CellType::Records, CellType::Scalar(ScalarType::Int4)];
        assert_eq!(oids(&cells), [TEXT, BYTEA, INT4]);
    }

    #[test]
    fn what_is_malformed_is_told() {
        let record = |oid, cell: &[u8]| {
            let mut bytes = Vec::new();
            append(&[oid], &[Some(cell)], &mut bytes).expect("the cell is short");
            bytes
        };
        assert_eq!(found(&[0, 0, 0], &[0]), Err(Malformed::Truncated { expected: 4, actual: 3 }));
        assert_eq!(found(&[0xff; 4], &[0]), Err(Malformed::CellCount(-1)));
        assert_eq!(found(&[0; 4], &[0]), Err(Malformed::Cells { expected: 1, actual: 0 }));
        assert_eq!(found(&[0, 0, 0, 1], &[0]), Err(Malformed::Truncated { expected: 8, actual: 0 }));
        assert_eq!(found(&record(TEXT, b""), &[1]), Err(Malformed::Cells { expected: 2, actual: 1 }));
        assert_eq!(found(&record(TEXT, b""), &[0, 0]), Err(Malformed::Type(TEXT)));
        let mut long = record(TEXT, b"abc");
        long[11] = 4;
        assert_eq!(found(&long, &[0]), Err(Malformed::Truncated { expected: 4, actual: 3 }));
        long[8..12].copy_from_slice(&(-2_i32).to_be_bytes());
        assert_eq!(found(&long, &[0]), Err(Malformed::CellLength(-2)));
        // The end of an inner list is not that of the outer one.
        let inner = record(BYTEA, &record(TEXT, b"abc")[..14]);
        assert_eq!(found(&inner, &[0, 0]), Err(Malformed::Truncated { expected: 3, actual: 2 }));
        let unequal = append(&[TEXT, TEXT], &[None], &mut Vec::new());
        assert_eq!(unequal, Err(Malformed::Cells { expected: 2, actual: 1 }));
    }
}
