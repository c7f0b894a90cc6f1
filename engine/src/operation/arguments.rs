//! Arguments → filters, orders and pages, typed by the table that they belong to.

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Value as Literal};
use apollo_compiler::parser::SourceSpan;
use onefold_schema::{ArgumentDef, ColumnDef, RelationKind, ScalarType};

use super::input::{Input, Presence, Scope};
use super::variables::json;
use super::{
    Direction, Distance, Filter, Limit, Operand, OperandKind, Operator, Order, OrderBy, Quantifier, Source,
    Test,
};
use crate::config::Limits;
use crate::error::{Code, GraphQLError};
use crate::model::{Model, Table, TableField};
use crate::value::{self, SqlValue};

/// The arguments of one list.
pub(super) struct ListArguments {
    pub(super) filter: Filter,
    pub(super) order: Vec<Order>,
    pub(super) limit: Limit,
    pub(super) offset: Option<Operand>,
    pub(super) distinct_on: Vec<usize>,
}

/// Types the arguments of one field and collects what is wrong with them.
pub(super) struct Arguments<'a> {
    pub(super) model: &'a Model,
    pub(super) scope: Scope<'a>,
    pub(super) limits: &'a Limits,
    /// How many conditions and terms of orders the operation's arguments have had so far.
    pub(super) conditions: usize,
    /// Without places: where there is none, it is that of the field.
    pub(super) errors: Vec<(Option<SourceSpan>, GraphQLError)>,
    /// Where the value stands that is being typed.
    pub(super) place: Option<SourceSpan>,
    /// The interface or union whose tables share the arguments; it has given its name to their types.
    pub(super) shared: Option<&'static str>,
}

impl<'a> Arguments<'a> {
    /// The arguments of a list of `table`.
    pub(super) fn list(&mut self, table: &Table, arguments: &'a [Node<Argument>]) -> ListArguments {
        let [filter, order, limit, offset, distinct_on] =
            ["where", "orderBy", "limit", "offset", "distinctOn"].map(|name| self.given(arguments, name));
        let filter = filter.map_or(Filter::And(Vec::new()), |input| self.filter(table, &input, 1));
        let order_terms = order.as_ref().map_or(Vec::new(), |input| self.order(table, input));
        let distinct_on = distinct_on.map_or(Vec::new(), |input| self.distinct_on(table, &input));
        ListArguments {
            filter,
            order: self.distinct_order(table, &distinct_on, order_terms, order.as_ref()),
            limit: self.limit(table, "limit", limit),
            offset: offset.map(|input| self.operand("offset", &input, OperandKind::Rows { max: None })),
            distinct_on,
        }
    }

