//! Schema data → model: the tables of a schema with their relations resolved, names found by hash, and page
//! sizes settled. Everything later refers to tables by [`TableId`].

mod abstract_type;
mod sql;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use onefold_schema::{
    ColumnDef, Locality, Placement, RelationDef, RelationKind, ScalarType, SchemaDef, TableDef, TableKind,
    locality,
};

use crate::config::{Config, Dialect};
use crate::cursor;
use sql::{functions, words};

pub use sql::{Function, has_subquery};

pub use abstract_type::{AbstractType, AbstractTypeId};

/// The position of a table in [`Model::tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub usize);

/// The tables of one schema.
#[derive(Debug)]
pub struct Model {
    /// The const data that this was made from.
    pub schema: &'static SchemaDef,
    /// What the database is.
    pub dialect: Dialect,
    /// How many steps a recursive relation is followed at most.
    pub max_recursion: u32,
    tables: Vec<Table>,
    /// By what their global ids begin with.
    nodes: HashMap<u32, TableId>,
    names: HashMap<&'static str, TableId>,
    abstract_types: Vec<AbstractType>,
    /// In the order of [`SchemaDef::functions`].
    functions: Vec<Function>,
    roots: HashMap<&'static str, RootField>,
}

/// A table with its relations resolved.
#[derive(Debug)]
pub struct Table {
    /// The const data.
    pub def: &'static TableDef,
    /// In the order of [`TableDef::relations`].
    pub relations: Vec<Relation>,
    /// In the order of [`TableDef::functions`].
    pub functions: Vec<Function>,
    /// The column that carries the slot of its row. None with Citus, which has slots of its own.
    pub slot_in: Option<usize>,
    /// Rows in a list that asks for no `limit`.
    pub default_limit: u32,
    /// The largest `limit` that a list may ask for.
    pub max_limit: u32,
    /// What the global ids of its rows say.
    pub node: Node,
    /// The words of expressions of computed fields that read rows themselves: a table must not be called by one of them
    /// in a statement, or the expression could mean its own.
    pub words: HashSet<String>,
    fields: HashMap<&'static str, TableField>,
}

/// What the global ids of a table's rows say.
#[derive(Debug)]
pub struct Node {
    /// Tells its ids from those of other tables.
    pub fingerprint: u32,
    /// The columns whose values an id has: the key, and what says the shard of the row if the key does not.
    pub columns: Vec<usize>,
}

/// A relation with its target resolved.
#[derive(Debug)]
pub struct Relation {
    /// The const data.
    pub def: &'static RelationDef,
    /// The table that it leads to.
    pub target: TableId,
    /// The table in between, for [`RelationKind::Through`].
    pub join: Option<TableId>,
    /// Whether its rows are on the shard of the row that it comes from.
    pub locality: Locality,
    /// Whether it has a connection beside its list: it leads to many rows, all of which are on the shard of the row that it
    /// comes from, whose key clients may see, and no other field has the name.
    pub has_connection: bool,
    /// Whether it has an aggregate of its rows beside its list: it leads to many rows, all of which are on the shard of the row
    /// that it comes from, and no other field has the name.
    pub has_aggregate: bool,
}

/// What a field of a table's object type is. The positions are those of [`TableDef`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableField {
    /// A column.
    Column(usize),
    /// A relation.
    Relation(usize),
    /// The connection of a relation to many.
    Connection(usize),
    /// A list that a function answers, or the connection of one.
    Function {
        /// The function.
        function: usize,
        /// Whether it is the connection.
        connection: bool,
    },
    /// The aggregate of the rows of a relation to many.
    Aggregate(usize),
    /// The global id.
    NodeId,
    /// How many steps of a recursive relation lead to the row.
    Depth,
}

/// What a field of `Query` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootField {
    /// One row by its key.
    ByKey(TableId),
    /// A list of rows.
    List(TableId),
    /// A connection of rows.
    Connection(TableId),
    /// A list that a function answers, or the connection of one.
    Function {
        /// The function.
        function: usize,
        /// Whether it is the connection.
        connection: bool,
    },
    /// An aggregate of rows.
    Aggregate(TableId),
    /// A row of any table by its global id.
    Node,
    /// Rows of any tables by their global ids.
    Nodes,
    /// Rows of all tables of an interface or a union.
    Members(AbstractTypeId),
}

