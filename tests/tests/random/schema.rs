//! Random schemas over several shards, with their rows, as the derive macros would write them.

use std::fmt;

use fastrand::Rng;
use onefold::schema::{
    ColumnDef, Locality, Placement, RelationDef, RelationKind, SchemaDef, TableDef, TableKind, check_table,
    locality, table_names,
};
use onefold::surface::scalars::type_name;

use super::draft::{Draft, Kind, Table};
use super::rows::{self, Row};
use super::values::{Domain, chance};

/// How many tables there are at most.
const MOST: usize = 32;

/// A schema with its rows.
pub struct World {
    pub schema: &'static SchemaDef,
    /// The same with every table on every shard: what is read from one database.
    pub whole: &'static SchemaDef,
    /// What columns take their values from.
    domains: Vec<Domain>,
    /// Positions of domains, by table and column.
    columns: Vec<Vec<usize>>,
    /// By table.
    pub rows: Vec<Vec<Row>>,
}

impl World {
    /// A schema over several shards, and rows for it.
    pub fn new(rng: &mut Rng) -> World {
        let draft = Draft::new(rng);
        World::of_draft(rng, draft)
    }

    /// A schema of one database, and rows for it.
    pub fn of_one_database(rng: &mut Rng) -> World {
        let mut draft = Draft::new(rng);
        draft.tables.iter_mut().for_each(|table| table.placement = Placement::Reference);
        World::of_draft(rng, draft)
    }

    fn of_draft(rng: &mut Rng, mut draft: Draft) -> World {
        let rows: Vec<_> = (0..draft.tables.len()).map(|table| rows::rows(rng, &draft, table)).collect();
        rows::require(rng, &mut draft, &rows);
        let schema = schema(rng, &draft);
        // What the derive macros would refuse is none.
        let names = &table_names::<MOST>(schema)[..schema.tables.len()];
        (0..schema.tables.len()).for_each(|table| check_table(schema, names, table));
        let columns =
            draft.tables.iter().map(|table| table.columns.iter().map(|column| column.domain).collect());
        World { schema, whole: whole(schema), columns: columns.collect(), domains: draft.domains, rows }
    }

    /// What a column takes its values from.
    pub fn domain(&self, table: usize, column: usize) -> &Domain {
        &self.domains[self.columns[table][column]]
    }

    /// The position of a table.
    ///
    /// # Panics
    /// It is none of the schema's.
    pub fn table(&self, name: &str) -> usize {
        let found = self.schema.tables.iter().position(|table| table.name == name);
        found.expect("relations lead to tables of the schema")
    }

    /// Whether the rows of a relation are on the shard of the row that it comes from.
    pub fn is_local(&self, table: usize, relation: &RelationDef) -> bool {
        locality_of(self.schema.tables, table, relation) == Locality::Local
    }
}

/// The schema of a draft, without the relations that no schema can have.
fn schema(rng: &mut Rng, draft: &Draft) -> &'static SchemaDef {
    let mut names = ["order", "request", "answer", "select", "Of \"us\""].to_vec();
    rng.shuffle(&mut names);
    let bare: Vec<&'static TableDef> = draft
        .tables
        .iter()
        .enumerate()
        .map(|(number, table)| {
            let known = if chance(rng, 15) { names.pop() } else { None };
            let name = known.unwrap_or_else(|| String::leak(format!("t{number}")));
            leak(TableDef {
                name: String::leak(format!("T{number}")),
                kind: TableKind::Table,
                singular: String::leak(format!("t{number}")),
                plural: String::leak(format!("t{number}s")),
                schema: if chance(rng, 15) { Some("other") } else { None },
                table: name,
                description: None,
                columns: columns(rng, draft, table),
                key: Vec::leak(table.key.clone()),
                relations: &[],
                functions: &[],
                placement: table.placement,
                default_limit: Some(rng.u32(1..12)),
                max_limit: None,
            })
        })
        .collect();
    let tables: Vec<&'static TableDef> = draft
        .tables
        .iter()
        .enumerate()
        .map(|(number, table)| {
            let relations = table.relations.iter().enumerate().filter_map(|(place, relation)| {
                let mut definition = RelationDef {
                    name: String::leak(format!("r{place}")),
                    target: bare[relation.target].name,
                    kind: kind(&relation.kind, &bare),
                    cross_shard: false,
                    unindexed: !matches!(relation.kind, Kind::One { .. }) && chance(rng, 40),
                    description: None,
                    deprecation: None,
                };
                let locality = locality_of(&bare, number, &definition);
                definition.cross_shard = locality == Locality::Remote;
                (locality != Locality::Apart).then_some(definition)
            });
            let relations = Vec::leak(relations.collect());
            leak(TableDef { relations, ..*bare[number] })
        })
        .collect();
    leak(SchemaDef {
        name: "Random",
        description: None,
        tables: Vec::leak(tables),
        functions: &[],
        abstract_types: &[],
    })
}

