//! Random operations over a schema: roots by key and lists, relations of all kinds below them, fragments, conditions.

use fastrand::Rng;
use onefold::schema::{Placement, RelationKind, TableDef};

use super::arguments::{Need, Type};
use super::document::{Directive, Field, Fragment, Input, Operation, Selection, Variable};
use super::schema::World;
use super::values::{chance, one_of};

/// How deep fields are nested.
const DEPTH: usize = 5;

/// Makes one operation.
pub struct Generator<'a> {
    pub rng: &'a mut Rng,
    pub world: &'a World,
    pub variables: Vec<Variable>,
    /// How many selections there may still be.
    selections: usize,
    /// How many names have been made, each to be different from the others.
    names: usize,
}

/// A random operation.
pub fn operation(rng: &mut Rng, world: &World) -> Operation {
    let selections = rng.usize(2..30);
    let mut generator = Generator { rng, world, variables: Vec::new(), selections, names: 0 };
    let count = if chance(generator.rng, 60) { 1 } else { generator.rng.usize(2..5) };
    let (mut roots, mut is_certain) = (Vec::new(), true);
    for _ in 0..count {
        let (root, certain) = generator.root();
        is_certain &= certain;
        // The only root field can stand by itself or in a fragment.
        roots.push(generator.perhaps_in_fragment("Query", root));
    }
    let scatter = !is_certain || chance(generator.rng, 30);
    Operation { scatter, variables: generator.variables, roots }
}

impl Generator<'_> {
    /// A name that nothing else has.
    pub fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    /// A root field, and whether it is certain which shards it asks.
    fn root(&mut self) -> (Selection, bool) {
        let tables = self.world.schema.tables;
        let number = self.rng.usize(0..tables.len());
        let table = tables[number];
        let shard_key = table.placement.shard_key();
        if chance(self.rng, 30) {
            let known = shard_key.is_none_or(|shard_key| {
                let is_in_key = |column| table.key.contains(&column);
                is_in_key(shard_key.column) || shard_key.slot_in.is_some_and(is_in_key)
            });
            if known || chance(self.rng, 50) {
                let arguments = self.key(number);
                let is_certain = known || shard_key.is_some_and(|shard_key| shard_key.scatter);
                return (self.field(table.singular, arguments, number, 1), is_certain);
            }
        }
        let keyed = shard_key.is_some() && chance(self.rng, 55);
        let filter = if keyed { self.keyed_filter(number) } else { None };
        let is_certain = filter.is_some()
            || !matches!(table.placement, Placement::Sharded(_))
            || shard_key.is_some_and(|shard_key| shard_key.scatter);
        let arguments = self.list(number, filter, 1);
        (self.field(table.plural, arguments, number, 1), is_certain)
    }

    /// A field with selections of a table, always under a name of its own.
    fn field(
        &mut self,
        name: &str,
        arguments: Vec<(String, Input)>,
        table: usize,
        depth: usize,
    ) -> Selection {
        let alias = Some(self.name("x"));
        let directives = self.directives();
        let selections = self.object(table, depth);
        Selection::Field(Field { alias, name: name.to_owned(), arguments, directives, selections })
    }

    /// The selections of an object.
    fn object(&mut self, number: usize, depth: usize) -> Vec<Selection> {
        let table: &TableDef = self.world.schema.tables[number];
        let mut selections = Vec::new();
        for _ in 0..self.rng.usize(1..4) {
            let column = one_of(self.rng, table.columns).name;
            let alias = if chance(self.rng, 15) { Some(self.name("x")) } else { None };
            let directives = self.directives();
            let column = Field {
                alias,
                name: column.to_owned(),
                arguments: Vec::new(),
                directives,
                selections: Vec::new(),
            };
            selections.push(self.perhaps_in_fragment(table.name, Selection::Field(column)));
        }
        if chance(self.rng, 5) {
            selections.push(Selection::Field(Field {
                alias: None,
                name: "__typename".into(),
                arguments: Vec::new(),
                directives: Vec::new(),
                selections: Vec::new(),
            }));
        }
        self.selections = self.selections.saturating_sub(selections.len());
        let relations = if depth == DEPTH || table.relations.is_empty() { 0 } else { self.rng.usize(0..4) };
        for _ in 0..relations {
            if self.selections == 0 {
                break;
            }
            let relation = one_of(self.rng, table.relations);
            let target = self.world.table(relation.target);
            let arguments = match relation.kind {
                RelationKind::One { .. } => Vec::new(),
                _ => {
                    let filter = chance(self.rng, 20).then(|| self.filter(target, 1));
                    self.list(target, filter, depth + 1)
                }
            };
            let field = self.field(relation.name, arguments, target, depth + 1);
            selections.push(self.perhaps_in_fragment(table.name, field));
        }
        self.rng.shuffle(&mut selections);
        selections
    }

    fn perhaps_in_fragment(&mut self, on: &str, selection: Selection) -> Selection {
        if !chance(self.rng, 8) {
            return selection;
        }
        let name = if chance(self.rng, 50) { Some(self.name("F")) } else { None };
        let directives = self.directives();
        Selection::Fragment(Fragment { name, on: on.to_owned(), directives, selections: vec![selection] })
    }

    fn directives(&mut self) -> Vec<Directive> {
        if !chance(self.rng, 8) {
            return Vec::new();
        }
        let value = Input::Json(self.rng.bool().into());
        let condition = match self.rng.u8(0..4) {
            0 => value,
            _ => self.variable(value, &Type::named("Boolean"), Need::Value),
        };
        vec![Directive { name: if self.rng.bool() { "skip" } else { "include" }, condition }]
    }
}
