//! Lowers an operation: cells are numbered, orders made total, relations to one turned into joins.

use onefold_schema::{Locality, RelationKind, ScalarType};

use super::shape::{self, ConditionId, Cursor, Record, Shape, Value};
use super::{Cell, Join, Nested, Plan, Recursion, Root, Select, Source, TableRef};
use crate::model::{Model, Relation, Table, TableId};
use crate::operation::{Call, Field, Limit, List, Operation, Order, OrderBy, Selection};

/// Lowers an operation to its plan.
pub fn lower(model: &Model, operation: &Operation) -> Plan {
    let lowering = Lowering { model };
    let mut cells = Vec::new();
    let field = |field: &Field| {
        let value = match lowering.reading(field, cells.len()) {
            Some((select, value)) => {
                cells.push(Nested { select: Box::new(select), when: field.when });
                value
            }
            None => constant(&field.selection),
        };
        shape::Field { key: field.key.clone(), when: field.when, value }
    };
    let mut fields: Vec<_> = operation.fields().iter().map(field).collect();
    let (root, cells) = match <[Nested; 1]>::try_from(cells) {
        Ok([Nested { select, when: None }]) if is_rows(&select) => (Some(rows(*select, &mut fields)), 0),
        Ok(cell) => (Some(Root::Cells(cell.into())), 1),
        Err(cells) if cells.is_empty() => (None, 0),
        Err(cells) => {
            let count = cells.len();
            (Some(Root::Cells(cells)), count)
        }
    };
    Plan {
        root,
        conditions: operation.conditions().to_vec(),
        introspection: operation.introspection().to_vec(),
        may_scatter: operation.may_scatter(),
        shape: Shape { cells, fields },
    }
}

/// Whether each row of the result can be one of these. Those of a connection are one value, with what stands around them, and so
/// are those of several tables.
fn is_rows(select: &Select) -> bool {
    select.connection.is_none() && select.variants.is_empty()
}

/// The one thing that a statement reads needs no cell: its rows are those of the statement.
fn rows(select: Select, fields: &mut [shape::Field]) -> Root {
    for field in fields {
        field.value = match std::mem::replace(&mut field.value, Value::Null) {
            Value::List { nullable, record, .. } => Value::Rows { nullable, record },
            Value::Record { record, .. } => Value::Row(record),
            value => value,
        };
    }
    match select.source {
        Source::Key(_) => Root::Row(select),
        _ => Root::Rows(select),
    }
}

pub(super) struct Lowering<'a> {
    pub(super) model: &'a Model,
}

