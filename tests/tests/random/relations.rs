//! Random relations: those that stay on a shard and those that do not, in all forms.

use fastrand::Rng;
use onefold::schema::{Placement, ScalarType, ShardKey};

use super::draft::{Column, Draft, Kind, NAMED, Relation, Table};
use super::values::{chance, one_of};

/// Relates the tables of a draft. Some of the relations may be of a kind that no schema can have.
pub fn relate(rng: &mut Rng, draft: &mut Draft) {
    for _ in 0..draft.tables.len() * 2 {
        let (from, to) = (rng.usize(0..draft.tables.len()), rng.usize(0..draft.tables.len()));
        match rng.u8(0..10) {
            0..6 => one(rng, draft, from, to),
            6..8 => many(rng, draft, from, to),
            _ => through(rng, draft, from, to),
        }
    }
}

/// A relation to one by the target's key, for which columns are added, and often the same the other way round.
fn one(rng: &mut Rng, draft: &mut Draft, from: usize, to: usize) {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for theirs in draft.tables[to].key.clone() {
        let domain = draft.tables[to].columns[theirs].domain;
        let is_free =
            |column: &usize| !pairs.iter().any(|(own, _)| own == column) && (from != to || *column != theirs);
        let shard_column = draft.shard_column(from).filter(|column| {
            draft.tables[from].columns[*column].domain == domain && draft.shard_column(to) == Some(theirs)
        });
        let alike: Vec<usize> = (0..draft.tables[from].columns.len())
            .filter(|column| draft.tables[from].columns[*column].domain == domain && is_free(column))
            .collect();
        let own = match shard_column.filter(|column| !pairs.iter().any(|(own, _)| own == column)) {
            Some(column) if chance(rng, 85) => column,
            _ if !alike.is_empty() && chance(rng, 50) => *one_of(rng, &alike),
            _ => {
                let columns = &mut draft.tables[from].columns;
                columns.push(Column { domain, nullable: chance(rng, 50) });
                columns.len() - 1
            }
        };
        pairs.push((own, theirs));
    }
    rng.shuffle(&mut pairs);
    let (own, theirs): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    if chance(rng, 70) {
        let kind = Kind::Many { from: theirs.clone(), to: own.clone() };
        draft.tables[to].relations.push(Relation { target: from, kind });
    }
    let kind = Kind::One { from: own, to: theirs, nullable: true };
    draft.tables[from].relations.push(Relation { target: to, kind });
}

/// A relation to many by any columns whose values are alike.
fn many(rng: &mut Rng, draft: &mut Draft, from: usize, to: usize) {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let (left, right) = (&draft.tables[from], &draft.tables[to]);
    for own in 0..left.columns.len() {
        for theirs in 0..right.columns.len() {
            let (one, other) = (left.columns[own], right.columns[theirs]);
            let are_both_keys =
                draft.shard_column(from) == Some(own) && draft.shard_column(to) == Some(theirs);
            let is_fit = match draft.scalar(one) {
                // Values of no type but this cannot be compared.
                ScalarType::Json => false,
                scalar => one.domain == other.domain || are_both_keys && scalar == draft.scalar(other),
            };
            let is_free = !pairs.iter().any(|(column, other)| *column == own || *other == theirs);
            if is_fit && is_free && chance(rng, if are_both_keys { 70 } else { 40 }) {
                pairs.push((own, theirs));
            }
        }
    }
    rng.shuffle(&mut pairs);
    pairs.truncate(2);
    if pairs.is_empty() {
        return;
    }
    let (from_columns, to_columns) = pairs.into_iter().unzip();
    let kind = Kind::Many { from: from_columns, to: to_columns };
    draft.tables[from].relations.push(Relation { target: to, kind });
}

/// A join table of two tables, and relations through it both ways.
fn through(rng: &mut Rng, draft: &mut Draft, left: usize, right: usize) {
    let groups: Vec<usize> = [left, right]
        .into_iter()
        .filter_map(|table| Some(draft.tables[table].columns[draft.shard_column(table)?].domain))
        .collect();
    let group = match rng.u8(0..10) {
        0..6 if !groups.is_empty() => Some(*one_of(rng, &groups)),
        6 | 7 => Some(*one_of(rng, &draft.groups)),
        _ => None,
    };
    let mut columns: Vec<Column> =
        group.into_iter().map(|domain| Column { domain, nullable: false }).collect();
    let mut columns_to = |rng: &mut Rng, table: usize| -> Vec<usize> {
        let key = draft.tables[table].key.clone();
        let mut found: Vec<usize> = Vec::new();
        for theirs in key {
            let domain = draft.tables[table].columns[theirs].domain;
            let is_shard_key = draft.shard_column(table) == Some(theirs) && group == Some(domain);
            if is_shard_key && !found.contains(&0) && chance(rng, 85) {
                found.push(0);
            } else {
                columns.push(Column { domain, nullable: chance(rng, 25) });
                found.push(columns.len() - 1);
            }
        }
        found
    };
    let (to_left, to_right) = (columns_to(rng, left), columns_to(rng, right));
    let mut key: Vec<usize> = to_left.iter().chain(&to_right).copied().collect();
    if chance(rng, 40) {
        // So a pair can stand there twice.
        key = vec![columns.len()];
        let domain = draft.key_domain(rng, 30);
        columns.push(Column { domain, nullable: false });
        if group.is_some() && chance(rng, 50) {
            key.push(0);
        }
    }
    key.sort_unstable();
    key.dedup();
    key.iter().for_each(|column| columns[*column].nullable = false);
    if chance(rng, 50) {
        columns.extend(draft.plain_columns(rng).into_iter().take(1));
    }
    let placement = match group {
        Some(_) => Placement::Sharded(ShardKey { column: 0, slot_in: None, scatter: chance(rng, 30) }),
        None if chance(rng, 50) => Placement::Reference,
        None => Placement::Shard(one_of::<&str>(rng, &NAMED)),
    };
    draft.tables.push(Table { placement, columns, key, relations: Vec::new() });
    let join = draft.tables.len() - 1;
    let both = [(left, right, &to_left, &to_right), (right, left, &to_right, &to_left)];
    for (table, target, join_from, join_to) in both {
        let kind = Kind::Through {
            join,
            from: draft.tables[table].key.clone(),
            join_from: join_from.clone(),
            join_to: join_to.clone(),
            to: draft.tables[target].key.clone(),
        };
        draft.tables[table].relations.push(Relation { target, kind });
    }
}
