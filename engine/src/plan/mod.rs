//! Operation → plan: a tree of selections over tables, with every output value at a fixed cell.
//!
//! Nothing here can fail. The plan says what is read, `sql` how; the [`shape`] says what is written from it.

mod aggregate;
mod connection;
mod lower;
mod print;
pub mod shape;
mod variants;

pub use aggregate::{Aggregate, AggregateCell};
pub use connection::{Connection, ConnectionCell};
pub use lower::lower;
pub(crate) use print::operand_text;
pub use print::print;

use onefold_schema::ScalarType;

use crate::model::{Model, TableId};
use crate::operation::{Call, Condition, Filter, Limit, Operand, Order};
use crate::wire::CellType;
use shape::{ConditionId, Shape, Variant};

/// What an operation reads and what is written from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What the statement reads; without it there is none.
    pub root: Option<Root>,
    /// What `@skip` and `@include` depend on; referred to by [`ConditionId`].
    pub conditions: Vec<Condition>,
    /// Response keys of introspection fields, referred to by [`shape::Value::External`].
    pub introspection: Vec<String>,
    /// Whether the operation allows to ask all shards.
    pub may_scatter: bool,
    /// What is written.
    pub shape: Shape,
}

/// What the one statement of an operation reads.
#[derive(Debug, Clone, PartialEq)]
pub enum Root {
    /// A single list or aggregate: each row of the result is one of its rows, or what is computed of a group of them.
    Rows(Select),
    /// A single object by key: the result has one row, or none.
    Row(Select),
    /// Several fields, or one that is a single value or under a condition: the result is one row with a cell for each.
    Cells(Vec<Nested>),
}

/// Rows of one table, with what is joined to them.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The response key, from which the alias comes.
    pub key: String,
    /// The table.
    pub table: TableId,
    /// Where its rows come from.
    pub source: Source,
    /// Which rows.
    pub filter: Filter,
    /// In which order; ends with the key, so that it is total, unless it ends with a distance. Empty for a row by key.
    pub order: Vec<Order>,
    /// How many rows; all, without one.
    pub limit: Option<Limit>,
    /// How many rows to pass over first.
    pub offset: Option<Operand>,
    /// Columns by whose values rows are alike: of those that are, the first is read. The order begins with them.
    pub distinct_on: Vec<usize>,
    /// Whether the rows of several shards are merged to it. Then each shard reads from the first row, texts are ordered by
    /// their bytes, and the rows that are passed over are left out afterwards.
    pub merged: bool,
    /// Whether the limit comes after what is joined and nested, and not in a page before it. Citus reads a page by itself,
    /// and refuses what is nested in its rows then.
    pub limit_last: bool,
    /// Whether its rows are read at once for all rows of the enclosing selection, and grouped by them, instead of anew for
    /// each. So it is where an index is missing, and then for the lists around that too.
    pub grouped: bool,
    /// How the rows are reached, where a recursive relation leads to them.
    pub recursion: Option<Recursion>,
    /// Relations to one whose columns stand in the same record.
    pub joins: Vec<Join>,
    /// The cells of each record.
    pub cells: Vec<Cell>,
    /// What stands around the rows, where they are those of a connection. Then a [`Nested`] is one record, with its cells.
    pub connection: Option<Box<Connection>>,
    /// What is computed of the rows, and answered in their place. Then a record is that of a group, and the order, the limit
    /// and the offset are those of groups.
    pub aggregate: Option<Box<Aggregate>>,
    /// The selections of the rows of several tables, of which the list is made; empty where all rows are of one. The first
    /// cell of each is its [`Cell::Variant`]. Then this one has no cells itself, and its table is that of the first, as is its
    /// order: that of each begins with so many terms, by which all rows are ordered.
    pub variants: Vec<Select>,
}

