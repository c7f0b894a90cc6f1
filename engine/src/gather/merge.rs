//! Rows of several sources, each in order → one list in that order. Knows nothing of where rows come from: whoever reads
//! them pushes a row when it is wanted.
//!
//! The next rows of the sources play a tournament (a tree of losers: Knuth, The Art of Computer Programming, volume 3,
//! 5.4.1). When the winner is taken, the row behind it only plays against those that have lost on its way to the top. Rows
//! compare by their keys, most often by no more than the first 16 bytes.

use std::ops::{ControlFlow, Range};

use super::Malformed;
use super::order::Order;
use crate::wire::emptied;

/// One list from rows of several sources. Of rows that are equal in the order those of an earlier source come first.
#[derive(Debug)]
pub struct Merge {
    order: Order,
    sources: Vec<Source>,
    /// The nodes of the tournament but its leaves: the first is who has won, the others are who has lost there. The
    /// leaf of a source is the node with its number behind those, and above a node is that with half of its number.
    nodes: Vec<usize>,
    /// How many of the sources have entered the tournament.
    entered: usize,
    /// The winner was taken, and what is behind it has not played yet.
    is_taken: bool,
    /// Which rows of the list are handed out.
    page: Range<u64>,
    /// How many rows of the list there have been.
    position: u64,
    /// Cells of a row, for those of the next one.
    cells: Vec<Option<&'static [u8]>>,
}

/// Why there are no more rows for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause<B> {
    /// Whoever takes the rows has broken with this.
    Broken(B),
    /// What comes next depends on a row of this source, or on that it has none.
    Wants(usize),
    /// The page is at its end. Rows that the sources may still have do not belong to it.
    Ended,
}

/// Rows that cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A cell is not a value of its type.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A source is not in the order of the list, so the list would not be either.
    #[error(
        "the rows from {origin} are in another order than the list; an order by text needs databases with the \
         encoding `UTF8`"
    )]
    Unordered {
        /// The position of the source.
        origin: usize,
    },
}

impl Merge {
    /// A list of those rows of `sources` sources that have their place within `page`; all are in `0..u64::MAX`. Without
    /// any terms in the order, the list is one source after the other.
    pub fn new(order: Order, sources: usize, page: Range<u64>) -> Merge {
        Merge {
            order,
            sources: (0..sources).map(|_| Source::default()).collect(),
            nodes: vec![VACANT; sources.max(1)],
            entered: 0,
            is_taken: false,
            // Nothing is read for an empty page, wherever it is.
            page: if page.is_empty() { 0..0 } else { page },
            position: 0,
            cells: Vec::new(),
        }
    }

    /// Begins another list, of other rows. The memory of the last one is used again.
    pub fn restart(&mut self) {
        self.sources.iter_mut().for_each(Source::clear);
        self.nodes.fill(VACANT);
        self.entered = 0;
        self.is_taken = false;
        self.position = 0;
    }

    /// Adds the next row of a source, see [`Feed::push`].
    ///
    /// # Errors
    /// Those of [`Feed::push`].
    #[inline]
    pub fn push(&mut self, source: usize, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        Feed { order: &self.order, origin: source, source: &mut self.sources[source] }.push(cells)
    }

    /// Says that there are no more rows in a source.
    pub fn end(&mut self, source: usize) {
        self.sources[source].is_ended = true;
    }

