//! Texts that say a place or a row and are opaque: what was seen of them. One that says something says nothing else, and
//! nothing else says it.

use std::collections::HashMap;

use onefold::surface::functions::Function;

/// The place of a row in an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub table: usize,
    pub order: Vec<Term>,
    pub row: usize,
}

/// A term of an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The positions of the relations to one that lead to its table.
    pub path: Vec<usize>,
    /// What is there.
    pub by: By,
    pub descending: bool,
    pub nulls_first: bool,
}

/// What rows are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The position of a column.
    Column(usize),
    /// What is computed of the rows that a relation leads to: of one of their columns, or how many there are.
    Measure { relation: usize, column: Option<usize>, function: Function },
}

/// What was seen.
#[derive(Debug, Default, Clone)]
pub struct Tokens {
    cursors: HashMap<Cursor, String>,
    ids: HashMap<(usize, usize), String>,
    pub cursor_of: HashMap<String, Cursor>,
    pub id_of: HashMap<String, (usize, usize)>,
    /// The cursors as they came.
    pub seen: Vec<(Cursor, String)>,
    pub seen_ids: Vec<String>,
}

impl Tokens {
    /// Whether a text can be this cursor.
    pub fn is_cursor(&mut self, cursor: &Cursor, text: &str) -> bool {
        if !self.cursors.contains_key(cursor) && !self.cursor_of.contains_key(text) {
            self.cursors.insert(cursor.clone(), text.to_owned());
            self.cursor_of.insert(text.to_owned(), cursor.clone());
            self.seen.push((cursor.clone(), text.to_owned()));
        }
        self.cursors.get(cursor).is_some_and(|known| known == text)
    }

    /// Whether a text can be the id of a row of a table.
    pub fn is_id(&mut self, row: (usize, usize), text: &str) -> bool {
        if !self.ids.contains_key(&row) && !self.id_of.contains_key(text) {
            self.ids.insert(row, text.to_owned());
            self.id_of.insert(text.to_owned(), row);
            self.seen_ids.push(text.to_owned());
        }
        self.ids.get(&row).is_some_and(|known| known == text)
    }
}
