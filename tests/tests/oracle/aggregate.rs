//! Aggregates: rows in groups, and what is computed of each group.

use std::cmp::Ordering;

use onefold::schema::ScalarType;
use onefold::surface::functions::Function;

use super::answer::Answer;
use super::calendar;
use super::decimal::Decimal;
use super::execute::{Bubble, Execution};
use super::fields::{Selected, Set};
use super::filter::{all, compare, not};
use super::input::Input;
use super::order;
use super::plain::Plain;
use super::store::Store;
use super::tokens::By;

/// What rows are grouped by: a column at the end of a path, and what its dates and times are cut off to.
struct Grouping {
    path: Vec<usize>,
    column: usize,
    scalar: ScalarType,
    unit: String,
}

/// Rows that are alike, and in what.
struct Group {
    keys: Vec<Option<Plain>>,
    rows: Vec<usize>,
}

/// Something computed: all values that it may be, of which Postgres chooses one where they are equal; none for null.
pub type Measured = Vec<Plain>;

impl Store {
    /// What is computed of a column of some rows, or how many rows there are.
    pub fn measure(
        &self,
        table: usize,
        rows: &[usize],
        column: Option<usize>,
        function: Function,
    ) -> Measured {
        let count = |count: usize| vec![Plain::Int(i64::try_from(count).expect("there are few rows"))];
        let Some(column) = column else { return count(rows.len()) };
        let scalar = self.definition(table).columns[column].scalar;
        let values: Vec<&Plain> = rows.iter().filter_map(|row| self.value(table, *row, column)).collect();
        let is_true = |value: &&Plain| matches!(value, Plain::Bool(true));
        let extreme = |wanted: Ordering| {
            let is_it = |value: &&&Plain| !values.iter().any(|other| other.order(value) == wanted);
            values.iter().filter(is_it).map(|value| (*value).clone()).collect()
        };
        match function {
            Function::Count => count(values.len()),
            Function::CountDistinct => {
                let is_first =
                    |place: &usize| !values[..*place].iter().any(|other| other.equals(values[*place]));
                count((0..values.len()).filter(is_first).count())
            }
            Function::Min => extreme(Ordering::Less),
            Function::Max => extreme(Ordering::Greater),
            _ if values.is_empty() => Vec::new(),
            Function::BoolAnd => vec![Plain::Bool(values.iter().all(is_true))],
            Function::BoolOr => vec![Plain::Bool(values.iter().any(is_true))],
            Function::Sum => {
                let sum: i128 = values.iter().map(|value| i128::from(value.int())).sum();
                vec![match scalar {
                    ScalarType::Int8 => Plain::Decimal(Decimal::of(&sum.to_string()).expect("it has digits")),
                    _ => Plain::Int(i64::try_from(sum).expect("there are few rows")),
                }]
            }
            Function::Avg | Function::Stddev => panic!("the generator selects no means"),
        }
    }

    /// The position of a column by the name that it has in aggregates.
    pub fn aggregated(&self, table: usize, name: &str) -> usize {
        let columns = self.definition(table).columns;
        columns.iter().position(|column| column.name == name).expect("it is a column")
    }