fn columns(rng: &mut Rng, draft: &Draft, table: &Table) -> &'static [ColumnDef] {
    // Names that statements have for other things, and such as need quotes.
    let mut names = ["number", "order_1", "order_2", "request", "answer", "Some \"name\"", "bind_1"].to_vec();
    rng.shuffle(&mut names);
    let columns = table.columns.iter().enumerate().map(|(number, column)| {
        let known = if chance(rng, 15) { names.pop() } else { None };
        ColumnDef {
            name: String::leak(format!("c{number}")),
            column: known.unwrap_or_else(|| String::leak(format!("c{number}"))),
            scalar: draft.scalar(*column),
            nullable: column.nullable,
            description: None,
            deprecation: None,
            hidden: false,
            computed: None,
        }
    });
    Vec::leak(columns.collect())
}

fn kind(kind: &Kind, tables: &[&'static TableDef]) -> RelationKind {
    let leaked = |columns: &[usize]| -> &'static [usize] { Vec::leak(columns.to_vec()) };
    match kind {
        Kind::One { from, to, nullable } => {
            RelationKind::One { from: leaked(from), to: leaked(to), nullable: *nullable }
        }
        Kind::Many { from, to } => RelationKind::Many { from: leaked(from), to: leaked(to) },
        Kind::Through { join, from, join_from, join_to, to } => RelationKind::Through {
            join: tables[*join].name,
            from: leaked(from),
            join_from: leaked(join_from),
            join_to: leaked(join_to),
            to: leaked(to),
        },
    }
}

fn locality_of(tables: &[&'static TableDef], table: usize, relation: &RelationDef) -> Locality {
    let find = |name: &str| tables.iter().copied().find(|table| table.name == name);
    let join = match relation.kind {
        RelationKind::Through { join, .. } => find(join),
        _ => None,
    };
    let target = find(relation.target).expect("relations lead to tables of the schema");
    locality(tables[table], &relation.kind, target, join)
}

/// The schema of a single database with the same tables, in which every list is read anew for each row.
fn whole(schema: &'static SchemaDef) -> &'static SchemaDef {
    let tables = schema.tables.iter().map(|table| {
        let relations = Vec::leak(table.relations.iter().map(indexed).collect());
        let whole: &'static TableDef =
            leak(TableDef { relations, placement: Placement::Reference, ..**table });
        whole
    });
    leak(SchemaDef { tables: Vec::leak(tables.collect()), ..*schema })
}

fn indexed(relation: &RelationDef) -> RelationDef {
    let kind = match relation.kind {
        RelationKind::One { from, to, nullable } => RelationKind::One { from, to, nullable },
        RelationKind::Many { from, to } => RelationKind::Many { from, to },
        RelationKind::Through { join, from, join_from, join_to, to } => {
            RelationKind::Through { join, from, join_from, join_to, to }
        }
        RelationKind::Recursive { from, to } => RelationKind::Recursive { from, to },
    };
    RelationDef { kind, unindexed: false, deprecation: None, ..*relation }
}

/// There are few schemas in a run, so nobody frees them.
fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

impl World {
    /// Some of the tables, with those columns and relations that some names are for, and with the keys, for whoever looks
    /// for a mistake.
    pub fn describe(&self, is_shown: impl Fn(&TableDef) -> bool, is_used: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let mut line = |line: String| {
            text += &line;
            text.push('\n');
        };
        for (number, table) in self.schema.tables.iter().enumerate().filter(|(_, table)| is_shown(table)) {
            let TableDef { name, table: sql_name, placement, key, .. } = table;
            let schema = table.schema.unwrap_or("public");
            line(format!("{name} = {schema}.{sql_name:?}, {placement:?}, key {key:?}"));
            for (position, column) in table.columns.iter().enumerate() {
                if !self.is_used(number, position, &is_used) {
                    continue;
                }
                let null = if column.nullable { ", may be null" } else { "" };
                let scalar = type_name(column.scalar);
                let domain = self.columns[number][position];
                line(format!("    {} = {:?}: {scalar}{null}, domain {domain}", column.name, column.column));
            }
            for relation in table.relations.iter().filter(|relation| is_used(relation.name)) {
                let place = if relation.cross_shard { "remote" } else { "local" };
                let unindexed = if relation.unindexed { " unindexed" } else { "" };
                let (name, target) = (relation.name, relation.target);
                line(format!("    {name}: {target} {place}{unindexed} {:?}", relation.kind));
            }
            line(format!("    {} rows", self.rows[number].len()));
        }
        text
    }

    /// Whether a column is of its key or has a name that is used.
    pub fn is_used(&self, table: usize, column: usize, is_used: impl Fn(&str) -> bool) -> bool {
        let TableDef { key, columns, .. } = self.schema.tables[table];
        key.contains(&column) || is_used(columns[column].name) || is_used(columns[column].column)
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(|_| true, |_| true))
    }
}