impl Lowering<'_> {
    /// What a root field reads, and how that is written from a cell; `None` when it reads nothing.
    fn reading(&self, field: &Field, cell: usize) -> Option<(Select, Value)> {
        let nullable = self.is_sharded();
        Some(match &field.selection {
            Selection::List(list) => {
                let (select, record) = self.list(&field.key, list, root_source(&list.call));
                (select, Value::List { cell, nullable, record })
            }
            Selection::Aggregate(aggregate) => {
                let (select, record) = self.aggregate(&field.key, aggregate, Source::Table);
                (select, Value::List { cell, nullable, record })
            }
            Selection::Connection(connection) => {
                let (select, record) = self.connection(&field.key, connection, root_source(&connection.call));
                (select, Value::Record { cell, nullable, required: true, record })
            }
            Selection::ByKey { table, key, filter, fields } => {
                let (mut select, record) = self.row(&field.key, *table, Source::Key(key.clone()), fields);
                select.filter = filter.clone();
                (select, Value::Record { cell, nullable: true, required: false, record })
            }
            Selection::Nodes(tables) if !tables.is_empty() => {
                let (select, records) = self.nodes(&field.key, tables);
                (select, Value::Variants { cell, nullable, nullable_items: true, records })
            }
            Selection::Members(lists) => {
                let (select, records) = self.members(&field.key, lists);
                (select, Value::Variants { cell, nullable, nullable_items: false, records })
            }
            _ => return None,
        })
    }

    fn list(&self, key: &str, list: &List, source: Source) -> (Select, Record) {
        let mut select = self.rows_of(key, list, source);
        let fields = self.object(&mut select, TableRef::Own, None, &list.fields);
        let record = Record { cells: select.cells.len(), fields };
        (select, record)
    }

    /// The rows of a list, of which nothing is read yet.
    pub(super) fn rows_of(&self, key: &str, list: &List, source: Source) -> Select {
        let table = self.model.table(list.table);
        Select {
            filter: list.filter.clone(),
            order: total_order(table, &list.order),
            limit: Some(list.limit.clone()),
            offset: list.offset.clone(),
            distinct_on: list.distinct_on.clone(),
            recursion: list
                .max_depth
                .clone()
                .map(|max_depth| Recursion { max_depth, nearest_first: list.order.is_empty() }),
            ..Select::all_of(key, list.table, source)
        }
    }

    /// Whether tables are on several shards, any of which may be away.
    fn is_sharded(&self) -> bool {
        self.model.schema.is_sharded()
    }

    /// One row of a table: by its key, or the one that a relation leads to.
    fn row(&self, key: &str, table: TableId, source: Source, fields: &[Field]) -> (Select, Record) {
        let mut select = Select::all_of(key, table, source);
        let fields = self.object(&mut select, TableRef::Own, None, fields);
        let record = Record { cells: select.cells.len(), fields };
        (select, record)
    }

    /// The fields of an object whose columns are those of `of`; `when` is what the object itself depends on.
    pub(super) fn object(
        &self,
        select: &mut Select,
        of: TableRef,
        when: Option<ConditionId>,
        fields: &[Field],
    ) -> Vec<shape::Field> {
        let id = select.table_of(of);
        let table = self.model.table(id);
        let field = |field: &Field| {
            let value = match &field.selection {
                Selection::Column(column) => {
                    let definition = table.column(*column);
                    let cell = column_cell(select, of, *column);
                    Value::Scalar { cell, scalar: definition.scalar, nullable: definition.nullable }
                }
                Selection::Computed { column, arguments } => {
                    let definition = table.column(*column);
                    let cell = Cell::Computed { of, column: *column, arguments: arguments.clone() };
                    let cell = position(&mut select.cells, cell);
                    Value::Scalar { cell, scalar: definition.scalar, nullable: definition.nullable }
                }
                Selection::NodeId => {
                    let columns = table.node.columns.iter();
                    let cells =
                        columns.map(|&column| (column_cell(select, of, column), table.column(column).scalar));
                    Value::Cursor(Cursor { fingerprint: table.node.fingerprint, cells: cells.collect() })
                }
                // Only the rows themselves are reached, and not those that are joined to them.
                Selection::Depth if of == TableRef::Own && select.recursion.is_some() => {
                    let cell = position(&mut select.cells, Cell::Depth);
                    Value::Scalar { cell, scalar: ScalarType::Int4, nullable: false }
                }
                Selection::Depth => Value::Null,
                Selection::One { relation, fields }
                    if table.relations[*relation].locality != Locality::Local =>
                {
                    let definition = &table.relations[*relation];
                    let source = Source::Relation { of, table: id, relation: *relation };
                    let (inner, record) = self.row(&field.key, definition.target, source, fields);
                    let cell = select.cells.len();
                    let inner = Nested { select: Box::new(inner), when: field.when.or(when) };
                    select.cells.push(Cell::Remote(inner));
                    let required = matches!(definition.def.kind, RelationKind::One { nullable: false, .. });
                    Value::Record { cell, nullable: true, required, record }
                }
                Selection::One { relation, fields } => {
                    let definition = &table.relations[*relation];
                    let (to, nullable) = match definition.def.kind {
                        RelationKind::One { to, nullable, .. } => (to, nullable),
                        RelationKind::Many { .. }
                        | RelationKind::Through { .. }
                        | RelationKind::Recursive { .. } => {
                            unreachable!("`operation::validate` selects one object of a relation to one only")
                        }
                    };
                    // A join within one that is not made finds nothing, so the inner condition is enough, and
                    // where there is none the outer one saves the work.
                    let when = field.when.or(when);
                    let target = definition.target;
                    let join = Join { of, parent: id, relation: *relation, table: target, when };
                    let join = TableRef::Join(position(&mut select.joins, join));
                    let presence = column_cell(select, join, to[0]);
                    let fields = self.object(select, join, when, fields);
                    Value::Inline { presence, nullable, fields }
                }
                Selection::List(list) => {
                    let source = nested_source(of, id, list.relation, &list.call);
                    let (mut inner, record) = self.list(&field.key, list, source);
                    let relation = list.relation.map(|relation| &table.relations[relation]);
                    inner.grouped =
                        relation.is_some_and(|relation| self.is_grouped(select, &inner, relation));
                    let cell = select.cells.len();
                    let inner = Nested { select: Box::new(inner), when: field.when.or(when) };
                    let is_remote = relation.is_some_and(|relation| relation.locality != Locality::Local);
                    select.cells.push(if is_remote { Cell::Remote(inner) } else { Cell::Nested(inner) });
                    Value::List { cell, nullable: is_remote, record }
                }
                Selection::Connection(connection) => {
                    let source = nested_source(of, id, connection.relation, &connection.call);
                    let (inner, record) = self.connection(&field.key, connection, source);
                    let cell = select.cells.len();
                    let inner = Nested { select: Box::new(inner), when: field.when.or(when) };
                    select.cells.push(Cell::Nested(inner));
                    Value::Record { cell, nullable: false, required: true, record }
                }
                Selection::Aggregate(aggregate) => {
                    let Some(relation) = aggregate.relation else {
                        unreachable!("`operation::validate` selects aggregates of rows by their relation")
                    };
                    let source = Source::Relation { of, table: id, relation };
                    let (mut inner, record) = self.aggregate(&field.key, aggregate, source);
                    inner.grouped = self.is_grouped(select, &inner, &table.relations[relation]);
                    let cell = select.cells.len();
                    let inner = Nested { select: Box::new(inner), when: field.when.or(when) };
                    select.cells.push(Cell::Nested(inner));
                    Value::List { cell, nullable: false, record }
                }
                other => constant(other),
            };
            shape::Field { key: field.key.clone(), when: field.when, value }
        };
        fields.iter().map(field).collect()
    }
}

