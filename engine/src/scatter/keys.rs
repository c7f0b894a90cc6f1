//! What relates rows to others: the distinct values of some columns, numbered.

use std::collections::HashMap;

use ahash::RandomState;
use tokio_postgres::types::{Kind, Type};

use crate::gather::records;
use crate::pool::array;

use super::Error;

/// The distinct values of the columns that relate rows, each by its record.
#[derive(Debug)]
pub(super) struct Keys {
    columns: usize,
    numbers: HashMap<Box<[u8]>, usize, RandomState>,
    /// In the order of their numbers.
    values: Vec<Vec<Box<[u8]>>>,
}

impl Keys {
    /// None yet, of so many columns.
    pub(super) fn new(columns: usize) -> Keys {
        Keys { columns, numbers: HashMap::default(), values: Vec::new() }
    }

    /// Adds the record of the columns of a row. With a null in it the row is related to nothing.
    pub(super) fn add(&mut self, record: &[u8]) -> Result<(), Error> {
        if self.numbers.contains_key(record) {
            return Ok(());
        }
        let mut values = Vec::with_capacity(self.columns);
        for found in records::records(record) {
            values.extend(found?.cells().flatten().map(Box::from));
        }
        if values.len() == self.columns {
            self.numbers.insert(record.into(), self.values.len());
            self.values.push(values);
        }
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The number of a record; none of one that is related to nothing.
    pub(super) fn find(&self, record: &[u8]) -> Option<usize> {
        self.numbers.get(record).copied()
    }

    /// A value of a record.
    pub(super) fn value(&self, number: usize, column: usize) -> Option<&[u8]> {
        Some(self.values.get(number)?.get(column)?)
    }

    /// The values of each column of some records, as arrays of these types.
    pub(super) fn arrays(&self, types: &[Type], numbers: &[usize]) -> Vec<Vec<u8>> {
        let columns = types.iter().take(self.columns).enumerate();
        let array_of = |(column, ty): (usize, &Type)| {
            let element = if let Kind::Array(element) = ty.kind() { element } else { ty };
            array(element, numbers.iter().map(|number| self.value(*number, column)))
        };
        columns.map(array_of).collect()
    }
}
