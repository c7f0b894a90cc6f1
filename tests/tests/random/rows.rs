//! Random rows of the tables of a draft: with distinct keys, nulls, ties, and references that lead nowhere.

use std::collections::HashSet;

use fastrand::Rng;
use onefold::slots::Slot;

use super::draft::{Draft, Kind};
use super::values::{Datum, Domain, chance};

/// A row: positions of its values in the domains of their columns; nothing for null.
pub struct Row {
    pub values: Vec<Option<usize>>,
    /// Of a sharded table.
    pub slot: Option<Slot>,
}

/// Rows of a table.
pub fn rows(rng: &mut Rng, draft: &Draft, table: usize) -> Vec<Row> {
    let count = if chance(rng, 10) { rng.usize(0..3) } else { rng.usize(5..30) };
    let (mut rows, mut keys) = (Vec::new(), HashSet::new());
    for _ in 0..count * 2 {
        let Some(row) = row(rng, draft, table) else { continue };
        let key: Vec<_> = draft.tables[table].key.iter().map(|column| row.values[*column]).collect();
        if rows.len() < count && keys.insert(key) {
            rows.push(row);
        }
    }
    rows
}

fn row(rng: &mut Rng, draft: &Draft, table: usize) -> Option<Row> {
    let definition = &draft.tables[table];
    let shard_key = definition.placement.shard_key();
    let (mut by, mut slot) = (None, None);
    if let Some(shard_key) = shard_key {
        let domain = &draft.domains[definition.columns[shard_key.column].domain];
        let value = rng.usize(0..domain.values.len());
        by = Some((shard_key, value));
        slot = domain.values[value].slot(domain.scalar);
    }
    let value = |position: usize| {
        let column = definition.columns[position];
        let domain = &draft.domains[column.domain];
        let is_carrier = shard_key.is_some_and(|key| key.slot_in == Some(position));
        match by {
            Some((shard_key, value)) if shard_key.column == position => return Some(Some(value)),
            _ if column.nullable && chance(rng, 25) => return Some(None),
            _ => {}
        }
        let has_slot = |datum: &Datum| !domain.carries_slots || datum.carried() == slot;
        if is_carrier || slot.is_some() && chance(rng, 60) {
            let found = pick(rng, domain, |datum| has_slot(datum) && (column.nullable || datum.is_finite));
            if found.is_some() || is_carrier {
                return found.map(Some);
            }
        }
        match pick(rng, domain, |datum| column.nullable || datum.is_finite) {
            None if column.nullable => Some(None),
            found => found.map(Some),
        }
    };
    let values = (0..definition.columns.len()).map(value).collect::<Option<_>>()?;
    Some(Row { values, slot })
}

/// One of the values that are fit.
fn pick(rng: &mut Rng, domain: &Domain, is_fit: impl Fn(&Datum) -> bool) -> Option<usize> {
    let fit: Vec<usize> =
        (0..domain.values.len()).filter(|position| is_fit(&domain.values[*position])).collect();
    rng.choice(fit)
}

/// Has relations to one that lead somewhere from every row say so, sometimes.
pub fn require(rng: &mut Rng, draft: &mut Draft, rows: &[Vec<Row>]) {
    for table in 0..draft.tables.len() {
        for relation in 0..draft.tables[table].relations.len() {
            let definition = &draft.tables[table].relations[relation];
            let Kind::One { from, to, .. } = &definition.kind else { continue };
            let leads_somewhere = |row: &Row| {
                let key: Vec<_> = from.iter().map(|column| row.values[*column]).collect();
                let is_it =
                    |other: &Row| to.iter().zip(&key).all(|(column, value)| other.values[*column] == *value);
                rows[definition.target].iter().any(is_it)
            };
            let may_be_null = from.iter().any(|column| draft.tables[table].columns[*column].nullable);
            let always = !may_be_null && rows[table].iter().all(leads_somewhere);
            if let Kind::One { nullable, .. } = &mut draft.tables[table].relations[relation].kind {
                *nullable = !always || chance(rng, 40);
            }
        }
    }
}
