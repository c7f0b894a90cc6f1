//! Document + variables' structure → operation: fields merged, conditions gathered, arguments typed.
//!
//! Only [`validate`] makes an [`Operation`], so whatever follows cannot fail. An operation depends on the
//! *structure* of its variables (which input fields are given, how long lists of conditions are), never on their
//! values: one operation serves all values of the same structure.

mod abstract_type;
mod aggregate;
mod arguments;
mod collect;
mod condition;
mod connection;
mod distinct;
pub mod input;
mod node;
mod nodes;
pub mod variables;

pub use aggregate::{Aggregate, GroupOrder, GroupPart, GroupTerm, Grouping, Having, Measure};
pub use condition::{Condition, ConditionId};
pub use connection::{Connection, Page, Part};
pub use nodes::NodesOf;

pub use crate::surface::functions::{Distance, Function, Unit};
pub use crate::value::{OperandKind, Pattern};

use onefold_schema::{FunctionDef, ScalarType};

use crate::config::Limits;
use crate::document::Document;
use crate::error::GraphQLError;
use crate::model::{AGGREGATE, Model, Table, TableId};
use crate::value::SqlValue;
use input::Path;
use variables::Structure;

/// An operation whose every name, type and argument is right; made by [`validate`] alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    fields: Vec<Field>,
    conditions: Vec<Condition>,
    introspection: Vec<String>,
    may_scatter: bool,
}

impl Operation {
    /// The fields of `data`, in the order of the response.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What `@skip` and `@include` depend on; referred to by [`ConditionId`].
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Response keys of introspection fields, referred to by [`Selection::Introspection`].
    pub fn introspection(&self) -> &[String] {
        &self.introspection
    }

    /// Whether it has the directive `@scatter`: it may ask all shards.
    pub fn may_scatter(&self) -> bool {
        self.may_scatter
    }
}

/// One field of an object, after merging.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The response key.
    pub key: String,
    /// When the field is there; always, without a condition.
    pub when: Option<ConditionId>,
    /// What it selects.
    pub selection: Selection,
}

/// What a field selects.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    /// `__typename`, which is known.
    Typename(String),
    /// `__schema` or `__type`: a position in [`Operation::introspection`].
    Introspection(usize),
    /// A column of the enclosing table.
    Column(usize),
    /// A computed field of the enclosing table, with arguments.
    Computed {
        /// The field: a position among the columns.
        column: usize,
        /// The values of its arguments, in their order.
        arguments: Vec<Operand>,
    },
    /// The global id of a row of the enclosing table.
    NodeId,
    /// How many steps of a recursive relation lead to the row; null where none does.
    Depth,
    /// A relation to one of the enclosing table.
    One {
        /// The relation.
        relation: usize,
        /// The fields of the object.
        fields: Vec<Field>,
    },
    /// A list: a relation to many, or all rows of a table.
    List(Box<List>),
    /// A connection: the same rows, with what stands around them.
    Connection(Box<Connection>),
    /// What stands around the rows of the enclosing connection.
    Part(Part),
    /// What is computed of the same rows.
    Aggregate(Box<Aggregate>),
    /// What is known of a group of the enclosing aggregate.
    Group(GroupPart),
    /// One row of a table by its key.
    ByKey {
        /// The table.
        table: TableId,
        /// The values of the key's columns, in their order.
        key: Vec<Operand>,
        /// What its shard key must be, where that is known besides.
        filter: Filter,
        /// The fields of the object.
        fields: Vec<Field>,
    },
    /// Rows of any tables by their global ids, in the order of these: what is selected of each table.
    Nodes(Vec<NodesOf>),
    /// Rows of all tables of an interface or a union: a list of each. Their limits, offsets and directions are the same, and
    /// they are ordered by columns of the same names.
    Members(Vec<List>),
}

