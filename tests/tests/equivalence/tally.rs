//! What random operations were like, so that it is plain what was tested.

use std::fmt;

use serde_json::Value;

/// Counts of operations.
#[derive(Debug, Default)]
pub struct Tally {
    pub operations: usize,
    pub refused: usize,
    /// With errors of fields, the same on both sides.
    pub with_errors: usize,
    /// With a row at least.
    pub with_rows: usize,
    pub rows: usize,
    /// Answered by one statement on one shard.
    pub simple: usize,
    pub several_parts: usize,
    pub by_key: usize,
    pub by_keys: usize,
    pub by_id: usize,
    pub every_shard: usize,
    pub merged: usize,
    /// By the number of stages.
    pub stages: [usize; 6],
    pub merged_relations: usize,
    pub relations_by_slot: usize,
    pub relations_by_id: usize,
    pub statements: usize,
}

impl Tally {
    /// Counts an operation by its statements and its answer.
    pub fn count(&mut self, statements: &str, answer: &Value) {
        let parts: Vec<(usize, &str)> = statements
            .lines()
            .filter_map(|line| {
                let (stage, route) = line.strip_prefix("-- stage ")?.split_once(": ")?;
                Some((stage.parse().ok()?, route))
            })
            .collect();
        let any = |is_it: &dyn Fn(usize, &str) -> bool| usize::from(parts.iter().any(|(s, r)| is_it(*s, r)));
        self.operations += 1;
        self.statements += parts.len();
        self.simple += usize::from(parts.len() == 1 && any(&|_, route| is_single(route)) == 1);
        self.several_parts += usize::from(parts.iter().filter(|(stage, _)| *stage == 1).count() > 1);
        self.by_key += any(&|_, route| route.starts_with("one shard, by"));
        self.by_keys += any(&|stage, route| stage == 1 && route.starts_with("some shards, by"));
        self.by_id += any(&|stage, route| stage == 1 && route.contains("the slot in"));
        self.every_shard += any(&|stage, route| stage == 1 && route.starts_with("every shard"));
        self.merged += any(&|_, route| route.ends_with(", merged"));
        self.merged_relations += any(&|stage, route| stage > 1 && route.ends_with(", merged"));
        self.relations_by_slot += any(&|stage, route| stage > 1 && route.contains("by column"));
        self.relations_by_id += any(&|stage, route| stage > 1 && route.contains("the slot in"));
        let depth = parts.iter().map(|(stage, _)| *stage).max().unwrap_or(0);
        self.stages[depth.min(5)] += 1;
        let rows = objects(&answer["data"]).saturating_sub(1);
        self.rows += rows;
        self.with_rows += usize::from(rows > 0);
        self.with_errors += usize::from(answer.get("errors").is_some());
    }

    /// That the operations had something of everything.
    ///
    /// # Panics
    /// They had not.
    pub fn check(&self) {
        if self.operations < 200 {
            return;
        }
        assert!(self.refused * 10 < self.operations, "too many operations are refused\n{self}");
        assert!(self.with_rows * 2 > self.operations, "too few operations found rows\n{self}");
        for count in [
            self.simple,
            self.several_parts,
            self.by_key,
            self.by_keys,
            self.every_shard,
            self.merged,
            self.merged_relations,
            self.relations_by_slot,
            self.stages[2],
            self.stages[3],
        ] {
            assert!(count * 100 > self.operations, "too few operations are of one kind\n{self}");
        }
        assert!(
            self.by_id > 0 && self.relations_by_id > 0,
            "no operation finds rows by slots in ids\n{self}"
        );
    }
}

fn is_single(route: &str) -> bool {
    ["any shard", "shard `", "one shard"].iter().any(|single| route.starts_with(single))
}

/// How many objects there are.
fn objects(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(objects).sum::<usize>(),
        Value::Array(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { operations, refused, with_errors, with_rows, rows, simple, several_parts, .. } = self;
        writeln!(f, "{operations} operations, and {refused} that neither side answers")?;
        writeln!(f, "{with_rows} found rows, {rows} in all; {with_errors} had the same errors of fields")?;
        writeln!(f, "{simple} were one statement on one shard, {several_parts} had several parts at once")?;
        let Tally { by_key, by_keys, by_id, every_shard, merged, statements, .. } = self;
        writeln!(f, "{by_key} asked the shard of a key, {by_keys} those of several, {by_id} that of an id")?;
        writeln!(f, "{every_shard} asked every shard, {merged} merged rows; {statements} statements in all")?;
        let Tally { merged_relations, relations_by_slot, relations_by_id, stages, .. } = self;
        writeln!(f, "{merged_relations} merged the rows of relations")?;
        writeln!(f, "{relations_by_slot} found them by their slots, {relations_by_id} by slots in ids")?;
        writeln!(f, "by their stages, from none to five: {stages:?}")
    }
}