/// Where the rows of a selection come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The whole table.
    Table,
    /// The row with this key.
    Key(Vec<Operand>),
    /// The rows with global ids, each as often and where its id stands in a list.
    Ids {
        /// For each column of the table's ids, the values of those that are of it.
        columns: Vec<Operand>,
        /// The places that these have among all ids, from 1.
        places: Operand,
    },
    /// The rows that are related to a row of the enclosing selection.
    Relation {
        /// The enclosing selection's table, or one joined to it.
        of: TableRef,
        /// The table of `of`.
        table: TableId,
        /// The relation of that table.
        relation: usize,
    },
    /// The rows that a function returns.
    Function {
        /// The table of the enclosing selection whose columns it is given; `None` at the root.
        of: Option<TableRef>,
        /// The call.
        call: Call,
    },
    /// The rows that are related to many rows which other shards have read: for each of them by what it is related by.
    Request {
        /// The table of those rows.
        table: TableId,
        /// The relation of that table.
        relation: usize,
    },
}

/// A table of a selection: its own, or one of its joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableRef {
    /// The selection's own table.
    Own,
    /// A position in [`Select::joins`].
    Join(usize),
}

/// A relation to one, joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The table that has the relation.
    pub of: TableRef,
    /// The table of `of`.
    pub parent: TableId,
    /// The relation of that table.
    pub relation: usize,
    /// The table that it leads to.
    pub table: TableId,
    /// When it is read at all.
    pub when: Option<ConditionId>,
}

/// How a recursive relation is followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Recursion {
    /// How many steps.
    pub max_depth: Operand,
    /// Whether the order begins with the number of steps that lead to a row.
    pub nearest_first: bool,
}

/// One cell of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A column.
    Column {
        /// Of which table.
        of: TableRef,
        /// Which column.
        column: usize,
    },
    /// A computed field with arguments.
    Computed {
        /// Of which table.
        of: TableRef,
        /// Which field: a position among the columns.
        column: usize,
        /// The values of its arguments.
        arguments: Vec<Operand>,
    },
    /// The records of another selection in one value.
    Nested(Nested),
    /// The records of a selection whose rows other shards have. What is read is the columns that relate them, as a
    /// record; the records come in its place later.
    Remote(Nested),
    /// A column of the order, which may be one of another table: its position in [`Select::order`].
    Order(usize),
    /// Which of several types the record is of: always the first cell.
    Variant(Variant),
    /// How many steps of a recursive relation lead to the row, an `int4`.
    Depth,
    /// The place of a value among those of its enum, of a column of the order: its position in [`Select::order`].
    EnumPlace(usize),
}

/// A selection whose records stand in one cell: one record for a row by key, or a list of them; null when there is
/// none.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// The rows.
    pub select: Box<Select>,
    /// When they are read at all.
    pub when: Option<ConditionId>,
}

impl Root {
    /// What the columns of the statement's result are.
    pub fn columns(&self, model: &Model) -> Vec<CellType> {
        match self {
            Root::Cells(cells) => vec![CellType::Records; cells.len()],
            Root::Rows(Select { aggregate: Some(aggregate), table, .. }) => {
                let cells = aggregate.cells.iter();
                cells.map(|cell| cell.ty(model, model.table(*table), &aggregate.groups)).collect()
            }
            Root::Rows(select) | Root::Row(select) => {
                let ty = |cell: &Cell| match cell {
                    Cell::Column { of, column } | Cell::Computed { of, column, .. } => {
                        CellType::Scalar(model.table(select.table_of(*of)).column(*column).scalar)
                    }
                    Cell::Nested(_) | Cell::Remote(_) => CellType::Records,
                    Cell::Order(term) => CellType::Scalar(select.order[*term].scalar(model, select.table)),
                    Cell::EnumPlace(_) | Cell::Variant(_) | Cell::Depth => CellType::Scalar(ScalarType::Int4),
                };
                select.cells.iter().map(ty).collect()
            }
        }
    }
}