/// A list with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The relation of the enclosing table; `None` at the root, and where a function is called.
    pub relation: Option<usize>,
    /// The function that is called for the rows, if there is one.
    pub call: Option<Call>,
    /// The table whose rows are listed.
    pub table: TableId,
    /// Which rows.
    pub filter: Filter,
    /// In which order, before the key breaks ties.
    pub order: Vec<Order>,
    /// How many rows.
    pub limit: Limit,
    /// How many rows to pass over first.
    pub offset: Option<Operand>,
    /// Columns by whose values rows are alike: of those that are, the first is listed. The order begins with them.
    pub distinct_on: Vec<usize>,
    /// Of a recursive relation, how many steps it is followed.
    pub max_depth: Option<Operand>,
    /// The fields of each object.
    pub fields: Vec<Field>,
}

/// The call of a function that returns rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function.
    pub function: &'static FunctionDef,
    /// The values of its arguments, in their order.
    pub arguments: Vec<Operand>,
}

/// Which rows of a table; columns and relations are those of the table that is filtered.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All hold; always true when empty.
    And(Vec<Filter>),
    /// One holds; never true when empty.
    Or(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A column compared with a value.
    Compare {
        /// The column.
        column: usize,
        /// How.
        operator: Operator,
        /// With what.
        operand: Operand,
    },
    /// Whether a column is null is as the operand says.
    IsNull {
        /// The column.
        column: usize,
        /// A Boolean.
        operand: Operand,
    },
    /// Related rows are like this.
    Related {
        /// The relation.
        relation: usize,
        /// How many of them.
        quantifier: Quantifier,
        /// Like what.
        filter: Box<Filter>,
    },
}

impl Filter {
    /// Whether it holds for all rows.
    pub fn is_true(&self) -> bool {
        matches!(self, Filter::And(filters) if filters.is_empty())
    }

    /// What a column must equal for the filter to hold, if it says so.
    pub fn equals(&self, wanted: usize) -> Option<&Operand> {
        match self {
            Filter::And(filters) => filters.iter().find_map(|filter| filter.equals(wanted)),
            Filter::Compare { column, operator: Operator::Eq, operand } if *column == wanted => Some(operand),
            _ => None,
        }
    }
}

/// What a value must be like.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is compared with another one.
    Compare(Operator, Operand),
    /// Whether it is null is as the operand says, a Boolean.
    IsNull(Operand),
}

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `= ANY`
    In,
    /// `<> ALL`
    NotIn,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `LIKE`
    Like,
    /// `ILIKE`
    Ilike,
    /// `@>`
    Contains,
    /// `<@`
    ContainedBy,
    /// `&&`
    Overlaps,
    /// `-|-`
    Adjacent,
    /// `?`
    HasKey,
    /// `?|`
    HasAnyKeys,
    /// `?&`
    HasAllKeys,
    /// `@@`
    Path,
    /// `@?`
    PathExists,
    /// `@@`, of words
    Search,
}