/// What follows the name of a list in the name of its connection.
pub const CONNECTION: &str = "Connection";

/// What follows the name of a list in the name of the aggregate of its rows.
pub const AGGREGATE: &str = "Aggregate";

/// The fields of aggregates that are no columns. A column with such a name is called by it and an underscore there.
const AGGREGATE_FIELDS: [&str; 3] = ["key", "count", "countUpTo"];

/// What follows the name of a table in the name of the enum of its columns.
pub const COLUMN: &str = "Column";

/// The field of `Query` that finds a row by its global id.
pub const NODE: &str = "node";

/// The field of `Query` that finds rows by their global ids.
pub const NODES: &str = "nodes";

/// The interface of all tables that have global ids.
pub const NODE_INTERFACE: &str = "Node";

/// The field that says how many steps of a recursive relation lead to a row.
pub const DEPTH: &str = "depth";

/// The field with the global id.
pub const NODE_ID: &str = "nodeId";

/// A mistake in a schema or in its settings that no constant could find.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A relation leads out of the schema; `#[derive(Schema)]` refuses that already.
    #[error("relation `{table}.{relation}` leads to `{target}`, which is not a table of schema `{schema}`")]
    UnknownTarget {
        /// The table that has the relation.
        table: &'static str,
        /// The relation.
        relation: &'static str,
        /// What it leads to.
        target: &'static str,
        /// The schema.
        schema: &'static str,
    },
    /// A setting names a table that is not there.
    #[error("setting `tables.{0}` names no table of the schema")]
    UnknownTable(String),
    /// A table is on a shard that the settings do not have.
    #[error("table `{table}` is on the shard `{shard}`, which is not there (setting `shards.{shard}`)")]
    UnknownShard {
        /// The table.
        table: &'static str,
        /// The name in its attribute.
        shard: &'static str,
    },
    /// The page sizes contradict each other.
    #[error("table `{table}`: `default_limit` {default_limit} is above `max_limit` {max_limit}")]
    PageSizes {
        /// The table.
        table: &'static str,
        /// Its default page.
        default_limit: u32,
        /// Its largest page.
        max_limit: u32,
    },
    /// Global ids would not say which of two tables a row is of. Their names happen to have one hash.
    #[error(
        "the tables `{first}` and `{second}` would have the same global ids; rename one by `#[table(graphql = \"…\")]`"
    )]
    SameIds {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

impl Model {
    /// Resolves a schema.
    ///
    /// # Errors
    /// All mistakes.
    pub fn new(schema: &'static SchemaDef, config: &Config) -> Result<Model, Vec<Error>> {
        let mut errors = Vec::new();
        let ids: HashMap<&str, TableId> =
            schema.tables.iter().enumerate().map(|(i, table)| (table.name, TableId(i))).collect();
        for name in config.tables.keys() {
            if !ids.contains_key(name.as_str()) {
                errors.push(Error::UnknownTable(name.clone()));
            }
        }
        let tables = schema
            .tables
            .iter()
            .map(|def| Table::new(schema, def, &ids, config, &mut errors))
            .collect::<Vec<_>>();
        let mut roots = HashMap::new();
        for (i, table) in tables.iter().enumerate().filter(|(_, table)| table.has_roots()) {
            roots.insert(table.def.singular, RootField::ByKey(TableId(i)));
            roots.insert(table.def.plural, RootField::List(TableId(i)));
        }
        let abstract_types: Vec<_> =
            schema.abstract_types.iter().map(|def| AbstractType::new(def, &ids, &tables)).collect();
        for (i, of) in abstract_types.iter().enumerate() {
            roots.insert(of.def.plural, RootField::Members(AbstractTypeId(i)));
        }
        for (function, def) in schema.functions.iter().enumerate() {
            roots.insert(def.name, RootField::Function { function, connection: false });
        }
        let is_taken = |name: &str| roots.contains_key(name);
        let functions = functions(schema, schema.name, schema.functions, &ids, is_taken, &mut errors);
        let mut nodes = HashMap::new();
        let is_node = |of: &AbstractType| of.def.name == NODE_INTERFACE;
        if has_node_ids(&tables, &roots) && !abstract_types.iter().any(is_node) {
            roots.insert(NODE, RootField::Node);
            // The name may be that of another field.
            roots.entry(NODES).or_insert(RootField::Nodes);
            for (i, table) in tables.iter().enumerate().filter(|(_, table)| table.has_ids()) {
                if let Some(TableId(first)) = nodes.insert(table.node.fingerprint, TableId(i)) {
                    errors.push(Error::SameIds { first: tables[first].def.name, second: table.def.name });
                }
            }
        }
        if errors.is_empty() {
            let (dialect, max_recursion) = (config.database.dialect, config.limits.max_recursion);
            let names = ids;
            Ok(Model {
                schema,
                dialect,
                max_recursion,
                tables,
                nodes,
                names,
                abstract_types,
                functions,
                roots,
            })
        } else {
            Err(errors)
        }
    }

    /// The tables with their positions, in the order of the schema.
    pub fn tables(&self) -> impl Iterator<Item = (TableId, &Table)> {
        self.tables.iter().enumerate().map(|(i, table)| (TableId(i), table))
    }

    /// Whether rows have global ids. They have none where a name that this takes is one of the schema's own.
    pub fn has_node_ids(&self) -> bool {
        self.root(NODE) == Some(RootField::Node)
    }

    /// Whether rows can be found by a list of global ids.
    pub fn has_nodes(&self) -> bool {
        self.root(NODES) == Some(RootField::Nodes)
    }

    /// The table that the global ids with a fingerprint are those of.
    pub fn node_table(&self, fingerprint: u32) -> Option<TableId> {
        self.nodes.get(&fingerprint).copied()
    }

    /// Whether the rows of a table have global ids.
    pub fn has_node_id(&self, id: TableId) -> bool {
        self.has_node_ids() && self.table(id).has_ids()
    }

    /// The interfaces and unions, in the order of the schema.
    pub fn abstract_types(&self) -> impl Iterator<Item = &AbstractType> {
        self.abstract_types.iter()
    }

    /// The interface or union at a position.
    pub fn abstract_type(&self, id: AbstractTypeId) -> &AbstractType {
        &self.abstract_types[id.0]
    }

    /// Whether an object of a type is one of another type, which a fragment names: the same, or an interface or a union that
    /// has it.
    ///
    /// <https://spec.graphql.org/draft/#DoesFragmentTypeApply()>
    pub fn is_a(&self, ty: &str, condition: &str) -> bool {
        let has = |table: TableId| {
            let is_node = condition == NODE_INTERFACE && self.has_node_id(table);
            let mut others = self.abstract_types.iter().filter(|of| of.def.name == condition);
            is_node || others.any(|of| of.tables.contains(&table))
        };
        ty == condition || self.names.get(ty).is_some_and(|&table| has(table))
    }

    /// The table at a position.
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.0]
    }

    /// The table at the end of a path of relations.
    pub fn end<'a>(&'a self, table: &'a Table, path: &[usize]) -> &'a Table {
        path.iter().fold(table, |table, &relation| self.table(table.relations[relation].target))
    }

    /// A function of the root.
    pub fn function(&self, index: usize) -> &Function {
        &self.functions[index]
    }

    /// Whether Citus distributes the statements.
    pub fn is_citus(&self) -> bool {
        self.dialect == Dialect::Citus
    }

    /// Whether a join table has each pair of its rows once; so it is where there is none.
    pub fn is_join_unique(&self, relation: &Relation) -> bool {
        let (RelationKind::Through { join_from, join_to, .. }, Some(join)) =
            (&relation.def.kind, relation.join)
        else {
            return true;
        };
        self.table(join).def.key.iter().all(|column| join_from.contains(column) || join_to.contains(column))
    }

    /// Whether `Query` has a connection of a table's rows: clients may see their key, and no other field has the name.
    pub fn has_connection(&self, id: TableId) -> bool {
        let name = format!("{}{CONNECTION}", self.table(id).def.plural);
        self.root(&name) == Some(RootField::Connection(id))
    }

    /// Whether `Query` has an aggregate of a table's rows: no other field has the name.
    pub fn has_aggregate(&self, id: TableId) -> bool {
        let name = format!("{}{AGGREGATE}", self.table(id).def.plural);
        self.root(&name) == Some(RootField::Aggregate(id))
    }

    /// What the field of `Query` called `name` is.
    pub fn root(&self, name: &str) -> Option<RootField> {
        let list = || match self.roots.get(name.strip_suffix(CONNECTION)?)? {
            RootField::List(table) if self.table(*table).has_visible_key() => {
                Some(RootField::Connection(*table))
            }
            RootField::Function { function, .. } if self.function(*function).has_connection => {
                Some(RootField::Function { function: *function, connection: true })
            }
            _ => None,
        };
        let aggregate = || match self.roots.get(name.strip_suffix(AGGREGATE)?)? {
            RootField::List(table) => Some(RootField::Aggregate(*table)),
            _ => None,
        };
        self.roots.get(name).copied().or_else(list).or_else(aggregate)
    }
}