impl Plan {
    /// The most rows that the statement reads for an answer: those of its pages, with what is joined to them.
    /// `None` when that is not known, because a page begins at any offset.
    ///
    /// Filters and orders may have Postgres look at more.
    pub fn rows(&self) -> Option<u64> {
        match &self.root {
            None => Some(0),
            Some(Root::Rows(select) | Root::Row(select)) => select.rows(),
            Some(Root::Cells(cells)) => cells.iter().map(|nested| nested.select.rows()).sum(),
        }
    }
}

impl Select {
    /// All rows of a source, of which nothing is read yet.
    fn all_of(key: &str, table: TableId, source: Source) -> Select {
        Select {
            key: key.to_owned(),
            table,
            source,
            filter: Filter::And(Vec::new()),
            order: Vec::new(),
            limit: None,
            offset: None,
            distinct_on: Vec::new(),
            merged: false,
            limit_last: false,
            grouped: false,
            recursion: None,
            joins: Vec::new(),
            cells: Vec::new(),
            connection: None,
            aggregate: None,
            variants: Vec::new(),
        }
    }

    /// The most rows that are read for it.
    fn rows(&self) -> Option<u64> {
        if self.offset.is_some() {
            return None;
        }
        if let Some(aggregate) = &self.aggregate {
            let limits = aggregate.up_to()?.into_iter();
            return limits.map(|limit| Limit::Given(limit.clone()).rows()).sum();
        }
        if !self.variants.is_empty() {
            return self.variants.iter().map(Select::rows).sum();
        }
        let further = match &self.connection {
            Some(connection) if connection.counts() => return None,
            Some(connection) => u64::from(connection.looks_beyond()),
            None => 0,
        };
        let page = match (&self.limit, &self.source) {
            (Some(limit), _) => limit.rows()?.saturating_add(further),
            (None, Source::Key(_)) => 1,
            (None, _) => return None,
        };
        let nested = self.cells.iter().map(|cell| match cell {
            Cell::Column { .. }
            | Cell::Computed { .. }
            | Cell::Remote(_)
            | Cell::Order(_)
            | Cell::EnumPlace(_)
            | Cell::Variant(_)
            | Cell::Depth => Some(0),
            Cell::Nested(nested) => nested.select.rows(),
        });
        let each = nested.sum::<Option<u64>>()?.saturating_add(1 + self.joins.len() as u64);
        Some(page.saturating_mul(each))
    }

    /// Whether its rows are put together with others, and those that are passed over are left out afterwards. Then it is read
    /// from its first row.
    pub fn is_part(&self) -> bool {
        self.merged || matches!(self.cells.first(), Some(Cell::Variant(_)))
    }

    /// Whether rows of other shards are read for its own, or for what is nested in them.
    pub fn has_remote(&self) -> bool {
        let is_remote = |cell: &Cell| match cell {
            Cell::Remote(_) => true,
            Cell::Nested(nested) => nested.select.has_remote(),
            Cell::Column { .. }
            | Cell::Computed { .. }
            | Cell::Order(_)
            | Cell::EnumPlace(_)
            | Cell::Variant(_)
            | Cell::Depth => false,
        };
        self.cells.iter().any(is_remote) || self.variants.iter().any(Select::has_remote)
    }

    /// Whether one of its cells is a list that is read at once for all of its rows.
    pub fn has_groups(&self) -> bool {
        self.cells.iter().any(|cell| matches!(cell, Cell::Nested(nested) if nested.select.grouped))
    }

    /// Has its lists read anew for each row. A join with the lists of all rows reads the page by its name, and those of a
    /// connection and of several tables have none.
    fn ungroup(&mut self) {
        for cell in &mut self.cells {
            if let Cell::Nested(nested) = cell {
                nested.select.grouped = false;
            }
        }
    }

    /// Which table a reference means.
    pub fn table_of(&self, of: TableRef) -> TableId {
        match of {
            TableRef::Own => self.table,
            TableRef::Join(join) => self.joins[join].table,
        }
    }
}