impl Operator {
    /// The operator by which an input compares a column of a type, and with what; `None` for `isNull`, as validation has made
    /// sure that there is nothing else.
    fn named(name: &str, scalar: ScalarType) -> Option<(Operator, OperandKind)> {
        let pattern = OperandKind::Pattern;
        if let ScalarType::Array(def) = scalar {
            let operator = match name {
                "eq" => Operator::Eq,
                "ne" => Operator::Ne,
                "contains" => Operator::Contains,
                "containedBy" => Operator::ContainedBy,
                "overlaps" => Operator::Overlaps,
                _ => return None,
            };
            return Some((operator, OperandKind::List(def.item)));
        }
        let (list, value) = (OperandKind::List(scalar), OperandKind::Scalar(scalar));
        if let ScalarType::Range(range) = scalar.base() {
            return Some(match name {
                "eq" => (Operator::Eq, value),
                "ne" => (Operator::Ne, value),
                "contains" => (Operator::Contains, OperandKind::Scalar(range.bound())),
                "containsRange" => (Operator::Contains, value),
                "containedBy" => (Operator::ContainedBy, value),
                "overlaps" => (Operator::Overlaps, value),
                "adjacent" => (Operator::Adjacent, value),
                _ => return None,
            });
        }
        Some(match name {
            "search" => (Operator::Search, OperandKind::Scalar(ScalarType::Text)),
            "contains" if scalar.base() == ScalarType::Jsonb => (Operator::Contains, value),
            "containedBy" => (Operator::ContainedBy, value),
            "hasKey" => (Operator::HasKey, OperandKind::Scalar(ScalarType::Text)),
            "hasAnyKeys" => (Operator::HasAnyKeys, OperandKind::List(ScalarType::Text)),
            "hasAllKeys" => (Operator::HasAllKeys, OperandKind::List(ScalarType::Text)),
            "path" => (Operator::Path, OperandKind::JsonPath),
            "pathExists" => (Operator::PathExists, OperandKind::JsonPath),
            "eq" => (Operator::Eq, value),
            "ne" => (Operator::Ne, value),
            "in" => (Operator::In, list),
            "notIn" => (Operator::NotIn, list),
            "lt" => (Operator::Lt, value),
            "lte" => (Operator::Lte, value),
            "gt" => (Operator::Gt, value),
            "gte" => (Operator::Gte, value),
            "like" => (Operator::Like, pattern(Pattern::Verbatim)),
            "ilike" => (Operator::Ilike, pattern(Pattern::Verbatim)),
            "startsWith" => (Operator::Like, pattern(Pattern::Prefix)),
            "iStartsWith" => (Operator::Ilike, pattern(Pattern::Prefix)),
            "endsWith" => (Operator::Like, pattern(Pattern::Suffix)),
            "iEndsWith" => (Operator::Ilike, pattern(Pattern::Suffix)),
            "contains" => (Operator::Like, pattern(Pattern::Infix)),
            "iContains" => (Operator::Ilike, pattern(Pattern::Infix)),
            _ => return None,
        })
    }
}

/// How many related rows must be alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one; for a relation to one, the one.
    Some,
    /// There is none that is not.
    Every,
    /// None.
    None,
}

/// One term of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Relations to one that lead from the listed table to another.
    pub path: Vec<usize>,
    /// What of the table at the end of the path.
    pub by: OrderBy,
    /// Which way.
    pub direction: Direction,
}

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderBy {
    /// A column.
    Column(usize),
    /// What is computed of the rows that a relation to many leads to.
    Aggregate {
        /// The relation.
        relation: usize,
        /// What is computed of its rows.
        measure: Measure,
    },
    /// How well the words of a column fit what is searched for.
    Rank(usize, Operand),
    /// How far the vector of a column is from another one.
    Distance(usize, Distance, Operand),
}

impl Order {
    /// By a column of the listed table, ascending.
    pub fn by_column(column: usize) -> Order {
        Order { path: Vec::new(), by: OrderBy::Column(column), direction: Direction::Asc }
    }

    /// The column that it orders by, if that is one of the listed table.
    pub fn own_column(&self) -> Option<usize> {
        match self.by {
            OrderBy::Column(column) if self.path.is_empty() => Some(column),
            _ => None,
        }
    }

    /// The type of what rows of a table are ordered by.
    pub fn scalar(&self, model: &Model, table: TableId) -> ScalarType {
        self.by.scalar(model, self.end(model, table))
    }

    /// The table whose column it orders by, or whose relation; `table` is the listed one.
    pub fn end<'a>(&self, model: &'a Model, table: TableId) -> &'a Table {
        model.end(model.table(table), &self.path)
    }
}

impl OrderBy {
    /// Its type; `table` is the one at the end of the path.
    pub fn scalar(&self, model: &Model, table: &Table) -> ScalarType {
        match self {
            OrderBy::Column(column) => table.column(*column).scalar,
            OrderBy::Aggregate { relation, measure } => {
                measure.scalar(model.table(table.relations[*relation].target))
            }
            OrderBy::Rank(..) => ScalarType::Float4,
            OrderBy::Distance(..) => ScalarType::Float8,
        }
    }

