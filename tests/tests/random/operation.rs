//! Random operations over a schema: roots by key and lists, relations of all kinds below them, fragments, conditions.

use fastrand::Rng;
use onefold::schema::{Placement, RelationKind, TableDef};

use super::arguments::{Need, Type};
use super::document::{Directive, Field, Fragment, Input, Operation, Selection, Variable};
use super::schema::World;
use super::values::{chance, one_of};

/// How deep fields are nested.
const DEPTH: usize = 5;

/// What else operations are made of than lists and rows by key: connections, global ids and fields that are merged, which
/// are read from one database.
#[derive(Debug, Default)]
pub struct Known {
    /// Cursors: of a table, in an order, as `orderBy` has it.
    pub cursors: Vec<(usize, Input, String)>,
    /// Global ids.
    pub ids: Vec<String>,
}

/// Makes one operation.
pub struct Generator<'a> {
    pub rng: &'a mut Rng,
    pub world: &'a World,
    pub known: Option<&'a Known>,
    pub variables: Vec<Variable>,
    /// How many selections there may still be.
    selections: usize,
    /// How many names have been made, each to be different from the others.
    names: usize,
}

/// A random operation.
pub fn operation(rng: &mut Rng, world: &World, known: Option<&Known>) -> Operation {
    let selections = rng.usize(2..30);
    let mut generator = Generator { rng, world, known, variables: Vec::new(), selections, names: 0 };
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

/// The operation that selects just a random connection without a page: a root field, or one of a row by one of some ids,
/// each of a table. It selects the ids of its rows and what is known of the page.
pub fn connection(rng: &mut Rng, world: &World, ids: &[(usize, &str)]) -> Operation {
    let mut generator = Generator { rng, world, known: None, variables: Vec::new(), selections: 0, names: 0 };
    let tables = world.schema.tables;
    let number = generator.rng.usize(0..tables.len());
    let table = tables[number];
    let ids: Vec<_> = ids.iter().filter(|(other, _)| *other == number).map(|(_, id)| *id).collect();
    let lists: Vec<_> =
        table.relations.iter().filter(|it| !matches!(it.kind, RelationKind::One { .. })).collect();
    let within = if ids.is_empty() || lists.is_empty() || chance(generator.rng, 40) {
        None
    } else {
        Some((*one_of(generator.rng, &lists), *one_of(generator.rng, &ids)))
    };
    let (list, target) = match within {
        Some((relation, _)) => (relation.name, world.table(relation.target)),
        None => (table.plural, number),
    };
    let mut arguments = generator.page(target, 1);
    arguments.retain(|(name, _)| name == "where" || name == "orderBy");
    let field = |name: &str, arguments, selections| {
        let directives = Vec::new();
        Selection::Field(Field { alias: None, name: name.to_owned(), arguments, directives, selections })
    };
    let edge = vec![plain("cursor", None), field("node", Vec::new(), vec![plain("nodeId", None)])];
    let info = ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"];
    let info = info.into_iter().map(|name| plain(name, None)).collect();
    let selections = vec![field("edges", Vec::new(), edge), field("pageInfo", Vec::new(), info)];
    let connection = field(&format!("{list}Connection"), arguments, selections);
    let root = match within {
        Some((_, id)) => {
            let on = table.name.to_owned();
            let of_table = Fragment { name: None, on, directives: Vec::new(), selections: vec![connection] };
            let id = ("id".to_owned(), Input::Json(id.into()));
            field("node", vec![id], vec![Selection::Fragment(of_table)])
        }
        None => connection,
    };
    Operation { scatter: false, variables: generator.variables, roots: vec![root] }
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
        if let Some(known) = self.known {
            match self.rng.u8(0..10) {
                0..4 => {
                    let selections = self.connection(table.plural, number, 1);
                    return (selections, true);
                }
                4 if !known.ids.is_empty() => return (self.node(known), true),
                5 => return (self.aggregate(table.plural, number), true),
                _ => {}
            }
        }
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
        if self.known.is_some() && chance(self.rng, 8) {
            let id = plain("nodeId", None);
            let fragment =
                |selections| Fragment { name: None, on: "Node".into(), directives: Vec::new(), selections };
            selections.push(if self.rng.bool() { id } else { Selection::Fragment(fragment(vec![id])) });
        }
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
            selections.push(plain("__typename", None));
        }
        self.selections = self.selections.saturating_sub(selections.len());
        let relations = if depth == DEPTH || table.relations.is_empty() { 0 } else { self.rng.usize(0..4) };
        for _ in 0..relations {
            if self.selections == 0 {
                break;
            }
            let relation = one_of(self.rng, table.relations);
            let target = self.world.table(relation.target);
            let is_list = !matches!(relation.kind, RelationKind::One { .. });
            if self.known.is_some() && is_list && chance(self.rng, 35) {
                let connection = self.connection(relation.name, target, depth + 1);
                self.push_with_twin(table.name, connection, &mut selections, |this| {
                    this.of_connection(target, depth + 1)
                });
                continue;
            }
            if self.known.is_some() && is_list && chance(self.rng, 15) {
                let aggregate = self.aggregate(relation.name, target);
                selections.push(self.perhaps_in_fragment(table.name, aggregate));
                continue;
            }
            let arguments = match relation.kind {
                RelationKind::One { .. } => Vec::new(),
                _ => {
                    let filter = chance(self.rng, 20).then(|| self.filter(target, 1));
                    self.list(target, filter, depth + 1)
                }
            };
            let field = self.field(relation.name, arguments, target, depth + 1);
            self.push_with_twin(table.name, field, &mut selections, |this| this.object(target, depth + 1));
        }
        self.rng.shuffle(&mut selections);
        selections
    }

    /// Adds a selection, and sometimes the same field with other ones within, which are merged with its own, or the same
    /// fragment again.
    fn push_with_twin(
        &mut self,
        on: &str,
        selection: Selection,
        selections: &mut Vec<Selection>,
        within: impl FnOnce(&mut Self) -> Vec<Selection>,
    ) {
        let twin = match &selection {
            Selection::Field(field) if self.known.is_some() && chance(self.rng, 12) => {
                let twin = Field { directives: self.directives(), selections: within(self), ..field.clone() };
                Some(self.perhaps_in_fragment(on, Selection::Field(twin)))
            }
            _ => None,
        };
        let selection = self.perhaps_in_fragment(on, selection);
        if let Selection::Fragment(fragment @ Fragment { name: Some(_), .. }) = &selection
            && self.known.is_some()
            && chance(self.rng, 30)
        {
            selections
                .push(Selection::Fragment(Fragment { directives: self.directives(), ..fragment.clone() }));
        }
        selections.push(selection);
        selections.extend(twin);
    }

    /// The connection beside a list.
    fn connection(&mut self, list: &str, table: usize, depth: usize) -> Selection {
        let arguments = self.page(table, depth);
        let (alias, directives) = (Some(self.name("x")), self.directives());
        let selections = self.of_connection(table, depth);
        Selection::Field(Field {
            alias,
            name: format!("{list}Connection"),
            arguments,
            directives,
            selections,
        })
    }

    fn of_connection(&mut self, table: usize, depth: usize) -> Vec<Selection> {
        let name = self.world.schema.tables[table].name;
        let mut selections = Vec::new();
        for _ in 0..self.rng.usize(1..4) {
            let alias = if chance(self.rng, 15) { Some(self.name("x")) } else { None };
            let (field, within) = match self.rng.u8(0..10) {
                0..4 => ("edges", self.of_edge(table, depth)),
                4 | 5 => ("nodes", self.object(table, depth)),
                6 | 7 => ("pageInfo", self.of_page_info()),
                8 => ("totalCount", Vec::new()),
                _ => ("__typename", Vec::new()),
            };
            let directives = self.directives();
            let field =
                Field { alias, name: field.into(), arguments: Vec::new(), directives, selections: within };
            selections.push(self.perhaps_in_fragment(&format!("{name}Connection"), Selection::Field(field)));
        }
        selections
    }

    fn of_edge(&mut self, table: usize, depth: usize) -> Vec<Selection> {
        let name = self.world.schema.tables[table].name;
        let mut selections = vec![plain("cursor", None)];
        if chance(self.rng, 80) {
            let selections_of_node = self.object(table, depth);
            let directives = self.directives();
            let node = Field {
                alias: None,
                name: "node".into(),
                arguments: Vec::new(),
                directives,
                selections: selections_of_node,
            };
            selections.push(self.perhaps_in_fragment(&format!("{name}Edge"), Selection::Field(node)));
        }
        if chance(self.rng, 10) {
            selections.push(plain("__typename", None));
        }
        self.rng.shuffle(&mut selections);
        selections
    }

    fn of_page_info(&mut self) -> Vec<Selection> {
        let fields = ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor", "__typename"];
        let mut chosen: Vec<_> = fields.into_iter().filter(|_| chance(self.rng, 50)).collect();
        if chosen.is_empty() {
            chosen.push("hasNextPage");
        }
        chosen
            .into_iter()
            .map(|field| {
                let alias = if chance(self.rng, 15) { Some(self.name("x")) } else { None };
                let field = plain(field, alias);
                self.perhaps_in_fragment("PageInfo", field)
            })
            .collect()
    }

    /// A row by its global id.
    fn node(&mut self, known: &Known) -> Selection {
        let id = Input::Json(one_of(self.rng, &known.ids).as_str().into());
        let id = self.perhaps_variable(id, &Type::named("ID"), Need::Value);
        let (alias, directives) = (Some(self.name("x")), self.directives());
        let mut selections = vec![plain("__typename", None), plain("nodeId", None)];
        for _ in 0..self.rng.usize(1..4) {
            let table = self.rng.usize(0..self.world.schema.tables.len());
            let mut within = self.object(table, 1);
            // Columns of one name can be of several types.
            self.rename_columns(&mut within);
            selections.push(Selection::Fragment(Fragment {
                name: if chance(self.rng, 50) { Some(self.name("F")) } else { None },
                on: self.world.schema.tables[table].name.to_owned(),
                directives: self.directives(),
                selections: within,
            }));
        }
        self.rng.shuffle(&mut selections);
        let arguments = vec![("id".to_owned(), id)];
        Selection::Field(Field { alias, name: "node".into(), arguments, directives, selections })
    }

    /// Gives all columns names of their own.
    fn rename_columns(&mut self, selections: &mut [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) if field.alias.is_none() && !is_of_all_tables(&field.name) => {
                    field.alias = Some(self.name("x"));
                }
                Selection::Field(_) => {}
                Selection::Fragment(fragment) => self.rename_columns(&mut fragment.selections),
            }
        }
    }

    fn perhaps_in_fragment(&mut self, on: &str, selection: Selection) -> Selection {
        if !chance(self.rng, 8) {
            return selection;
        }
        let name = if chance(self.rng, 50) { Some(self.name("F")) } else { None };
        let directives = self.directives();
        Selection::Fragment(Fragment { name, on: on.to_owned(), directives, selections: vec![selection] })
    }

    /// Seldom a condition.
    pub fn directives(&mut self) -> Vec<Directive> {
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

/// A field without arguments, directives and selections.
pub fn plain(name: &str, alias: Option<String>) -> Selection {
    Selection::Field(Field {
        alias,
        name: name.to_owned(),
        arguments: Vec::new(),
        directives: Vec::new(),
        selections: Vec::new(),
    })
}

fn is_of_all_tables(field: &str) -> bool {
    field == "__typename" || field == "nodeId"
}