/// Whether a field of a table has a name: a column that clients see, a relation or a function.
fn has_field(def: &TableDef, name: &str) -> bool {
    def.columns.iter().any(|column| !column.hidden && column.name == name)
        || def.relations.iter().any(|relation| relation.name == name)
        || def.functions.iter().any(|function| function.name == name)
}

fn has_visible_key(def: &TableDef) -> bool {
    def.key.iter().all(|&column| !def.columns[column].hidden)
}

/// The table that a field of `owner` leads to.
fn resolve(
    schema: &SchemaDef,
    owner: &'static str,
    relation: &'static str,
    target: &'static str,
    ids: &HashMap<&str, TableId>,
    errors: &mut Vec<Error>,
) -> TableId {
    ids.get(target).copied().unwrap_or_else(|| {
        errors.push(Error::UnknownTarget { table: owner, relation, target, schema: schema.name });
        TableId(0)
    })
}

/// Whether the names that global ids take are free.
fn has_node_ids(tables: &[Table], roots: &HashMap<&'static str, RootField>) -> bool {
    let is_type = |table: &Table| {
        let mut own = table.def.scalars().filter_map(ScalarType::own_name);
        table.def.name == NODE_INTERFACE || own.any(|name| name == NODE_INTERFACE)
    };
    !roots.contains_key(NODE)
        && !tables.iter().any(|table| table.fields.contains_key(NODE_ID) || is_type(table))
}

