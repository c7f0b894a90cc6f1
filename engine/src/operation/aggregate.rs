//! Aggregates: by what rows are grouped, which groups there are and in which order, and what is computed of each.

use apollo_compiler::Node;
use apollo_compiler::ast::Argument;
use apollo_compiler::executable::Field as Selected;
use onefold_schema::ScalarType;

use super::arguments::Arguments;
use super::collect::{Collector, Guarded};
use super::input::{Input, Presence};
use super::{Direction, Field, Filter, Limit, Operand, OperandKind, Order, OrderBy, Selection, Test};
use crate::error::Code;
use crate::model::{Model, Table, TableField, TableId};
use crate::surface::functions::{Function, Unit};
use crate::surface::scalars::type_name;

/// An aggregate with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The relation of the enclosing table; `None` at the root.
    pub relation: Option<usize>,
    /// The table whose rows are aggregated.
    pub table: TableId,
    /// Which rows.
    pub filter: Filter,
    /// What they are grouped by, each once; all rows are one group when there is nothing.
    pub groups: Vec<Grouping>,
    /// Which groups.
    pub having: Having,
    /// In which order. It ends with what is grouped by, so that it is total.
    pub order: Vec<GroupOrder>,
    /// How many groups.
    pub limit: Limit,
    /// How many groups to pass over first.
    pub offset: Option<Operand>,
    /// Its fields: each is a [`Selection::Group`] or a [`Selection::Typename`].
    pub fields: Vec<Field>,
}

/// Something that rows are grouped by.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// Relations to one that lead from the table to the column's.
    pub path: Vec<usize>,
    /// The column of the table at the end of the path.
    pub column: usize,
    /// How far a date or time is cut off before; not at all, without it.
    pub unit: Option<Unit>,
}

/// What is computed of the rows of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// How many there are.
    Rows,
    /// How many there are, up to a number.
    RowsUpTo(Operand),
    /// What a function makes of the values of a column.
    Of(Function, usize),
}

impl Measure {
    /// The type of its value.
    pub fn scalar(&self, table: &Table) -> ScalarType {
        match self {
            Measure::Rows | Measure::RowsUpTo(_) => ScalarType::Int4,
            // The GraphQL schema has no other functions of the column.
            Measure::Of(function, column) => {
                let scalar = table.column(*column).scalar;
                function.of(scalar).unwrap_or(scalar)
            }
        }
    }

    /// What it is called in a text: `count`, `quantity.sum`.
    pub fn name(&self, table: &Table) -> String {
        match self {
            Measure::Rows => "count".into(),
            Measure::RowsUpTo(_) => "countUpTo".into(),
            Measure::Of(function, column) => format!("{}.{}", table.column(*column).name, function.name()),
        }
    }

    /// Whether it can be null.
    pub fn is_nullable(&self) -> bool {
        matches!(self, Measure::Of(function, _) if function.is_nullable())
    }
}

/// Which groups.
#[derive(Debug, Clone, PartialEq)]
pub enum Having {
    /// All hold; always true when empty.
    And(Vec<Having>),
    /// One holds; never true when empty.
    Or(Vec<Having>),
    /// It does not hold.
    Not(Box<Having>),
    /// Something that is computed of the group is like this.
    Is(Measure, Test),
}

impl Having {
    /// All that is compared.
    pub fn measures(&self) -> Vec<&Measure> {
        match self {
            Having::And(terms) | Having::Or(terms) => terms.iter().flat_map(Having::measures).collect(),
            Having::Not(term) => term.measures(),
            Having::Is(measure, _) => vec![measure],
        }
    }

    /// Whether it holds for all groups.
    pub fn is_true(&self) -> bool {
        matches!(self, Having::And(terms) if terms.is_empty())
    }
}

/// One term of the order of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOrder {
    /// By what.
    pub by: GroupTerm,
    /// Which way.
    pub direction: Direction,
}

/// By what groups are ordered.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupTerm {
    /// Something that they are grouped by: a position in [`Aggregate::groups`].
    Key(usize),
    /// Something that is computed of them.
    Measure(Measure),
}

/// What is known of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupPart {
    /// An object with more of it.
    Object(Vec<Field>),
    /// Something that it is grouped by: a position in [`Aggregate::groups`].
    Key(usize),
    /// Something that is computed of it.
    Measure(Measure),
}