    /// The value of an argument, if it has one. Null for a whole argument says the same as leaving it out, as clients with
    /// optional variables expect.
    pub(super) fn given(&self, arguments: &'a [Node<Argument>], name: &str) -> Option<Input<'a>> {
        let argument = arguments.iter().find(|argument| argument.name == name)?;
        let input = self.scope.input(&argument.value);
        (input.presence() == Presence::Given).then_some(input)
    }

    /// How many rows an argument says.
    pub(super) fn limit(&mut self, table: &Table, name: &str, input: Option<Input<'a>>) -> Limit {
        match input {
            Some(input) => {
                let kind = OperandKind::Rows { max: Some(table.max_limit) };
                Limit::Given(self.operand(name, &input, kind))
            }
            None => Limit::Default(table.default_limit),
        }
    }

    /// The values of a table's key.
    pub(super) fn key(&mut self, table: &Table, arguments: &'a [Node<Argument>]) -> Vec<Operand> {
        let columns = table.def.key.iter().map(|&index| table.column(index));
        columns
            .filter_map(|column| {
                // Validation has made sure that all are there.
                let argument = arguments.iter().find(|argument| argument.name == column.name)?;
                let input = self.scope.input(&argument.value);
                Some(self.operand(column.name, &input, OperandKind::Scalar(column.scalar)))
            })
            .collect()
    }

    /// The values of arguments that the schema's author has declared.
    pub(super) fn values(
        &mut self,
        declared: &'static [ArgumentDef],
        arguments: &'a [Node<Argument>],
    ) -> Vec<Operand> {
        let operand = |argument: &ArgumentDef| {
            let kind = OperandKind::of(argument.scalar);
            let given = arguments.iter().find(|given| given.name == argument.name);
            let input = given.map(|given| self.scope.input(&given.value));
            let input = input.filter(|input| input.presence() != Presence::Absent);
            let constant = |value| Operand { source: Source::Constant(value), kind: kind.clone() };
            match input {
                // Validation has made sure that what is left out has a default or may be null, and `Compiler::new` that the
                // default is a value.
                None => constant(value::default(argument).ok().flatten().unwrap_or(SqlValue::Null)),
                Some(input) if input.presence() == Presence::Null => {
                    if !argument.nullable {
                        self.wrong(&input, format!("`{}` cannot be null; leave it out", argument.name));
                    }
                    constant(SqlValue::Null)
                }
                Some(input) => self.operand(argument.name, &input, kind),
            }
        };
        declared.iter().map(operand).collect()
    }

    /// Counts a condition or a term of an order; `false` when there are too many.
    pub(super) fn count(&mut self) -> bool {
        self.conditions += 1;
        let limit = self.limits.max_conditions;
        if self.conditions == limit + 1 {
            self.error(
                Code::LimitExceeded,
                format!("the arguments have more than {limit} conditions (setting `limits.max_conditions`)"),
            );
        }
        self.conditions <= limit
    }

    pub(super) fn error(&mut self, code: Code, message: String) {
        self.errors.push((self.place, GraphQLError::new(code, message)));
    }

    fn invalid(&mut self, message: String) {
        self.error(Code::GraphqlValidationFailed, message);
    }

    /// A mistake in an argument: the document's, or the variables' when it stands there.
    pub(super) fn wrong(&mut self, input: &Input<'_>, message: String) {
        self.place = input.place().or(self.place);
        let code = match input {
            Input::Literal(_) => Code::GraphqlValidationFailed,
            Input::Variable { .. } => Code::BadUserInput,
        };
        self.error(code, message);
    }

    /// Whether an input object of an argument is nested too deeply, or has one condition too many.
    pub(super) fn is_too_deep(&mut self, argument: &str, input: &Input<'a>, depth: usize) -> bool {
        if depth > self.limits.max_depth {
            let limit = self.limits.max_depth;
            self.error(
                Code::LimitExceeded,
                format!("`{argument}` is nested deeper than {limit} levels (setting `limits.max_depth`)"),
            );
            return true;
        }
        self.place = input.place().or(self.place);
        !self.count()
    }

    pub(super) fn filter(&mut self, table: &Table, input: &Input<'a>, depth: usize) -> Filter {
        let mut terms = Vec::new();
        if self.is_too_deep("where", input, depth) {
            return Filter::And(terms);
        }
        for (name, input) in self.scope.fields(input) {
            if input.presence() == Presence::Null {
                let table = self.shared.unwrap_or(table.def.name);
                self.wrong(&input, format!("`{name}` in `{table}Where` cannot be null; leave it out"));
                continue;
            }
            terms.push(match name {
                "and" => Filter::And(self.filters(table, &input, depth)),
                "or" => Filter::Or(self.filters(table, &input, depth)),
                "not" => Filter::Not(Box::new(self.filter(table, &input, depth + 1))),
                name => match table.field(name) {
                    Some(TableField::Column(column)) => self.comparisons(table, column, &input),
                    Some(TableField::Relation(relation)) => self.related(table, relation, &input, depth),
                    // Validation has made sure that there is such a field.
                    Some(
                        TableField::Connection(_)
                        | TableField::Function { .. }
                        | TableField::Aggregate(_)
                        | TableField::NodeId
                        | TableField::Depth,
                    )
                    | None => continue,
                },
            });
        }
        if terms.len() == 1 { terms.swap_remove(0) } else { Filter::And(terms) }
    }

    fn filters(&mut self, table: &Table, input: &Input<'a>, depth: usize) -> Vec<Filter> {
        let items = self.scope.items(input);
        items.iter().map(|item| self.filter(table, item, depth + 1)).collect()
    }

    fn related(&mut self, table: &Table, relation: usize, input: &Input<'a>, depth: usize) -> Filter {
        let definition = &table.relations[relation];
        let target = self.model.table(definition.target);
        if let RelationKind::One { .. } = definition.def.kind {
            let filter = Box::new(self.filter(target, input, depth + 1));
            return Filter::Related { relation, quantifier: Quantifier::Some, filter };
        }
        let mut terms = Vec::new();
        for (name, input) in self.scope.fields(input) {
            if input.presence() == Presence::Null {
                let target = target.def.name;
                self.wrong(&input, format!("`{name}` in `{target}ListWhere` cannot be null; leave it out"));
                continue;
            }
            let quantifier = match name {
                "some" => Quantifier::Some,
                "every" => Quantifier::Every,
                _ => Quantifier::None,
            };
            let filter = Box::new(self.filter(target, &input, depth + 1));
            terms.push(Filter::Related { relation, quantifier, filter });
        }
        if terms.len() == 1 { terms.swap_remove(0) } else { Filter::And(terms) }
    }

    fn comparisons(&mut self, table: &Table, column: usize, input: &Input<'a>) -> Filter {
        let ColumnDef { name, scalar, .. } = table.column(column);
        let tests = self.tests(name, *scalar, input).into_iter();
        let mut terms: Vec<_> = tests
            .map(|test| match test {
                Test::Compare(operator, operand) => Filter::Compare { column, operator, operand },
                Test::IsNull(operand) => Filter::IsNull { column, operand },
            })
            .collect();
        if terms.len() == 1 { terms.swap_remove(0) } else { Filter::And(terms) }
    }

    /// What a value of a type must be like; `value` is what it is called.
    pub(super) fn tests(&mut self, value: &str, scalar: ScalarType, input: &Input<'a>) -> Vec<Test> {
        let mut tests = Vec::new();
        for (name, input) in self.scope.fields(input) {
            if input.presence() == Presence::Null {
                let instead = if name == "isNull" { "leave it out" } else { "null is found by `isNull`" };
                self.wrong(&input, format!("`{name}` of `{value}` cannot be null; {instead}"));
                continue;
            }
            if !self.count() {
                break;
            }
            let Some((operator, kind)) = Operator::named(name, scalar) else {
                tests.push(Test::IsNull(self.operand(name, &input, OperandKind::Boolean)));
                continue;
            };
            tests.push(Test::Compare(operator, self.operand(name, &input, kind)));
        }
        tests
    }

    pub(super) fn order(&mut self, table: &Table, input: &Input<'a>) -> Vec<Order> {
        let items = self.scope.items(input);
        items.iter().filter_map(|item| self.order_term(table, item, Vec::new())).collect()
    }

    pub(super) fn order_term(
        &mut self,
        table: &Table,
        input: &Input<'a>,
        mut path: Vec<usize>,
    ) -> Option<Order> {
        let name = self.shared.unwrap_or(table.def.name);
        let (field, input) = self.only_field(&format!("{name}OrderBy"), "orderBy", path.len(), input)?;
        match table.field(field)? {
            TableField::Column(column) => {
                let (by, direction) = match table.column(column).scalar {
                    ScalarType::TsVector(_) => self.rank(column, &input)?,
                    ScalarType::Vector(numbers) => self.nearest(column, numbers, &input)?,
                    _ => (OrderBy::Column(column), Direction::of(input.name()?)),
                };
                Some(Order { path, by, direction })
            }
            TableField::Relation(relation) => {
                path.push(relation);
                self.order_term(self.model.table(table.relations[relation].target), &input, path)
            }
            TableField::Aggregate(relation) => {
                let target = self.model.table(table.relations[relation].target);
                let name = format!("{}ListOrderBy", target.def.name);
                let (field, input) = self.only_field(&name, "orderBy", path.len() + 1, &input)?;
                let (measure, direction) = self.measured(target, field, &input)?;
                Some(Order { path, by: OrderBy::Aggregate { relation, measure }, direction })
            }
            // Validation has made sure that there is nothing else.
            TableField::Connection(_)
            | TableField::Function { .. }
            | TableField::NodeId
            | TableField::Depth => None,
        }
    }

    /// The one field of an input object of the type `name`, which is so many levels within an argument.
    ///
    /// <https://spec.graphql.org/draft/#sec-OneOf-Input-Objects>
    pub(super) fn only_field(
        &mut self,
        name: &str,
        argument: &str,
        depth: usize,
        input: &Input<'a>,
    ) -> Option<(&'a str, Input<'a>)> {
        self.place = input.place().or(self.place);
        if !self.count() {
            return None;
        }
        let mut fields = self.scope.fields(input);
        if fields.len() != 1 {
            let found = fields.len();
            self.wrong(
                input,
                format!("`{name}` takes exactly one field, not {found}; give a list for several"),
            );
            return None;
        }
        let (field, input) = fields.swap_remove(0);
        if input.presence() == Presence::Null {
            self.wrong(&input, format!("`{field}` in `{name}` cannot be null"));
            return None;
        }
        if depth >= self.limits.max_depth {
            let limit = self.limits.max_depth;
            self.error(
                Code::LimitExceeded,
                format!("`{argument}` is nested deeper than {limit} levels (setting `limits.max_depth`)"),
            );
            return None;
        }
        Some((field, input))
    }

    /// An order by how well what is searched for is found: the best first, unless told otherwise.
    fn rank(&mut self, column: usize, input: &Input<'a>) -> Option<(OrderBy, Direction)> {
        let (mut by, mut direction) = (None, Direction::DescNullsLast);
        for (name, input) in self.scope.fields(input) {
            match name {
                _ if input.presence() == Presence::Null => {
                    self.wrong(&input, format!("`{name}` in `SearchOrder` cannot be null; leave it out"));
                }
                "search" => {
                    let operand = self.operand(name, &input, OperandKind::Scalar(ScalarType::Text));
                    by = Some(OrderBy::Rank(column, operand));
                }
                _ => direction = input.name().map_or(direction, Direction::of),
            }
        }
        // Validation has made sure that it is there.
        by.map(|by| (by, direction))
    }

    /// An order by how near to a vector others are: the nearest first.
    fn nearest(&mut self, column: usize, numbers: u16, input: &Input<'a>) -> Option<(OrderBy, Direction)> {
        let (mut vector, mut distance) = (None, Distance::L2);
        for (name, input) in self.scope.fields(input) {
            match name {
                _ if input.presence() == Presence::Null => {
                    self.wrong(&input, format!("`{name}` in `VectorOrder` cannot be null; leave it out"));
                }
                "nearestTo" => {
                    let kind = OperandKind::Scalar(ScalarType::Vector(numbers));
                    vector = Some(self.operand(name, &input, kind));
                }
                _ => distance = input.name().and_then(Distance::named).unwrap_or(distance),
            }
        }
        vector.map(|vector| (OrderBy::Distance(column, distance, vector), Direction::Asc))
    }

    pub(super) fn operand(&mut self, name: &str, input: &Input<'a>, kind: OperandKind) -> Operand {
        let source = match (&kind, input) {
            (
                OperandKind::List(_) | OperandKind::NodeIds(_) | OperandKind::NodePlaces { .. },
                Input::Literal(literal),
            ) if literal
                .as_list()
                .is_some_and(|items| items.iter().any(|item| item.as_variable().is_some())) =>
            {
                let item_kind = kind.item();
                let items = self.scope.items(input);
                Source::List(items.iter().map(|item| self.source(name, item, &item_kind)).collect())
            }
            _ => self.source(name, input, &kind),
        };
        Operand { source, kind }
    }

    fn source(&mut self, name: &str, input: &Input<'a>, kind: &OperandKind) -> Source {
        match input {
            Input::Variable { path, .. } => Source::Variable(path.clone()),
            Input::Literal(literal) => {
                self.place = literal.location().or(self.place);
                let literal: &Literal = literal;
                if let Some(variable) = inner_variable(literal) {
                    self.invalid(format!("`{name}`: variable `${variable}` cannot stand within this value"));
                }
                Source::Constant(value::parse(kind, &json(literal)).unwrap_or_else(|mistake| {
                    let code = match mistake.code() {
                        Code::BadUserInput => Code::GraphqlValidationFailed,
                        code => code,
                    };
                    self.error(code, format!("`{name}`: {mistake}"));
                    SqlValue::Null
                }))
            }
        }
    }
}

/// A variable inside a literal that is one value: only JSON values can hold any.
fn inner_variable(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::Variable(name) => Some(name.as_str()),
        Literal::List(items) => items.iter().find_map(|item| inner_variable(item)),
        Literal::Object(fields) => fields.iter().find_map(|(_, value)| inner_variable(value)),
        _ => None,
    }
}