    /// The sources, each to be read by itself while others are.
    pub fn feeds(&mut self) -> impl Iterator<Item = Feed<'_>> {
        let sources = self.sources.iter_mut().enumerate();
        sources.map(|(origin, source)| Feed { order: &self.order, origin, source })
    }

    /// Hands the cells of the rows of the list to `on_row`, in order, until it breaks, or a source must be read or is
    /// over. It can be called again then.
    ///
    /// # Errors
    /// Those of `on_row`.
    pub fn each<B, E>(
        &mut self,
        mut on_row: impl FnMut(&[Option<&[u8]>]) -> Result<ControlFlow<B>, E>,
    ) -> Result<Pause<B>, E> {
        while self.position < self.page.end {
            if let Some(source) = self.settle() {
                return Ok(Pause::Wants(source));
            }
            let Some(source) = self.sources.get(self.nodes[0]) else { break };
            let Some(row) = source.front() else { break };
            let mut flow = ControlFlow::Continue(());
            if self.position >= self.page.start {
                let mut cells = emptied(std::mem::take(&mut self.cells));
                let ranges = &source.cells[row.cells.clone()];
                cells.extend(ranges.iter().map(|range| range.clone().map(|range| &source.bytes[range])));
                flow = on_row(&cells)?;
                self.cells = emptied(cells);
            }
            self.position += 1;
            self.sources[self.nodes[0]].taken += 1;
            self.is_taken = true;
            if let ControlFlow::Break(value) = flow {
                return Ok(Pause::Broken(value));
            }
        }
        Ok(Pause::Ended)
    }

    /// Has everyone play who has not played yet; returns a source whose next row is not there.
    #[inline]
    fn settle(&mut self) -> Option<usize> {
        while self.entered < self.sources.len() {
            if !self.sources[self.entered].is_ready() {
                return Some(self.entered);
            }
            self.play(self.entered);
            self.entered += 1;
        }
        let winner = self.nodes[0];
        if self.is_taken {
            if !self.sources[winner].is_ready() {
                return Some(winner);
            }
            self.play(winner);
            self.is_taken = false;
        }
        None
    }

    /// Has the next row of a source play its way up. The first that comes to a node waits there for the second.
    #[inline]
    fn play(&mut self, source: usize) {
        self.sources[source].line_up();
        let mut winner = source;
        let mut node = (self.sources.len() + source) / 2;
        while node > 0 {
            let other = self.nodes[node];
            if other == VACANT {
                self.nodes[node] = winner;
                return;
            }
            if self.is_before(other, winner) {
                self.nodes[node] = winner;
                winner = other;
            }
            node /= 2;
        }
        self.nodes[0] = winner;
    }

    #[inline]
    fn is_before(&self, left: usize, right: usize) -> bool {
        let [one, other] = [&self.sources[left], &self.sources[right]];
        // The rest of the keys is seldom looked at.
        if one.prefix != other.prefix {
            return one.prefix < other.prefix;
        }
        match (one.front(), other.front()) {
            (Some(row), Some(other_row)) => (one.key(row), left) < (other.key(other_row), right),
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

/// One source of a list.
#[derive(Debug)]
pub struct Feed<'m> {
    order: &'m Order,
    origin: usize,
    source: &'m mut Source,
}

impl Feed<'_> {
    /// Adds the next row of the source. More than the one that is wanted can be added; all of them are kept until the
    /// last one is taken.
    ///
    /// # Errors
    /// When the row is not in order, or a cell that it is ordered by is malformed. There is nothing to be had from the
    /// list then.
    #[inline]
    pub fn push(&mut self, cells: &[Option<&[u8]>]) -> Result<(), Error> {
        if self.source.push(self.order, cells)? {
            Ok(())
        } else {
            Err(Error::Unordered { origin: self.origin })
        }
    }

    /// Forgets the rows of the source, which will be pushed again. None of them may have been taken.
    pub fn restart(&mut self) {
        self.source.clear();
    }

    /// Says that there are no more rows.
    pub fn end(self) {
        self.source.is_ended = true;
    }
}

/// A node that nobody has come to yet.
const VACANT: usize = usize::MAX;

/// Rows of a source that wait for their turn.
#[derive(Debug, Default)]
struct Source {
    /// The cells and then the key of each row.
    bytes: Vec<u8>,
    /// Where the cells are; nowhere for null.
    cells: Vec<Option<Range<usize>>>,
    rows: Vec<Row>,
    /// How many of the rows are taken. The last of them may be there with nothing but its key.
    taken: usize,
    is_ended: bool,
    /// That of the next row; the greatest when there is none.
    prefix: u128,
}