impl<'a> Collector<'a> {
    /// An aggregate of rows of `table`, at a depth of fields.
    pub(super) fn aggregate(
        &mut self,
        relation: Option<usize>,
        table: TableId,
        field: &'a Node<Selected>,
        sets: Vec<Guarded<'a>>,
        depth: usize,
    ) -> Selection {
        let definition = self.model.table(table);
        let mut aggregate =
            self.arguments(field, |typing| typing.aggregate(relation, table, &field.arguments));
        let name = definition.def.name;
        let groups = &aggregate.groups;
        let fields = self.merge(&format!("{name}Aggregate"), sets, |this, _, field, sets| {
            let part = match field.name.as_str() {
                "__typename" => return Some(Selection::Typename(format!("{name}Aggregate"))),
                "key" => GroupPart::Object(this.group_key(definition, groups, &[], sets, depth + 2)),
                "count" => GroupPart::Measure(Measure::Rows),
                "countUpTo" => {
                    let limit = field.arguments.iter().find(|argument| argument.name == "limit")?;
                    let input = this.scope.input(&limit.value);
                    let kind = OperandKind::Rows { max: None };
                    let limit = this.arguments(field, |typing| typing.operand("limit", &input, kind));
                    GroupPart::Measure(Measure::RowsUpTo(limit))
                }
                // Validation has made sure that there is such a field.
                name => GroupPart::Object(this.measures(definition, definition.aggregated(name)?, sets)),
            };
            Some(Selection::Group(part))
        });
        aggregate.fields = fields;
        Selection::Aggregate(Box::new(aggregate))
    }

    /// What rows are grouped by, of the table that a path leads to.
    fn group_key(
        &mut self,
        table: &'a Table,
        groups: &[Grouping],
        path: &[usize],
        sets: Vec<Guarded<'a>>,
        depth: usize,
    ) -> Vec<Field> {
        if self.is_too_deep(&sets, depth) {
            return Vec::new();
        }
        let name = format!("{}AggregateKey", table.def.name);
        self.merge(&name, sets, |this, _, field, sets| {
            let part = match field.name.as_str() {
                "__typename" => return Some(Selection::Typename(name.clone())),
                // Validation has made sure that there is such a field.
                key => match table.field(key)? {
                    TableField::Column(column) => {
                        let is_it =
                            |group: &Grouping| group.column == column && group.path.as_slice() == path;
                        let group = groups.iter().position(is_it);
                        if group.is_none() {
                            this.arguments(field, |typing| {
                                typing.error(Code::GraphqlValidationFailed, not_grouped(key));
                            });
                        }
                        GroupPart::Key(group?)
                    }
                    TableField::Relation(relation) => {
                        let target = this.model.table(table.relations[relation].target);
                        let path = [path, &[relation]].concat();
                        GroupPart::Object(this.group_key(target, groups, &path, sets, depth + 1))
                    }
                    _ => return None,
                },
            };
            Some(Selection::Group(part))
        })
    }

    /// What is computed of a column.
    fn measures(&mut self, table: &'a Table, column: usize, sets: Vec<Guarded<'a>>) -> Vec<Field> {
        let scalar = type_name(table.column(column).scalar);
        let name = format!("{scalar}Aggregate");
        self.merge(&name, sets, |_, _, field, _| {
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename(name.clone()),
                function => {
                    let measure = Measure::Of(Function::named(function)?, column);
                    Selection::Group(GroupPart::Measure(measure))
                }
            })
        })
    }
}

impl<'a> Arguments<'a> {
    /// An aggregate of rows of a table, without its fields.
    fn aggregate(
        &mut self,
        relation: Option<usize>,
        id: TableId,
        arguments: &'a [Node<Argument>],
    ) -> Aggregate {
        let model: &'a Model = self.model;
        let table = model.table(id);
        let [filter, groups, having, order, limit, offset] =
            ["where", "groupBy", "having", "orderBy", "limit", "offset"]
                .map(|name| self.given(arguments, name));
        let groups = groups.map_or(Vec::new(), |input| self.groups(table, &input));
        Aggregate {
            relation,
            table: id,
            filter: filter.map_or(Filter::And(Vec::new()), |input| self.filter(table, &input, 1)),
            having: having.map_or(Having::And(Vec::new()), |input| self.having(table, &input, 1)),
            order: self.group_order(table, &groups, order),
            groups,
            limit: self.limit(table, "limit", limit),
            offset: offset.map(|input| self.operand("offset", &input, OperandKind::Rows { max: None })),
            fields: Vec::new(),
        }
    }

    fn groups(&mut self, table: &Table, input: &Input<'a>) -> Vec<Grouping> {
        let mut groups: Vec<Grouping> = Vec::new();
        for item in self.scope.items(input) {
            let Some(group) = self.grouping(table, &item, Vec::new()) else { continue };
            if groups.iter().any(|other| other.path == group.path && other.column == group.column) {
                let end = self.model.end(table, &group.path);
                let (table, column) = (end.def.name, end.column(group.column).name);
                self.wrong(&item, format!("`groupBy` has `{column}` of `{table}` twice"));
                continue;
            }
            groups.push(group);
        }
        groups
    }

    fn grouping(&mut self, table: &Table, input: &Input<'a>, mut path: Vec<usize>) -> Option<Grouping> {
        let (field, input) =
            self.only_field(&format!("{}GroupBy", table.def.name), "groupBy", path.len(), input)?;
        match table.field(field)? {
            TableField::Column(column) => Some(Grouping { path, column, unit: Unit::named(input.name()?) }),
            TableField::Relation(relation) => {
                path.push(relation);
                self.grouping(self.model.table(table.relations[relation].target), &input, path)
            }
            // Validation has made sure that there is nothing else.
            _ => None,
        }
    }