impl Node {
    fn new(def: &TableDef, slot_in: Option<usize>) -> Node {
        let mut columns = def.key.to_vec();
        let shard_key = def.placement.shard_key().map(|shard_key| shard_key.column);
        if let Some(column) = shard_key
            && !columns.contains(&column)
            && !slot_in.is_some_and(|slot_in| columns.contains(&slot_in))
        {
            columns.push(column);
        }
        let names: Vec<_> = columns.iter().map(|&column| def.columns[column].name).collect();
        let fingerprint = cursor::fingerprint(&format!("{} with {}", def.name, names.join(", ")));
        Node { fingerprint, columns }
    }
}

impl Table {
    fn new(
        schema: &'static SchemaDef,
        def: &'static TableDef,
        ids: &HashMap<&str, TableId>,
        config: &Config,
        errors: &mut Vec<Error>,
    ) -> Table {
        let mut fields = HashMap::new();
        for (i, column) in def.columns.iter().enumerate().filter(|(_, column)| !column.hidden) {
            fields.insert(column.name, TableField::Column(i));
        }
        let mut relations = Vec::with_capacity(def.relations.len());
        for (i, relation) in def.relations.iter().enumerate() {
            fields.insert(relation.name, TableField::Relation(i));
            let mut resolve =
                |target: &'static str| resolve(schema, def.name, relation.name, target, ids, errors);
            let target = resolve(relation.target);
            let join = match relation.kind {
                RelationKind::Through { join, .. } => Some(resolve(join)),
                RelationKind::One { .. } | RelationKind::Many { .. } | RelationKind::Recursive { .. } => None,
            };
            let def_of = |id: TableId| schema.tables[id.0];
            let locality = locality(def, &relation.kind, def_of(target), join.map(def_of));
            let is_list = matches!(relation.kind, RelationKind::Many { .. } | RelationKind::Through { .. })
                && locality == Locality::Local;
            let is_free = |suffix: &str| !has_field(def, &format!("{}{suffix}", relation.name));
            let has_connection = is_list && has_visible_key(def_of(target)) && is_free(CONNECTION);
            let has_aggregate = is_list && is_free(AGGREGATE);
            relations.push(Relation { def: relation, target, join, locality, has_connection, has_aggregate });
        }
        if let Placement::Shard(shard) = def.placement
            && !config.shards.is_empty()
            && !config.shards.contains_key(shard)
        {
            errors.push(Error::UnknownShard { table: def.name, shard });
        }
        let set = config.tables.get(def.name);
        let max_limit =
            set.and_then(|set| set.max_limit).or(def.max_limit).unwrap_or(config.limits.max_limit);
        let default_limit = set.and_then(|set| set.default_limit).or(def.default_limit);
        if let Some(default_limit) = default_limit.filter(|default_limit| *default_limit > max_limit) {
            errors.push(Error::PageSizes { table: def.name, default_limit, max_limit });
        }
        // The configuration's default is for all tables, so one with smaller pages takes its own largest.
        let default_limit = default_limit.unwrap_or(config.limits.default_limit.min(max_limit));
        let slot_in = match config.database.dialect {
            Dialect::Postgres => def.placement.shard_key().and_then(|key| key.slot_in),
            Dialect::Citus => None,
        };
        let node = Node::new(def, slot_in);
        for (function, def) in def.functions.iter().enumerate() {
            fields.insert(def.name, TableField::Function { function, connection: false });
        }
        let is_taken = |name: &str| has_field(def, name);
        let functions = functions(schema, def.name, def.functions, ids, is_taken, errors);
        let words = words(def);
        Table { def, relations, functions, slot_in, default_limit, max_limit, node, words, fields }
    }

