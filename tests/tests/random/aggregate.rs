//! Random aggregates, and orders by what is computed of related rows. Nothing is computed whose last digits depend on the
//! order of the rows.

use onefold::schema::{RelationKind, ScalarType};
use onefold::surface::functions::Function;
use onefold::surface::scalars::has_order;

use super::arguments::{DIRECTIONS, Need, Type};
use super::document::{Field, Input, Selection};
use super::operation::{Generator, plain};
use super::values::{chance, one_of};

const UNITS: [&str; 8] = ["VALUE", "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE"];

/// What rows are grouped by: relations to one, and a column of the last one.
type Grouping = (Vec<&'static str>, &'static str);

impl Generator<'_> {
    /// The aggregate beside a list.
    pub fn aggregate(&mut self, list: &str, table: usize) -> Selection {
        let name = self.world.schema.tables[table].name;
        let mut groupings: Vec<Grouping> = Vec::new();
        let mut group_by = Vec::new();
        for _ in 0..*one_of(self.rng, &[0, 1, 1, 2, 3]) {
            let Some((grouping, input)) = self.grouping(table, 1) else { continue };
            if !groupings.contains(&grouping) {
                groupings.push(grouping);
                group_by.push(input);
            }
        }
        let mut arguments = Vec::new();
        if chance(self.rng, 40) {
            let filter = self.filter(table, 1);
            let ty = Type::named(format!("{name}Where"));
            arguments.push(("where".to_owned(), self.perhaps_variable(filter, &ty, Need::Nothing)));
        }
        if !group_by.is_empty() {
            arguments.push(("groupBy".to_owned(), Input::List(group_by)));
        }
        if chance(self.rng, 30) {
            let having = self.having(table, 1);
            let ty = Type::named(format!("{name}Having"));
            arguments.push(("having".to_owned(), self.perhaps_variable(having, &ty, Need::Nothing)));
        }
        if chance(self.rng, 50) {
            let terms = (0..self.rng.usize(0..3)).map(|_| self.group_order(table, &groupings)).collect();
            arguments.push(("orderBy".to_owned(), Input::List(terms)));
        }
        for (argument, percent, most) in [("limit", 40, 8), ("offset", 20, 3)] {
            if chance(self.rng, percent) {
                let number = Input::Json(self.rng.i32(0..most).into());
                let number = self.perhaps_variable(number, &Type::rows(), Need::Nothing);
                arguments.push((argument.to_owned(), number));
            }
        }
        self.rng.shuffle(&mut arguments);
        let (alias, directives) = (Some(self.name("x")), self.directives());
        let selections = self.of_group(table, &groupings);
        Selection::Field(Field { alias, name: format!("{list}Aggregate"), arguments, directives, selections })
    }

    /// The fields of a group.
    fn of_group(&mut self, table: usize, groupings: &[Grouping]) -> Vec<Selection> {
        let columns = self.world.schema.tables[table].columns;
        let mut selections = vec![match self.rng.u8(0..3) {
            0 => plain("__typename", None),
            _ => plain("count", None),
        }];
        for (path, column) in groupings {
            if chance(self.rng, 80) {
                let key = ["key"].iter().chain(path).rev();
                selections.push(key.fold(plain(column, None), |within, name| parent(name, within)));
            }
        }
        for _ in 0..self.rng.usize(0..4) {
            let column = one_of(self.rng, columns);
            let functions = functions(column.scalar, true);
            let function = one_of(self.rng, &functions).name();
            let alias = if chance(self.rng, 15) { Some(self.name("x")) } else { None };
            let directives = self.directives();
            let mut field = parent(column.name, plain(function, alias));
            if let Selection::Field(field) = &mut field {
                field.directives = directives;
            }
            selections.push(field);
        }
        if chance(self.rng, 20) {
            let limit = Input::Json(self.rng.i32(0..5).into());
            let limit = self.perhaps_variable(limit, &Type::rows(), Need::Value);
            let alias = Some(self.name("x"));
            let (arguments, directives) = (vec![("limit".to_owned(), limit)], self.directives());
            let name = "countUpTo".to_owned();
            selections.push(Selection::Field(Field {
                alias,
                name,
                arguments,
                directives,
                selections: Vec::new(),
            }));
        }
        self.rng.shuffle(&mut selections);
        selections
    }

    fn grouping(&mut self, table: usize, depth: usize) -> Option<(Grouping, Input)> {
        let definition = self.world.schema.tables[table];
        let one =
            |relation: &&onefold::schema::RelationDef| matches!(relation.kind, RelationKind::One { .. });
        let relations: Vec<_> = definition.relations.iter().filter(one).collect();
        if depth < 3 && !relations.is_empty() && chance(self.rng, 30) {
            let relation = *one_of(self.rng, &relations);
            let ((mut path, column), input) = self.grouping(self.world.table(relation.target), depth + 1)?;
            path.insert(0, relation.name);
            return Some(((path, column), Input::of(relation.name, input)));
        }
        let columns: Vec<_> = definition.columns.iter().filter(|column| has_order(column.scalar)).collect();
        let column = self.rng.choice(columns)?;
        let units = match column.scalar {
            ScalarType::Date => &UNITS[..5],
            ScalarType::Timestamp | ScalarType::Timestamptz => &UNITS[..],
            _ => &UNITS[..1],
        };
        let unit = Input::Name((*one_of(self.rng, units)).to_owned());
        Some(((Vec::new(), column.name), Input::of(column.name, unit)))
    }

    fn having(&mut self, table: usize, depth: usize) -> Input {
        let columns = self.world.schema.tables[table].columns;
        let mut fields = Vec::new();
        if chance(self.rng, 50) {
            fields.push(("count".to_owned(), self.comparison_of_count()));
        }
        if chance(self.rng, 60) {
            let place = self.rng.usize(0..columns.len());
            let functions = functions(columns[place].scalar, true);
            let function = *one_of(self.rng, &functions);
            let condition = match function {
                Function::Min | Function::Max => self.comparisons(table, place),
                Function::Count | Function::CountDistinct => self.comparison_of_count(),
                _ => Input::of("isNull", Input::Json(self.rng.bool().into())),
            };
            fields.push((columns[place].name.to_owned(), Input::of(function.name(), condition)));
        }
        if depth < 3 && chance(self.rng, 25) {
            let name = *one_of(self.rng, &["and", "or", "not"]);
            let inner = match name {
                "not" => self.having(table, depth + 1),
                _ => Input::List((0..self.rng.usize(0..3)).map(|_| self.having(table, depth + 1)).collect()),
            };
            fields.push((name.to_owned(), inner));
        }
        Input::Object(fields)
    }

    fn comparison_of_count(&mut self) -> Input {
        let number = Input::Json(self.rng.i32(0..6).into());
        let number = self.perhaps_variable(number, &Type::rows(), Need::Nothing);
        Input::of(one_of::<&str>(self.rng, &["eq", "ne", "lt", "gte"]), number)
    }

    fn group_order(&mut self, table: usize, groupings: &[Grouping]) -> Input {
        if groupings.is_empty() || chance(self.rng, 50) {
            return self.measure(table);
        }
        let (path, column) = one_of(self.rng, groupings);
        let direction = Input::Name((*one_of(self.rng, &DIRECTIONS)).to_owned());
        let names = ["key"].iter().chain(path).rev();
        names.fold(Input::of(column, direction), |inner, name| Input::of(name, inner))
    }

    /// An order by what is computed of rows: `{count: DESC}` or `{c0: {max: ASC}}`.
    pub fn measure(&mut self, table: usize) -> Input {
        let columns = self.world.schema.tables[table].columns;
        let direction = Input::Name((*one_of(self.rng, &DIRECTIONS)).to_owned());
        if chance(self.rng, 30) {
            return Input::of("count", direction);
        }
        let column = one_of(self.rng, columns);
        let functions = functions(column.scalar, false);
        Input::of(column.name, Input::of(one_of(self.rng, &functions).name(), direction))
    }

    /// `distinctOn` with an order that begins with its columns, as far as it says one.
    pub fn distinct(&mut self, table: usize) -> Vec<(String, Input)> {
        let definition = self.world.schema.tables[table];
        let mut columns: Vec<_> =
            definition.columns.iter().filter(|column| has_order(column.scalar)).collect();
        self.rng.shuffle(&mut columns);
        columns.truncate(self.rng.usize(1..3));
        let names = columns.iter().map(|column| Input::Name(column.name.to_owned())).collect();
        let mut arguments = vec![("distinctOn".to_owned(), Input::List(names))];
        if chance(self.rng, 60) {
            let count = self.rng.usize(0..=columns.len());
            let mut terms: Vec<_> = columns[columns.len() - count..]
                .iter()
                .map(|column| {
                    Input::of(column.name, Input::Name((*one_of(self.rng, &DIRECTIONS)).to_owned()))
                })
                .collect();
            if count == columns.len() {
                terms.extend((0..self.rng.usize(0..3)).filter_map(|_| self.order_term(table, 1)));
            }
            arguments.push(("orderBy".to_owned(), Input::List(terms)));
        }
        arguments
    }
}

/// A field with one within.
fn parent(name: &str, within: Selection) -> Selection {
    let (arguments, directives) = (Vec::new(), Vec::new());
    let selections = vec![within];
    Selection::Field(Field { alias: None, name: name.to_owned(), arguments, directives, selections })
}

/// What can be computed of a type; where equal values are written in several ways, an extreme of them can be any.
fn functions(scalar: ScalarType, with_any: bool) -> Vec<Function> {
    let is_exact = !matches!(scalar, ScalarType::Float4 | ScalarType::Float8 | ScalarType::Numeric);
    let is_integer = matches!(scalar, ScalarType::Int2 | ScalarType::Int4 | ScalarType::Int8);
    let is_fit = |function: &Function| match function {
        Function::Avg | Function::Stddev => false,
        Function::Sum => is_integer,
        Function::Min | Function::Max => is_exact || with_any,
        _ => true,
    };
    Function::ALL.into_iter().filter(is_fit).filter(|function| function.of(scalar).is_some()).collect()
}