    fn grouping(&self, table: usize, input: &Input) -> Grouping {
        let [(name, inner)] = input.fields() else { panic!("{input:?} has one field") };
        let definition = self.definition(table);
        if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
            let unit = inner.text().to_owned();
            return Grouping { path: Vec::new(), column, scalar: definition.columns[column].scalar, unit };
        }
        let relation = definition.relations.iter().position(|relation| relation.name == name);
        let relation = relation.expect("it is a relation");
        let mut grouping = self.grouping(self.table(definition.relations[relation].target), inner);
        grouping.path.insert(0, relation);
        grouping
    }

    fn groups(&self, table: usize, rows: Vec<usize>, groupings: &[Grouping]) -> Vec<Group> {
        if groupings.is_empty() {
            return vec![Group { keys: Vec::new(), rows }];
        }
        let mut groups: Vec<Group> = Vec::new();
        for row in rows {
            let key = |grouping: &Grouping| match self.at_end(table, row, &grouping.path, grouping.column)? {
                Plain::Moment(moment) => Some(Plain::Moment(calendar::cut(*moment, &grouping.unit))),
                value => Some(value.clone()),
            };
            let keys: Vec<_> = groupings.iter().map(key).collect();
            let is_alike = |group: &&mut Group| {
                group.keys.iter().zip(&keys).all(|(one, other)| match (one, other) {
                    (Some(one), Some(other)) => one.equals(other),
                    (one, other) => one.is_none() && other.is_none(),
                })
            };
            match groups.iter_mut().find(is_alike) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group { keys, rows: vec![row] }),
            }
        }
        groups
    }

    /// Whether a group is such as `having` says.
    fn has(&self, table: usize, rows: &[usize], having: &Input) -> Option<bool> {
        all(having.fields().iter().map(|(name, input)| match name.as_str() {
            "and" => all(input.items().iter().map(|having| self.has(table, rows, having))),
            "or" => not(all(input.items().iter().map(|having| not(self.has(table, rows, having))))),
            "not" => not(self.has(table, rows, input)),
            "count" => self.is_measured(table, rows, None, Function::Count, input),
            column => all(input.fields().iter().map(|(function, input)| {
                let function = Function::named(function).expect("it is a function");
                self.is_measured(table, rows, Some(self.aggregated(table, column)), function, input)
            })),
        }))
    }

    fn is_measured(
        &self,
        table: usize,
        rows: &[usize],
        column: Option<usize>,
        function: Function,
        filter: &Input,
    ) -> Option<bool> {
        let scalar = self.measured_scalar(table, column, function);
        let measured = self.measure(table, rows, column, function);
        let fields = filter.fields().iter();
        all(fields.map(|(operator, input)| compare(scalar, measured.first(), operator, input)))
    }

    /// The type of what is computed, as Postgres has it.
    fn measured_scalar(&self, table: usize, column: Option<usize>, function: Function) -> ScalarType {
        use ScalarType::{Bool, Int2, Int4, Int8, Numeric};
        let Some(column) = column else { return Int4 };
        let scalar = self.definition(table).columns[column].scalar;
        match (function, scalar) {
            (Function::Count | Function::CountDistinct, _) => Int4,
            (Function::Sum, Int2 | Int4) => Int8,
            (Function::Sum, Int8 | Numeric) => Numeric,
            (Function::Min | Function::Max, _) => scalar,
            (Function::BoolAnd | Function::BoolOr, Bool) => Bool,
            (Function::Sum | Function::BoolAnd | Function::BoolOr | Function::Avg | Function::Stddev, _) => {
                panic!("the generator does not select {function:?} of {scalar:?}")
            }
        }
    }

    /// The order of two groups by a term of `orderBy`.
    fn by_term(
        &self,
        table: usize,
        groupings: &[Grouping],
        input: &Input,
        (one, other): (&Group, &Group),
    ) -> Ordering {
        let [(name, inner)] = input.fields() else { panic!("{input:?} has one field") };
        if name == "key" {
            let term = self.term(table, inner);
            let is_it = |by: &Grouping| by.path == term.path && term.by == By::Column(by.column);
            let place = groupings.iter().position(is_it).expect("it is grouped by");
            let [one, other] = [one, other].map(|group| group.keys[place].as_ref());
            return order::by_direction(term.descending, term.nulls_first, one, other);
        }
        let (column, function, direction) = measure_of(self, table, name, inner);
        let (descending, nulls_first) = order::direction(direction);
        let [one, other] = [one, other].map(|group| self.measure(table, &group.rows, column, function));
        order::by_direction(descending, nulls_first, one.first(), other.first())
    }
}

/// `count: DESC` or `c0: {max: ASC}` of a table, as column, function and direction.
pub fn measure_of<'a>(
    store: &Store,
    table: usize,
    name: &str,
    input: &'a Input,
) -> (Option<usize>, Function, &'a str) {
    match input {
        Input::Object(fields) => {
            let [(function, direction)] = fields.as_slice() else { panic!("{input:?} has one field") };
            let function = Function::named(function).expect("it is a function");
            (Some(store.aggregated(table, name)), function, direction.text())
        }
        direction => (None, Function::Count, direction.text()),
    }
}