    /// What the field of the table's object type called `name` is.
    pub fn field(&self, name: &str) -> Option<TableField> {
        let list = || match self.fields.get(name.strip_suffix(CONNECTION)?)? {
            TableField::Relation(index) if self.relations[*index].has_connection => {
                Some(TableField::Connection(*index))
            }
            TableField::Function { function, .. } if self.functions[*function].has_connection => {
                Some(TableField::Function { function: *function, connection: true })
            }
            _ => None,
        };
        let aggregate = || match self.fields.get(name.strip_suffix(AGGREGATE)?)? {
            TableField::Relation(index) if self.relations[*index].has_aggregate => {
                Some(TableField::Aggregate(*index))
            }
            _ => None,
        };
        let node_id = || (name == NODE_ID && self.has_ids()).then_some(TableField::NodeId);
        let depth = || (name == DEPTH && self.has_recursion()).then_some(TableField::Depth);
        self.fields.get(name).copied().or_else(list).or_else(aggregate).or_else(node_id).or_else(depth)
    }

    /// What a column is called where values of rows are aggregated; nothing when another column has that name.
    pub fn aggregated_name(&self, column: usize) -> Option<Cow<'static, str>> {
        let name = self.column(column).name;
        if !AGGREGATE_FIELDS.contains(&name) {
            return Some(name.into());
        }
        let renamed = format!("{name}_");
        (!has_field(self.def, &renamed)).then(|| renamed.into())
    }

    /// The column that is called `name` where values of rows are aggregated.
    pub fn aggregated(&self, name: &str) -> Option<usize> {
        let renamed = name.strip_suffix('_').filter(|name| AGGREGATE_FIELDS.contains(name));
        let own = || (!AGGREGATE_FIELDS.contains(&name)).then(|| self.fields.get(name)).flatten();
        match own().or_else(|| self.fields.get(renamed?))? {
            TableField::Column(column) => Some(*column),
            _ => None,
        }
    }

    /// Whether a recursive relation leads to its rows.
    fn has_recursion(&self) -> bool {
        let mut relations = self.relations.iter();
        relations.any(|relation| matches!(relation.def.kind, RelationKind::Recursive { .. }))
    }

    /// Whether there is something to select its rows from, so that `Query` has fields for them.
    pub fn has_roots(&self) -> bool {
        self.def.kind != TableKind::Function
    }

    /// Whether its rows have global ids: they are found by their key, which clients may see.
    pub fn has_ids(&self) -> bool {
        self.has_roots() && self.has_visible_key()
    }

    /// Whether clients may see the key of a row. Cursors and global ids have it in them, so otherwise there are none.
    pub fn has_visible_key(&self) -> bool {
        has_visible_key(self.def)
    }

    /// The column at a position.
    pub fn column(&self, index: usize) -> &'static ColumnDef {
        &self.def.columns[index]
    }
}
