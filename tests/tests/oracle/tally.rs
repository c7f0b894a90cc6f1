//! What random operations were like, so that it is plain what was tested.

use std::collections::BTreeMap;
use std::fmt;

use onefold::engine::Request;

use super::answer::Expected;
use super::execute::Refused;

/// Counts of operations.
#[derive(Debug, Default)]
pub struct Tally {
    operations: usize,
    /// By the code of their error.
    refused: BTreeMap<Refused, usize>,
    with_errors: usize,
    with_rows: usize,
    objects: usize,
    /// By what stands in the document.
    features: BTreeMap<&'static str, usize>,
    /// Connections that were read to their ends, and their rows.
    walks: usize,
    walked: usize,
}

/// What is looked for in documents.
const FEATURES: [(&str, &str); 16] = [
    ("aggregates", "Aggregate("),
    ("groups", "groupBy: "),
    ("orders by aggregates", "Aggregate: {"),
    ("distinct rows", "distinctOn: "),
    ("connections", "Connection("),
    ("cursors", "after: "),
    ("backward", "last: "),
    ("counts", "totalCount"),
    ("global ids", "nodeId"),
    ("rows by global ids", ": node(id: "),
    ("filters of relations to many", "some: "),
    ("negations", "not: "),
    ("orders", "orderBy: "),
    ("conditions", "(if: $"),
    ("fragments", "fragment F"),
    ("variables", "query Random("),
];

impl Tally {
    /// Counts an operation by its text and what was expected.
    pub fn count(&mut self, request: &Request, expected: &Result<Expected, Refused>) {
        self.operations += 1;
        for (name, text) in FEATURES {
            *self.features.entry(name).or_default() += usize::from(request.query.contains(text));
        }
        match expected {
            Ok(Expected { data, errors }) => {
                let objects = data.objects().saturating_sub(1);
                self.objects += objects;
                self.with_rows += usize::from(objects > 0);
                self.with_errors += usize::from(!errors.is_empty());
            }
            Err(code) => *self.refused.entry(code).or_default() += 1,
        }
    }

    /// Counts a connection that was read to its ends, with so many rows.
    pub fn walked(&mut self, rows: usize) {
        self.walks += 1;
        self.walked += rows;
    }

    /// That the operations had something of everything.
    ///
    /// # Panics
    /// They had not.
    pub fn check(&self) {
        if self.operations < 1_000 {
            return;
        }
        for (name, count) in &self.features {
            assert!(*count * 100 > self.operations, "{count} of {} operations have {name}", self.operations);
        }
        let refused: usize = self.refused.values().sum();
        assert!(refused * 10 < self.operations, "{refused} of {} operations are refused", self.operations);
        assert!(self.walked > self.walks, "{} connections had {} rows", self.walks, self.walked);
        assert!(self.with_rows * 2 > self.operations, "{} operations found rows", self.with_rows);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { operations, refused, with_errors, with_rows, objects, features, walks, walked } = self;
        writeln!(f, "{operations} operations; {refused:?} were refused, as expected")?;
        writeln!(f, "{with_rows} found rows, {objects} objects in all; {with_errors} had errors of fields")?;
        for (name, count) in features {
            writeln!(f, "{count} had {name}")?;
        }
        writeln!(f, "{walks} connections of {walked} rows were read page by page, both ways")
    }
}