/// Where a row of a source is.
#[derive(Debug)]
struct Row {
    /// Within [`Source::cells`].
    cells: Range<usize>,
    /// Within [`Source::bytes`].
    key: Range<usize>,
    /// What the key begins with, and zeros if it is shorter.
    prefix: u128,
}

/// How many bytes of rows that are taken may be kept, so that not every row moves a key.
const KEPT: usize = 1024;

impl Source {
    fn clear(&mut self) {
        self.bytes.clear();
        self.cells.clear();
        self.rows.clear();
        self.taken = 0;
        self.is_ended = false;
    }

    /// Adds a row; false when it is not in order.
    #[inline]
    fn push(&mut self, order: &Order, cells: &[Option<&[u8]>]) -> Result<bool, Malformed> {
        if self.taken == self.rows.len() && self.bytes.len() > KEPT {
            self.forget_taken();
        }
        let first = self.cells.len();
        for cell in cells {
            self.cells.push(cell.map(|data| {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(data);
                start..self.bytes.len()
            }));
        }
        let start = self.bytes.len();
        order.key(cells, &mut self.bytes)?;
        let prefix = prefix(&self.bytes[start..]);
        let row = Row { cells: first..self.cells.len(), key: start..self.bytes.len(), prefix };
        let in_order = self.rows.last().is_none_or(|last| {
            last.prefix < prefix || (last.prefix == prefix && self.key(last) <= self.key(&row))
        });
        self.rows.push(row);
        Ok(in_order)
    }

    /// Makes room for new rows when all are taken. The key of the last one stays, as the next one must not be below it.
    fn forget_taken(&mut self) {
        let Some(Row { key, prefix, .. }) = self.rows.pop() else { return };
        let length = key.len();
        self.bytes.copy_within(key, 0);
        self.bytes.truncate(length);
        self.cells.clear();
        self.rows.clear();
        self.rows.push(Row { cells: 0..0, key: 0..length, prefix });
        self.taken = 1;
    }

    fn key(&self, row: &Row) -> &[u8] {
        &self.bytes[row.key.clone()]
    }

    /// Whether it is known what comes next.
    #[inline]
    fn is_ready(&self) -> bool {
        self.is_ended || self.taken < self.rows.len()
    }

    #[inline]
    fn front(&self) -> Option<&Row> {
        self.rows.get(self.taken)
    }

    /// Sets the prefix to that of the next row.
    #[inline]
    fn line_up(&mut self) {
        self.prefix = self.front().map_or(u128::MAX, |row| row.prefix);
    }
}