impl Lowering<'_> {
    /// Whether a list or an aggregate is read at once for all rows of `outer`. Without an index it would be a scan for each of them;
    /// and a list that is read anew for each row would take all within it along.
    ///
    /// With an index nothing is won: what is read is the same, and has to be sorted besides.
    fn is_grouped(&self, outer: &Select, inner: &Select, relation: &Relation) -> bool {
        let is_wanted = relation.def.unindexed || inner.has_groups();
        // A row by its key, and the only row of a page, have one list.
        let is_one_of_many = match (&outer.limit, &outer.source) {
            (None, _) => false,
            (Some(limit), Source::Table | Source::Function { of: None, .. }) => {
                limit.rows().is_none_or(|rows| rows > 1)
            }
            (Some(_), _) => true,
        };
        // The pairs of a join table that has them twice would have to be told apart first, and so would rows that are alike. A
        // recursive relation begins at one row. Rows of other shards are a statement of their own. Citus refuses a page that is
        // read twice.
        let is_possible = self.model.is_join_unique(relation)
            && inner.distinct_on.is_empty()
            && inner.recursion.is_none()
            && relation.locality == Locality::Local
            && !self.model.is_citus();
        // A single group is there without rows too; whether it is then left out would have to be known apart.
        let has_rest = inner.aggregate.as_ref().is_none_or(|aggregate| {
            let is_left_out = !aggregate.having.is_true()
                || inner.offset.is_some()
                || matches!(inner.limit, Some(Limit::Given(_)));
            !(aggregate.groups.is_empty() && is_left_out)
        });
        is_wanted && is_one_of_many && is_possible && has_rest
    }
}

/// Where the rows of a list or a connection at the root come from.
fn root_source(call: &Option<Call>) -> Source {
    match call {
        Some(call) => Source::Function { of: None, call: call.clone() },
        None => Source::Table,
    }
}

/// Where the rows of a list or a connection come from that is a field of rows of `of`, whose table is `table`.
fn nested_source(of: TableRef, table: TableId, relation: Option<usize>, call: &Option<Call>) -> Source {
    match (relation, call) {
        (_, Some(call)) => Source::Function { of: Some(of), call: call.clone() },
        (Some(relation), None) => Source::Relation { of, table, relation },
        (None, None) => {
            unreachable!("`operation::validate` selects lists of rows by a relation or a function")
        }
    }
}

/// What is written without reading anything.
pub(super) fn constant(selection: &Selection) -> Value {
    match selection {
        Selection::Introspection(index) => Value::External(*index),
        Selection::Typename(name) => Value::Typename(name.clone()),
        // There are no ids.
        Selection::Nodes(tables) if tables.is_empty() => Value::EmptyList,
        Selection::Column(_)
        | Selection::Computed { .. }
        | Selection::NodeId
        | Selection::Depth
        | Selection::One { .. }
        | Selection::List(_)
        | Selection::Connection(_)
        | Selection::Part(_)
        | Selection::Aggregate(_)
        | Selection::Group(_)
        | Selection::Nodes(_)
        | Selection::Members(_)
        | Selection::ByKey { .. } => {
            unreachable!(
                "`operation::validate` selects rows by key of the root, columns and relations of rows"
            )
        }
    }
}

/// The cell of a column; a column that is selected twice is read once.
pub(super) fn column_cell(select: &mut Select, of: TableRef, column: usize) -> usize {
    position(&mut select.cells, Cell::Column { of, column })
}

/// The position of an item, which is added when it is not there yet.
pub(super) fn position<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items.iter().position(|other| *other == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}

/// The order with the key's columns at its end, unless they are in it already. Behind a distance there are none: an index gives
/// rows in the order of that alone.
fn total_order(table: &Table, order: &[Order]) -> Vec<Order> {
    let mut total = order.to_vec();
    if let Some(Order { by: OrderBy::Distance(..), .. }) = order.last() {
        return total;
    }
    for &column in table.def.key {
        if !order.iter().any(|term| term.own_column() == Some(column)) {
            total.push(Order::by_column(column));
        }
    }
    total
}