    /// Which groups of rows of a table.
    pub(super) fn having(&mut self, table: &Table, input: &Input<'a>, depth: usize) -> Having {
        let mut terms = Vec::new();
        if self.is_too_deep("having", input, depth) {
            return Having::And(terms);
        }
        let name = table.def.name;
        for (field, input) in self.scope.fields(input) {
            if input.presence() == Presence::Null {
                self.wrong(&input, format!("`{field}` in `{name}Having` cannot be null; leave it out"));
                continue;
            }
            match field {
                "and" => terms.push(Having::And(self.havings(table, &input, depth))),
                "or" => terms.push(Having::Or(self.havings(table, &input, depth))),
                "not" => terms.push(Having::Not(Box::new(self.having(table, &input, depth + 1)))),
                "count" => terms.extend(self.measure(table, field, Measure::Rows, &input)),
                // Validation has made sure that there is such a field.
                field => {
                    let Some(column) = table.aggregated(field) else { continue };
                    for (function, input) in self.scope.fields(&input) {
                        if input.presence() == Presence::Null {
                            let message = format!("`{function}` of `{field}` cannot be null; leave it out");
                            self.wrong(&input, message);
                            continue;
                        }
                        let Some(measure) = Function::named(function) else { continue };
                        let measure = Measure::Of(measure, column);
                        terms.extend(self.measure(table, function, measure, &input));
                    }
                }
            }
        }
        if terms.len() == 1 { terms.swap_remove(0) } else { Having::And(terms) }
    }

    fn havings(&mut self, table: &Table, input: &Input<'a>, depth: usize) -> Vec<Having> {
        let items = self.scope.items(input);
        items.iter().map(|item| self.having(table, item, depth + 1)).collect()
    }

    /// What something that is computed must be like.
    fn measure(
        &mut self,
        table: &Table,
        name: &str,
        measure: Measure,
        input: &Input<'a>,
    ) -> impl Iterator<Item = Having> + use<> {
        let tests = self.tests(name, measure.scalar(table), input);
        tests.into_iter().map(move |test| Having::Is(measure.clone(), test))
    }

    /// The order of groups, with what is grouped by at its end.
    fn group_order(
        &mut self,
        table: &Table,
        groups: &[Grouping],
        input: Option<Input<'a>>,
    ) -> Vec<GroupOrder> {
        let items = input.map(|input| self.scope.items(&input)).unwrap_or_default();
        let mut order: Vec<GroupOrder> =
            items.iter().filter_map(|item| self.group_term(table, groups, item)).collect();
        for key in 0..groups.len() {
            let by = GroupTerm::Key(key);
            if !order.iter().any(|term| term.by == by) {
                order.push(GroupOrder { by, direction: Direction::Asc });
            }
        }
        order
    }

    fn group_term(&mut self, table: &Table, groups: &[Grouping], input: &Input<'a>) -> Option<GroupOrder> {
        let name = format!("{}AggregateOrderBy", table.def.name);
        let (field, inner) = self.only_field(&name, "orderBy", 0, input)?;
        if field == "key" {
            let Order { path, by, direction } = self.order_term(table, &inner, Vec::new())?;
            let column = match by {
                OrderBy::Column(column) => column,
                OrderBy::Aggregate { .. } => {
                    let message =
                        "groups are ordered by what is computed of their own rows, not of related ones";
                    self.wrong(input, message.into());
                    return None;
                }
                OrderBy::Rank(..) | OrderBy::Distance(..) => {
                    self.wrong(input, "groups are not ordered by how well a row fits".into());
                    return None;
                }
            };
            let group = groups.iter().position(|group| group.path == path && group.column == column);
            if group.is_none() {
                let name = self.model.end(table, &path).column(column).name;
                self.wrong(input, not_grouped(name));
            }
            return Some(GroupOrder { by: GroupTerm::Key(group?), direction });
        }
        let (measure, direction) = self.measured(table, field, &inner)?;
        Some(GroupOrder { by: GroupTerm::Measure(measure), direction })
    }

    /// What is computed to order by it, and which way.
    pub(super) fn measured(
        &mut self,
        table: &Table,
        field: &str,
        input: &Input<'a>,
    ) -> Option<(Measure, Direction)> {
        if field == "count" {
            return Some((Measure::Rows, Direction::of(input.name()?)));
        }
        // Validation has made sure that there is such a field.
        let column = table.aggregated(field)?;
        let scalar = type_name(table.column(column).scalar);
        let (function, input) = self.only_field(&format!("{scalar}AggregateOrderBy"), "orderBy", 0, input)?;
        let measure = Measure::Of(Function::named(function)?, column);
        Some((measure, Direction::of(input.name()?)))
    }
}

/// What is wrong with a column that is wanted of each group.
fn not_grouped(column: &str) -> String {
    format!("`{column}` is different from row to row, as `groupBy` does not have it; group by it")
}
