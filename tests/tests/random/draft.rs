//! Random tables, before anything is made constant of them.

use fastrand::Rng;
use onefold::schema::{EnumDef, EnumValueDef, Placement, ScalarType, ShardKey};
use onefold::slots;

use super::relations;
use super::values::{Datum, Domain, chance, domain, one_of};

/// Tables of one schema.
pub struct Draft {
    pub tables: Vec<Table>,
    pub domains: Vec<Domain>,
    /// For each type the domain that all tables share.
    common: Vec<usize>,
    /// The domains of shard keys: rows with equal ones are on one shard.
    pub groups: Vec<usize>,
}

pub struct Table {
    pub placement: Placement,
    pub columns: Vec<Column>,
    /// Positions of columns, ascending.
    pub key: Vec<usize>,
    pub relations: Vec<Relation>,
}

#[derive(Clone, Copy)]
pub struct Column {
    /// The position of what its values are taken from.
    pub domain: usize,
    pub nullable: bool,
}

pub struct Relation {
    /// The position of a table.
    pub target: usize,
    pub kind: Kind,
}

/// As `RelationKind`.
pub enum Kind {
    One { from: Vec<usize>, to: Vec<usize>, nullable: bool },
    Many { from: Vec<usize>, to: Vec<usize> },
    Through { join: usize, from: Vec<usize>, join_from: Vec<usize>, join_to: Vec<usize>, to: Vec<usize> },
}

/// The shards that whole tables are on.
pub const NAMED: [&str; 2] = ["s0", "archive"];

impl Draft {
    pub fn new(rng: &mut Rng) -> Draft {
        let mut draft =
            Draft { tables: Vec::new(), domains: Vec::new(), common: Vec::new(), groups: Vec::new() };
        for scalar in scalars(rng) {
            let count = rng.usize(2..5);
            let common = draft.domain(domain(rng, scalar, count, false));
            draft.common.push(common);
        }
        for _ in 0..rng.usize(1..4) {
            let types =
                [ScalarType::Int2, ScalarType::Int4, ScalarType::Int8, ScalarType::Text, ScalarType::Uuid];
            let (scalar, count) = (*one_of(rng, &types), rng.usize(3..12));
            let group = draft.domain(domain(rng, scalar, count, true));
            draft.groups.push(group);
        }
        for _ in 0..rng.usize(3..7) {
            let table = match rng.u8(0..10) {
                0..6 => draft.sharded(rng),
                6..8 => draft.whole(rng, Placement::Reference),
                _ => {
                    let shard = *one_of(rng, &NAMED);
                    draft.whole(rng, Placement::Shard(shard))
                }
            };
            draft.tables.push(table);
        }
        let table = draft.sharded(rng);
        draft.tables.push(table);
        relations::relate(rng, &mut draft);
        draft
    }

    /// Adds what columns take their values from.
    pub fn domain(&mut self, domain: Domain) -> usize {
        self.domains.push(domain);
        self.domains.len() - 1
    }

    /// The position of a table's shard key.
    pub fn shard_column(&self, table: usize) -> Option<usize> {
        self.tables[table].placement.shard_key().map(|key| key.column)
    }

    /// The type of a column.
    pub fn scalar(&self, column: Column) -> ScalarType {
        self.domains[column.domain].scalar
    }

    /// Some values for a column of a key.
    pub fn key_domain(&mut self, rng: &mut Rng, count: usize) -> usize {
        let scalar = loop {
            let scalar = self.domains[*one_of(rng, &self.common)].scalar;
            let has_enough = count < 10 || !matches!(scalar, ScalarType::Bool | ScalarType::Enum(_));
            if has_enough && onefold::schema::can_be_key(scalar) {
                break scalar;
            }
        };
        self.domain(domain(rng, scalar, count, true))
    }

    fn sharded(&mut self, rng: &mut Rng) -> Table {
        let group = *one_of(rng, &self.groups);
        let shard_key = Column { domain: group, nullable: false };
        let (mut key, mut others) = (Vec::new(), self.plain_columns(rng));
        let mut carrier = None;
        let form = rng.u8(0..8);
        match form {
            0 | 1 => key.push(shard_key),
            2 => {
                let number = self.key_domain(rng, 5);
                key.extend([shard_key, Column { domain: number, nullable: false }]);
            }
            3..6 => {
                let ids = self.ids(rng, group);
                carrier = Some(ids);
                key.push(Column { domain: ids, nullable: false });
                if form == 5 { key.push(shard_key) } else { others.push(shard_key) }
            }
            6 => {
                let id = self.key_domain(rng, 30);
                key.push(Column { domain: id, nullable: false });
                others.push(shard_key);
            }
            _ => {
                let (id, ids) = (self.key_domain(rng, 30), self.ids(rng, group));
                carrier = Some(ids);
                key.push(Column { domain: id, nullable: false });
                others.extend([shard_key, Column { domain: ids, nullable: false }]);
            }
        }
        let scatter = chance(rng, 30);
        let mut table = arranged(rng, key, others);
        let position = |domain: usize| table.columns.iter().position(|column| column.domain == domain);
        let column = position(group).expect("the shard key is among the columns");
        let slot_in = carrier.and_then(position);
        table.placement = Placement::Sharded(ShardKey { column, slot_in, scatter });
        table
    }