    /// What it is called in a text: `total`, `linesAggregate.quantity.sum`.
    pub fn name(&self, model: &Model, table: &Table) -> String {
        match self {
            OrderBy::Column(column) => table.column(*column).name.into(),
            OrderBy::Aggregate { relation, measure } => {
                let relation = &table.relations[*relation];
                let measure = measure.name(model.table(relation.target));
                format!("{}{AGGREGATE}.{measure}", relation.def.name)
            }
            OrderBy::Rank(column, _) => format!("{} rank", table.column(*column).name),
            OrderBy::Distance(column, distance, _) => {
                format!("{} {}", table.column(*column).name, distance.operator())
            }
        }
    }
}

/// Which way to order, and where nulls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Ascending, nulls last.
    Asc,
    /// Descending, nulls first.
    Desc,
    /// Ascending, nulls first.
    AscNullsFirst,
    /// Ascending, nulls last.
    AscNullsLast,
    /// Descending, nulls first.
    DescNullsFirst,
    /// Descending, nulls last.
    DescNullsLast,
}

impl Direction {
    /// The direction of an enum's value.
    fn of(name: &str) -> Direction {
        match name {
            "ASC" => Direction::Asc,
            "DESC" => Direction::Desc,
            "ASC_NULLS_FIRST" => Direction::AscNullsFirst,
            "ASC_NULLS_LAST" => Direction::AscNullsLast,
            "DESC_NULLS_FIRST" => Direction::DescNullsFirst,
            _ => Direction::DescNullsLast,
        }
    }

    /// Whether large values come before small ones.
    pub fn is_descending(self) -> bool {
        matches!(self, Direction::Desc | Direction::DescNullsFirst | Direction::DescNullsLast)
    }

    /// Whether nulls come before values.
    pub fn has_nulls_first(self) -> bool {
        matches!(self, Direction::Desc | Direction::AscNullsFirst | Direction::DescNullsFirst)
    }

    /// The way back.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::Asc => Direction::Desc,
            Direction::Desc => Direction::Asc,
            Direction::AscNullsFirst => Direction::DescNullsLast,
            Direction::AscNullsLast => Direction::DescNullsFirst,
            Direction::DescNullsFirst => Direction::AscNullsLast,
            Direction::DescNullsLast => Direction::AscNullsFirst,
        }
    }
}

/// How many rows of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// The table's default page.
    Default(u32),
    /// As the request says.
    Given(Operand),
}

impl Limit {
    /// The most rows that it lets through, if that is known.
    pub fn rows(&self) -> Option<u64> {
        match self {
            Limit::Default(rows) => Some((*rows).into()),
            Limit::Given(Operand { source: Source::Constant(SqlValue::Int8(rows)), .. }) => {
                u64::try_from(*rows).ok()
            }
            Limit::Given(Operand { kind: OperandKind::Rows { max }, .. }) => max.map(u64::from),
            Limit::Given(_) => None,
        }
    }
}

/// A value that the statement is given: where it comes from and what it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// Where it comes from.
    pub source: Source,
    /// What it must be.
    pub kind: OperandKind,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// It stands in the document.
    Constant(SqlValue),
    /// It is a variable, or part of one.
    Variable(Path),
    /// A list in the document with variables in it.
    List(Vec<Source>),
}

impl Source {
    /// Whether the value can be another one in each request.
    pub fn varies(&self) -> bool {
        match self {
            Source::Constant(_) => false,
            Source::Variable(_) => true,
            Source::List(items) => items.iter().any(Source::varies),
        }
    }
}

/// Merges and types an operation of a valid document.
///
/// `structure` belongs to the variables of `operation`, in the order of their definitions.
///
/// # Errors
/// Every mistake that validation against the GraphQL schema does not know: limits, nulls where there is nothing to
/// compare with, several keys in a oneOf input, dates that are none.
pub fn validate(
    model: &Model,
    document: &Document,
    operation: &apollo_compiler::executable::Operation,
    structure: &[Structure],
    limits: &Limits,
) -> Result<Operation, Vec<GraphQLError>> {
    collect::operation(model, document, operation, structure, limits)
}