/// What a key begins with, as a number that compares like it.
#[inline]
fn prefix(key: &[u8]) -> u128 {
    let mut prefix = [0; 16];
    match key.first_chunk() {
        Some(chunk) => prefix = *chunk,
        None => prefix[..key.len()].copy_from_slice(key),
    }
    u128::from_be_bytes(prefix)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::order::{Comparison, Term};
    use super::*;
    use crate::operation::Direction;

    /// A value to order by, and one that tells rows apart.
    type Cells = [Option<Vec<u8>>; 2];

    const ALL: Range<u64> = 0..u64::MAX;

    fn order(direction: Direction) -> Order {
        Order::new([Term { cell: 0, comparison: Comparison::Text, direction }])
    }

    fn row(text: &str, id: u8) -> Cells {
        [Some(text.into()), Some(vec![id])]
    }

    fn push(merge: &mut Merge, source: usize, row: &Cells) -> Result<(), Error> {
        merge.push(source, &row.each_ref().map(Option::as_deref))
    }

    /// Takes rows until there is a reason not to.
    fn take(merge: &mut Merge, list: &mut Vec<Cells>) -> Pause<()> {
        let pause = merge.each(|cells| {
            let [text, id] = cells else { panic!("{} cells", cells.len()) };
            list.push([text.map(Into::into), id.map(Into::into)]);
            Ok::<_, Infallible>(ControlFlow::Continue(()))
        });
        let Ok(pause) = pause;
        pause
    }

    /// The list, when each source gives so many rows at a time.
    fn merged(merge: &mut Merge, sources: &[Vec<Cells>], at_once: usize) -> Vec<Cells> {
        let mut left: Vec<_> = sources.iter().map(|rows| rows.iter()).collect();
        let mut list = Vec::new();
        loop {
            match take(merge, &mut list) {
                Pause::Wants(source) => {
                    let mut rows = left[source].by_ref().take(at_once).peekable();
                    if rows.peek().is_none() {
                        assert!(!merge.sources[source].is_ended, "an ended source is not asked again");
                        merge.end(source);
                    }
                    rows.for_each(|row| push(merge, source, row).expect("the rows are right"));
                }
                Pause::Broken(()) | Pause::Ended => return list,
            }
        }
    }

    /// Some texts are only told apart behind the prefix of their keys.
    fn sources() -> impl Strategy<Value = Vec<Vec<Option<&'static str>>>> {
        const TEXTS: [&str; 7] =
            ["", "a", "b", "b\u{1}", "a text that is long", "a text that is longer", "a text that is"];
        vec(vec(proptest::option::weighted(0.8, select(&TEXTS[..])), 0..8), 0..7)
    }

    proptest! {
        #[test]
        fn lists_are_sorted_and_of_ties_the_first_source_is_first(
            texts in sources(),
            direction in select(&[Direction::Asc, Direction::Desc, Direction::AscNullsFirst][..]),
            page in (0..12u64, 0..20u64),
            at_once in 1..4usize,
        ) {
            let order = order(direction);
            let sort = |rows: &mut Vec<Cells>| rows.sort_by_cached_key(|cells| {
                let mut key = Vec::new();
                order.key(&cells.each_ref().map(Option::as_deref), &mut key).expect("texts are right");
                key
            });
            let mut id = 0;
            let sources = texts.iter().map(|texts| {
                let rows = texts.iter().map(|text| {
                    id += 1;
                    [text.map(Into::into), Some(vec![id])]
                });
                let mut rows: Vec<Cells> = rows.collect();
                sort(&mut rows);
                rows
            });
            let sources: Vec<_> = sources.collect();
            let mut all: Vec<_> = sources.concat();
            sort(&mut all);

            let mut merge = Merge::new(order.clone(), sources.len(), ALL);
            prop_assert_eq!(&merged(&mut merge, &sources, at_once), &all);
            merge.restart();
            prop_assert_eq!(&merged(&mut merge, &sources, at_once), &all);
            merge.restart();
            for (mut feed, rows) in merge.feeds().zip(&sources) {
                for row in rows {
                    feed.push(&row.each_ref().map(Option::as_deref)).expect("the rows are right");
                }
                feed.end();
            }
            let mut list = Vec::new();
            prop_assert_eq!(take(&mut merge, &mut list), Pause::Ended);
            prop_assert_eq!(&list, &all);

            let (offset, limit) = page;
            let mut merge = Merge::new(order.clone(), sources.len(), offset..offset + limit);
            let page: Vec<_> = all.into_iter().skip(offset as usize).take(limit as usize).collect();
            prop_assert_eq!(merged(&mut merge, &sources, at_once), page);
        }
    }

    #[test]
    fn rows_are_wanted_when_the_list_depends_on_them() {
        let mut merge = Merge::new(order(Direction::Asc), 2, 0..3);
        let mut list = Vec::new();
        assert_eq!(take(&mut merge, &mut list), Pause::Wants(0));
        push(&mut merge, 0, &row("b", 1)).expect("the row is right");
        assert_eq!(take(&mut merge, &mut list), Pause::Wants(1));
        push(&mut merge, 1, &row("a", 2)).expect("the row is right");
        assert_eq!(take(&mut merge, &mut list), Pause::Wants(1));
        assert_eq!(list, [row("a", 2)]);
        merge.end(1);
        assert_eq!(take(&mut merge, &mut list), Pause::Wants(0));
        push(&mut merge, 0, &row("b", 3)).expect("the row is right");
        // The page is full, so it does not matter what else there is.
        assert_eq!(take(&mut merge, &mut list), Pause::Ended);
        assert_eq!(list, [row("a", 2), row("b", 1), row("b", 3)]);
    }

    #[test]
    fn nothing_is_wanted_for_nothing() {
        for (sources, page) in [(0, ALL), (3, 0..0), (3, 5..5)] {
            let mut merge = Merge::new(order(Direction::Asc), sources, page);
            assert_eq!(take(&mut merge, &mut Vec::new()), Pause::Ended);
        }
    }

    #[test]
    fn a_list_goes_on_behind_the_row_that_was_broken_at() {
        let mut merge = Merge::new(order(Direction::Asc), 1, ALL);
        for id in 1..=3 {
            push(&mut merge, 0, &row("a", id)).expect("the row is right");
        }
        merge.end(0);
        for id in 1..=3 {
            let pause =
                merge.each(|cells| Ok::<_, Infallible>(ControlFlow::Break(cells[1].map(<[u8]>::to_vec))));
            assert_eq!(pause, Ok(Pause::Broken(Some(vec![id]))));
        }
        assert_eq!(take(&mut merge, &mut Vec::new()), Pause::Ended);
    }

    #[test]
    fn a_source_can_begin_again() {
        let mut merge = Merge::new(order(Direction::Asc), 2, ALL);
        push(&mut merge, 1, &row("b", 1)).expect("the row is right");
        for mut feed in merge.feeds() {
            for text in ["c", "d"] {
                feed.restart();
                feed.push(&[Some(b"a"), Some(&[2])]).expect("there is nothing before it");
                feed.push(&[Some(text.as_bytes()), Some(&[3])]).expect("the row is right");
            }
            feed.end();
        }
        let mut list = Vec::new();
        assert_eq!(take(&mut merge, &mut list), Pause::Ended);
        assert_eq!(list, [row("a", 2), row("a", 2), row("d", 3), row("d", 3)]);
    }

    #[test]
    fn an_error_of_who_takes_the_rows_is_handed_on() {
        let mut merge = Merge::new(order(Direction::Asc), 1, ALL);
        push(&mut merge, 0, &row("a", 1)).expect("the row is right");
        assert_eq!(merge.each(|_| Err::<ControlFlow<()>, _>("full")), Err("full"));
    }

    #[test]
    fn a_source_that_is_not_in_order_is_told() {
        // Of the last two, the first is forgotten before the second comes, and only the end of their keys differs.
        let long = "c".repeat(2 * KEPT);
        for texts in [["a", "c", "b"], ["a", &long, &long[1..]]] {
            let mut merge = Merge::new(order(Direction::Asc), 2, ALL);
            merge.end(0);
            push(&mut merge, 1, &row(texts[0], 1)).expect("the row is right");
            push(&mut merge, 1, &row(texts[1], 2)).expect("the row is right");
            assert_eq!(take(&mut merge, &mut Vec::new()), Pause::Wants(1));
            assert_eq!(push(&mut merge, 1, &row(texts[2], 3)), Err(Error::Unordered { origin: 1 }));
        }
    }

    #[test]
    fn a_malformed_cell_is_told() {
        let mut merge = Merge::new(order(Direction::Asc), 1, ALL);
        let error = Error::Malformed(Malformed::NullCharacter);
        assert_eq!(push(&mut merge, 0, &row("a\0", 1)), Err(error));
        let error = Error::Malformed(Malformed::Cells { expected: 1, actual: 0 });
        assert_eq!(merge.push(0, &[]), Err(error));
    }

    #[test]
    fn memory_is_that_of_the_rows_that_wait() {
        let mut merge = Merge::new(order(Direction::Asc), 1, ALL);
        let mut list = Vec::new();
        for _ in 0..1000 {
            push(&mut merge, 0, &row("a", 1)).expect("the row is right");
            assert_eq!(take(&mut merge, &mut list), Pause::Wants(0));
        }
        assert!(merge.sources[0].bytes.capacity() <= 2 * KEPT, "{:?}", merge.sources[0]);
    }
}