    fn whole(&mut self, rng: &mut Rng, placement: Placement) -> Table {
        let columns = rng.usize(1..3);
        let count = if columns == 1 { 20 } else { 5 };
        let key =
            (0..columns).map(|_| Column { domain: self.key_domain(rng, count), nullable: false }).collect();
        let others = self.plain_columns(rng);
        Table { placement, ..arranged(rng, key, others) }
    }

    pub fn plain_columns(&mut self, rng: &mut Rng) -> Vec<Column> {
        let count = rng.usize(1..6);
        (0..count).map(|_| self.plain_column(rng)).collect()
    }

    fn plain_column(&mut self, rng: &mut Rng) -> Column {
        let common = *one_of(rng, &self.common);
        let domain = if chance(rng, 60) {
            common
        } else {
            let (scalar, count) = (self.domains[common].scalar, rng.usize(2..12));
            self.domain(domain(rng, scalar, count, false))
        };
        Column { domain, nullable: chance(rng, 60) }
    }

    /// Ids that carry the slots of a group's keys.
    fn ids(&mut self, rng: &mut Rng, group: usize) -> usize {
        let keys = &self.domains[group];
        let slots: Vec<_> = keys.values.iter().filter_map(|key| key.slot(keys.scalar)).collect();
        let mut values = Vec::new();
        for (number, slot) in slots.into_iter().enumerate() {
            for sequence in 0..rng.u16(1..5) {
                // Those in the second half of the time are negative.
                let milliseconds = rng.u64(0..1 << 41);
                // Slots of two keys can be the same, so the number of the key tells their ids apart.
                let sequence = sequence + 8 * u16::try_from(number).expect("there are few keys");
                values.push(Datum::int8(slots::id(milliseconds, slot, sequence)));
            }
        }
        self.domain(Domain { scalar: ScalarType::Int8, values, carries_slots: true })
    }
}

/// A table whose columns are in any order.
fn arranged(rng: &mut Rng, key: Vec<Column>, others: Vec<Column>) -> Table {
    let mut columns: Vec<(bool, Column)> = key.into_iter().map(|column| (true, column)).collect();
    columns.extend(others.into_iter().map(|column| (false, column)));
    rng.shuffle(&mut columns);
    let key = columns.iter().enumerate().filter(|(_, (is_key, _))| *is_key).map(|(position, _)| position);
    Table {
        placement: Placement::Reference,
        key: key.collect(),
        columns: columns.into_iter().map(|(_, column)| column).collect(),
        relations: Vec::new(),
    }
}

/// All types of columns, two enums among them.
fn scalars(rng: &mut Rng) -> Vec<ScalarType> {
    let mut scalars = vec![
        ScalarType::Bool,
        ScalarType::Int2,
        ScalarType::Int4,
        ScalarType::Int8,
        ScalarType::Float4,
        ScalarType::Float8,
        ScalarType::Text,
        ScalarType::Text,
        ScalarType::Numeric,
        ScalarType::Uuid,
        ScalarType::Date,
        ScalarType::Timestamp,
        ScalarType::Timestamptz,
        ScalarType::Json,
        ScalarType::Jsonb,
    ];
    for (name, schema) in [("Mood", None), ("Size", Some("other"))] {
        let mut labels = ["z", "a", "it's \"x\" \\", "été ☀", "M", "m"];
        rng.shuffle(&mut labels);
        let values = labels[..rng.usize(2..=labels.len())].iter().enumerate();
        let values = values.map(|(number, label)| EnumValueDef {
            name: String::leak(format!("V{number}")),
            label,
            description: None,
            deprecation: None,
        });
        let values: &[EnumValueDef] = Vec::leak(values.collect());
        let type_name = String::leak(format!("{name} of it"));
        let definition = EnumDef { name, schema, type_name, description: None, values };
        scalars.push(ScalarType::Enum(Box::leak(Box::new(definition))));
    }
    scalars
}