impl Execution<'_> {
    /// The groups of some rows.
    pub fn aggregate(
        &mut self,
        table: usize,
        mut rows: Vec<usize>,
        selected: &Selected<'_>,
    ) -> Result<Answer, Bubble> {
        let store = self.store;
        let argument = |name: &str| self.context.argument(&selected.field.arguments, name);
        if let Some(filter) = argument("where") {
            rows.retain(|row| store.holds(table, *row, &filter) == Some(true));
        }
        let by = argument("groupBy");
        let by = by.as_ref().map(Input::items).unwrap_or_default();
        let groupings: Vec<_> = by.iter().map(|input| store.grouping(table, input)).collect();
        let mut groups = store.groups(table, rows, &groupings);
        if let Some(having) = argument("having") {
            groups.retain(|group| store.has(table, &group.rows, &having) == Some(true));
        }
        let order = argument("orderBy");
        let order = order.as_ref().map(Input::items).unwrap_or_default();
        groups.sort_by(|one, other| {
            let terms = order.iter().map(|input| store.by_term(table, &groupings, input, (one, other)));
            let keys = one.keys.iter().zip(&other.keys);
            let keys =
                keys.map(|(one, other)| order::by_direction(false, false, one.as_ref(), other.as_ref()));
            terms.chain(keys).find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
        });
        let limit = argument("limit").map_or(self.default_limit(table), |limit| limit.number());
        let offset = argument("offset").map_or(0, |offset| offset.number());
        let page: Vec<Group> = groups.into_iter().skip(offset).take(limit).collect();
        self.list(&page, |this, group| {
            this.object(&selected.sets, &|_| true, &mut |this, selected| {
                this.of_group(table, &groupings, group, selected)
            })
        })
    }

    fn of_group(
        &mut self,
        table: usize,
        groupings: &[Grouping],
        group: &Group,
        selected: &Selected<'_>,
    ) -> Result<Answer, Bubble> {
        let name = selected.field.name.as_str();
        let count = group.rows.len();
        match name {
            "__typename" => Ok(Answer::Text(format!("{}Aggregate", self.store.definition(table).name))),
            "key" => self.key(table, (table, &[]), groupings, group, &selected.sets),
            "count" => Ok(Answer::Number(count.to_string())),
            "countUpTo" => {
                let limit = self.context.argument(&selected.field.arguments, "limit");
                Ok(Answer::Number(count.min(limit.expect("it is given").number()).to_string()))
            }
            column => {
                let column = self.store.aggregated(table, column);
                self.object(&selected.sets, &|_| true, &mut |this, selected| {
                    let function = Function::named(&selected.field.name).expect("it is a function");
                    let scalar = this.store.measured_scalar(table, Some(column), function);
                    let measured = this.store.measure(table, &group.rows, Some(column), function);
                    Ok(this.one_of(&measured, scalar))
                })
            }
        }
    }

    /// The key of a group, below the relations of a path.
    fn key(
        &mut self,
        root: usize,
        (table, path): (usize, &[usize]),
        groupings: &[Grouping],
        group: &Group,
        sets: &[Set<'_>],
    ) -> Result<Answer, Bubble> {
        let definition = self.store.definition(table);
        self.object(sets, &|_| true, &mut |this, selected| {
            let name = selected.field.name.as_str();
            if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
                let is_it = |by: &Grouping| by.path == path && by.column == column;
                let place = groupings.iter().position(is_it).expect("it is grouped by");
                let Grouping { scalar, unit, .. } = &groupings[place];
                // All values that are alike, of which the group has any.
                let measured: Measured = match &group.keys[place] {
                    Some(_) if unit == "VALUE" => {
                        let rows = group.rows.iter();
                        let values = rows.map(|row| this.store.at_end(root, *row, path, column));
                        values.flatten().cloned().collect()
                    }
                    key => key.iter().cloned().collect(),
                };
                return Ok(this.one_of(&measured, *scalar));
            }
            let relation = definition.relations.iter().position(|relation| relation.name == name);
            let relation = relation.expect("it is a relation");
            let target = this.store.table(definition.relations[relation].target);
            let path: Vec<_> = path.iter().copied().chain([relation]).collect();
            this.key(root, (target, &path), groupings, group, &selected.sets)
        })
    }

    /// One of some values that are equal; null where there is none or JSON has no such value.
    fn one_of(&mut self, values: &[Plain], scalar: ScalarType) -> Answer {
        let Some(first) = values.first() else { return Answer::Null };
        if first.answer(scalar).is_err() {
            self.error("NOT_FINITE");
            return Answer::Null;
        }
        let answers = values.iter().filter_map(|value| value.answer(scalar).ok());
        Answer::OneOf(answers.collect())
    }
}
