//! Random arguments: keys, filters, orders, pages, and variables in the places of some of them.

use onefold::schema::{ColumnDef, RelationDef, RelationKind, ScalarType};
use onefold::surface::scalars::{has_equality, has_order, type_name};
use serde_json::Value;

use super::document::{Input, Variable};
use super::operation::Generator;
use super::values::{self, chance, one_of};

/// The directions of orders.
pub const DIRECTIONS: [&str; 6] =
    ["ASC", "DESC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"];

impl Generator<'_> {
    /// The key of a row that is most likely there.
    pub fn key(&mut self, table: usize) -> Vec<(String, Input)> {
        let definition = self.world.schema.tables[table];
        let rows = &self.world.rows[table];
        let row = if rows.is_empty() || chance(self.rng, 20) { None } else { Some(one_of(self.rng, rows)) };
        let mut arguments = Vec::new();
        for &column in definition.key {
            let known = row.and_then(|row| row.values[column]);
            let value = known.and_then(|value| self.world.domain(table, column).values[value].input.clone());
            let scalar = definition.columns[column].scalar;
            let value = value.map(|value| input(scalar, value)).or_else(|| self.value(table, column));
            let value = value.expect("values of keys can be written");
            let value = self.perhaps_variable(value, &Type::of(scalar), Need::Value);
            arguments.push((definition.columns[column].name.to_owned(), value));
        }
        self.rng.shuffle(&mut arguments);
        arguments
    }

    /// The arguments of a list; `depth` is how deep it is nested.
    pub fn list(&mut self, table: usize, filter: Option<Input>, depth: usize) -> Vec<(String, Input)> {
        let name = self.world.schema.tables[table].name;
        let mut arguments = Vec::new();
        let is_given = filter.is_some();
        let filter = filter.or_else(|| chance(self.rng, 50).then(|| self.filter(table, 1)));
        if let Some(filter) = filter {
            // Without the filter it could not be known which shards are asked.
            let need = if is_given { Need::Given } else { Need::Nothing };
            arguments.push((
                "where".to_owned(),
                self.perhaps_variable(filter, &Type::named(format!("{name}Where")), need),
            ));
        }
        if self.known.is_some() && chance(self.rng, 12) {
            arguments.extend(self.distinct(table));
        } else if let Some(order) = self.order(table) {
            arguments.push(("orderBy".to_owned(), order));
        }
        // Lists within lists within lists are long otherwise.
        if chance(self.rng, if depth > 2 { 80 } else { 50 }) {
            let most = if depth > 2 { 4 } else { *one_of(self.rng, &[2, 8, 8, 1001]) };
            let limit = Input::Json(self.rng.i32(0..most).into());
            arguments.push(("limit".to_owned(), self.perhaps_variable(limit, &Type::rows(), Need::Nothing)));
        }
        if chance(self.rng, 30) {
            let most = *one_of(self.rng, &[2, 6, 30]);
            let offset = Input::Json(self.rng.i32(0..most).into());
            arguments
                .push(("offset".to_owned(), self.perhaps_variable(offset, &Type::rows(), Need::Nothing)));
        }
        self.rng.shuffle(&mut arguments);
        arguments
    }

    /// An order, most often.
    fn order(&mut self, table: usize) -> Option<Input> {
        if !chance(self.rng, 65) {
            return None;
        }
        let name = self.world.schema.tables[table].name;
        let terms: Vec<_> = (0..self.rng.usize(0..4)).filter_map(|_| self.order_term(table, 1)).collect();
        // One item stands for a list of it.
        let order = match <[Input; 1]>::try_from(terms) {
            Ok([only]) if chance(self.rng, 30) => only,
            Ok(only) => Input::List(only.into()),
            Err(terms) => Input::List(terms),
        };
        let ty = Type::named(format!("[{name}OrderBy!]"));
        Some(self.perhaps_variable(order, &ty, Need::Nothing))
    }

    /// The arguments of a connection; `depth` is how deep it is nested.
    pub fn page(&mut self, table: usize, depth: usize) -> Vec<(String, Input)> {
        let name = self.world.schema.tables[table].name;
        let known = self.known.map(|known| known.cursors.as_slice()).unwrap_or_default();
        let mut arguments = Vec::new();
        if chance(self.rng, 40) {
            let filter = self.filter(table, 1);
            let ty = Type::named(format!("{name}Where"));
            arguments.push(("where".to_owned(), self.perhaps_variable(filter, &ty, Need::Nothing)));
        }
        let of_table: Vec<_> = known.iter().filter(|(other, ..)| *other == table).collect();
        if !of_table.is_empty() && chance(self.rng, 60) {
            let (_, order, cursor) = *one_of(self.rng, &of_table);
            arguments.push(("orderBy".to_owned(), order.clone()));
            let alike: Vec<_> = of_table.iter().filter(|(_, other, _)| other == order).collect();
            // Seldom one of another order.
            let other =
                if chance(self.rng, 3) { &one_of(self.rng, known).2 } else { &one_of(self.rng, &alike).2 };
            let (after, before) = match self.rng.u8(0..5) {
                0 | 1 => (Some(cursor), None),
                2 | 3 => (None, Some(cursor)),
                _ => (Some(cursor), Some(other)),
            };
            for (name, cursor) in [("after", after), ("before", before)] {
                let Some(cursor) = cursor else { continue };
                let ty = Type { name: "String".into(), meaning: format!("cursor {}", self.name("c")) };
                let cursor = self.perhaps_variable(Input::Json(cursor.as_str().into()), &ty, Need::Nothing);
                arguments.push((name.to_owned(), cursor));
            }
        } else if let Some(order) = self.order(table) {
            arguments.push(("orderBy".to_owned(), order));
        }
        if chance(self.rng, if depth > 2 { 90 } else { 75 }) {
            let most = if depth > 2 { 4 } else { *one_of(self.rng, &[2, 8, 8, 1001]) };
            let size = Input::Json(self.rng.i32(0..most).into());
            let size = self.perhaps_variable(size, &Type::rows(), Need::Nothing);
            arguments.push(((if self.rng.bool() { "first" } else { "last" }).to_owned(), size));
        }
        self.rng.shuffle(&mut arguments);
        arguments
    }

    /// A filter that says which shards have the rows, if there is one.
    pub fn keyed_filter(&mut self, table: usize) -> Option<Input> {
        let keyed = self.keyed_condition(table, 2)?;
        let Input::Object(mut fields) = self.filter(table, 2) else { return Some(keyed) };
        let Input::Object(keyed) = keyed else { return None };
        // Conditions of two fields of one object and those of a list of objects are the same.
        if chance(self.rng, 30) {
            let both = Input::List(vec![Input::Object(fields), Input::Object(keyed)]);
            return Some(Input::of("and", both));
        }
        fields.retain(|(name, _)| *name != keyed[0].0);
        fields.extend(keyed);
        self.rng.shuffle(&mut fields);
        Some(Input::Object(fields))
    }

    fn keyed_condition(&mut self, table: usize, depth: usize) -> Option<Input> {
        let definition = self.world.schema.tables[table];
        let shard_key = definition.placement.shard_key()?;
        let by = shard_key.slot_in.filter(|_| chance(self.rng, 40)).unwrap_or(shard_key.column);
        // By way of a relation that shares the shard key.
        let shared: Vec<_> = definition
            .relations
            .iter()
            .filter_map(|relation| {
                let RelationKind::One { from, to, .. } = relation.kind else { return None };
                let place = from.iter().position(|column| *column == shard_key.column)?;
                let target = self.world.table(relation.target);
                self.world.is_local(table, relation).then_some((relation.name, target, to[place]))
            })
            .collect();
        if depth > 0 && !shared.is_empty() && chance(self.rng, 30) {
            let (name, target, column) = *one_of(self.rng, &shared);
            let their_key = self.world.schema.tables[target].placement.shard_key();
            if their_key.is_none_or(|key| key.column == column) {
                return Some(Input::of(name, self.keyed_by(target, column)?));
            }
        }
        self.keyed_by(table, by)
    }

    fn keyed_by(&mut self, table: usize, column: usize) -> Option<Input> {
        let definition = &self.world.schema.tables[table].columns[column];
        let condition = if chance(self.rng, 55) {
            let value = self.value(table, column)?;
            Input::of("eq", self.perhaps_variable(value, &Type::of(definition.scalar), Need::Given))
        } else {
            Input::of("in", self.values(table, column))
        };
        Some(Input::of(definition.name, condition))
    }

    /// A filter of rows of a table.
    pub fn filter(&mut self, table: usize, depth: usize) -> Input {
        let definition = self.world.schema.tables[table];
        let mut fields: Vec<(String, Input)> = Vec::new();
        for _ in 0..self.rng.usize(0..3) {
            let column = self.rng.usize(0..definition.columns.len());
            let name = definition.columns[column].name;
            if !fields.iter().any(|(other, _)| other == name) {
                fields.push((name.to_owned(), self.comparisons(table, column)));
            }
        }
        let local: Vec<_> =
            definition.relations.iter().filter(|relation| self.world.is_local(table, relation)).collect();
        if depth < 4 && !local.is_empty() && chance(self.rng, 30) {
            let relation = *one_of(self.rng, &local);
            let target = self.world.table(relation.target);
            let mut condition = self.filter(target, depth + 1);
            if !matches!(relation.kind, RelationKind::One { .. }) {
                condition = Input::of(one_of::<&str>(self.rng, &["some", "every", "none"]), condition);
            }
            fields.push((relation.name.to_owned(), condition));
        }
        if depth < 4 && chance(self.rng, 25) {
            let name = *one_of(self.rng, &["and", "or", "or", "not"]);
            let condition = match name {
                "not" => self.filter(table, depth + 1),
                _ => Input::List((0..self.rng.usize(0..4)).map(|_| self.filter(table, depth + 1)).collect()),
            };
            fields.push((name.to_owned(), condition));
        }
        self.rng.shuffle(&mut fields);
        Input::Object(fields)
    }

    /// What a column is compared with.
    pub fn comparisons(&mut self, table: usize, column: usize) -> Input {
        let definition = &self.world.schema.tables[table].columns[column];
        let mut operators = vec!["isNull"];
        if has_equality(definition.scalar) {
            operators.extend(["eq", "ne", "in", "notIn", "in", "notIn"]);
        }
        if has_order(definition.scalar) {
            operators.extend(["lt", "lte", "gt", "gte"]);
        }
        if definition.scalar == ScalarType::Text {
            operators.extend(["like", "ilike", "startsWith", "iEndsWith", "contains"]);
        }
        let mut fields: Vec<(String, Input)> = Vec::new();
        for _ in 0..self.rng.usize(1..3) {
            let operator = *one_of(self.rng, &operators);
            if fields.iter().any(|(other, _)| other == operator) {
                continue;
            }
            let operand = match operator {
                "isNull" => {
                    let value = Input::Json(self.rng.bool().into());
                    Some(self.perhaps_variable(value, &Type::named("Boolean"), Need::Nothing))
                }
                "in" | "notIn" => Some(self.values(table, column)),
                _ => self.value(table, column).map(|value| {
                    let (value, ty) = match (operator, value) {
                        ("like" | "ilike", Input::Json(Value::String(text))) => {
                            let pattern = values::pattern(self.rng, &text);
                            let ty = Type { meaning: "pattern".into(), ..Type::of(definition.scalar) };
                            (Input::Json(pattern.into()), ty)
                        }
                        (_, value) => (value, Type::of(definition.scalar)),
                    };
                    self.perhaps_variable(value, &ty, Need::Nothing)
                }),
            };
            fields.extend(operand.map(|operand| (operator.to_owned(), operand)));
        }
        Input::Object(fields)
    }

    /// A list of values of a column, itself or in part a variable.
    fn values(&mut self, table: usize, column: usize) -> Input {
        let ColumnDef { scalar, .. } = self.world.schema.tables[table].columns[column];
        let values: Vec<_> = (0..self.rng.usize(0..6)).filter_map(|_| self.value(table, column)).collect();
        if chance(self.rng, 60) {
            return self.perhaps_variable(Input::List(values), &Type::list(scalar), Need::Given);
        }
        Input::List(
            values
                .into_iter()
                .map(|value| self.perhaps_variable(value, &Type::of(scalar), Need::Value))
                .collect(),
        )
    }

    /// A value of a column; nothing when none of its values can be written.
    fn value(&mut self, table: usize, column: usize) -> Option<Input> {
        let ColumnDef { scalar, .. } = self.world.schema.tables[table].columns[column];
        let domain = self.world.domain(table, column);
        let values: Vec<_> = domain.values.iter().filter_map(|datum| datum.input.clone()).collect();
        let value = input(scalar, self.rng.choice(values)?);
        // Long numbers are texts, and can be numbers.
        match value {
            Input::Json(Value::String(digits)) if scalar == ScalarType::Int8 && chance(self.rng, 30) => {
                Some(Input::Json(digits.parse::<i64>().ok()?.into()))
            }
            value => Some(value),
        }
    }

    /// A term of an order, by a column of the table or of one that it is related to.
    pub fn order_term(&mut self, table: usize, depth: usize) -> Option<Input> {
        let definition = self.world.schema.tables[table];
        let local: Vec<_> = definition
            .relations
            .iter()
            .filter(|relation| matches!(relation.kind, RelationKind::One { .. }))
            .filter(|relation| self.world.is_local(table, relation))
            .collect();
        if depth < 4 && !local.is_empty() && chance(self.rng, 35) {
            let relation = *one_of(self.rng, &local);
            let term = self.order_term(self.world.table(relation.target), depth + 1)?;
            return Some(Input::of(relation.name, term));
        }
        let is_list = |relation: &&RelationDef| !matches!(relation.kind, RelationKind::One { .. });
        let lists: Vec<_> = definition.relations.iter().filter(is_list).collect();
        if self.known.is_some() && !lists.is_empty() && chance(self.rng, 15) {
            let relation = *one_of(self.rng, &lists);
            let measure = self.measure(self.world.table(relation.target));
            return Some(Input::of(&format!("{}Aggregate", relation.name), measure));
        }
        let columns: Vec<_> = definition.columns.iter().filter(|column| has_order(column.scalar)).collect();
        let column = self.rng.choice(columns)?;
        let direction = Input::Name((*one_of(self.rng, &DIRECTIONS)).to_owned());
        let direction = match self.rng.u8(0..10) {
            0 => self.variable(direction, &Type::named("OrderDirection"), Need::Certain),
            _ => direction,
        };
        Some(Input::of(column.name, direction))
    }

    pub fn perhaps_variable(&mut self, value: Input, ty: &Type, need: Need) -> Input {
        if value.has_variable() || !chance(self.rng, 30) {
            return value;
        }
        // The same one as in another place.
        if chance(self.rng, 40) {
            let fits = |variable: &&Variable| match need {
                Need::Certain | Need::Value => variable.ty.ends_with('!'),
                Need::Given => variable.value.is_some(),
                Need::Nothing => true,
            };
            let alike = self.variables.iter().filter(|variable| variable.meaning == ty.meaning);
            let fit: Vec<_> = alike.filter(fits).map(|variable| variable.name.clone()).collect();
            if let Some(name) = self.rng.choice(fit) {
                return Input::Variable(name);
            }
        }
        self.variable(value, ty, need)
    }

    /// A variable, most often with a value that is given or is its default.
    pub fn variable(&mut self, value: Input, ty: &Type, need: Need) -> Input {
        let Type { name: ty, meaning } = ty.clone();
        let (ty, default, value) = match (need, self.rng.u8(0..10)) {
            (Need::Nothing, 0) => (ty, None, None),
            (Need::Nothing | Need::Given, 1 | 2) => (ty, None, Some(value)),
            (Need::Nothing | Need::Value, 3 | 4) => (ty, Some(value), None),
            (Need::Nothing | Need::Given | Need::Value, 5) => (ty, Some(value.clone()), Some(value)),
            _ => (ty + "!", None, Some(value)),
        };
        let name = self.name("v");
        self.variables.push(Variable { name: name.clone(), ty, meaning, default, value });
        Input::Variable(name)
    }
}

/// The type of a variable.
#[derive(Clone)]
pub struct Type {
    /// In GraphQL, without an exclamation mark at its end.
    name: String,
    /// What tells apart types whose values are not all values of the other.
    meaning: String,
}

impl Type {
    /// That of a column's values.
    fn of(scalar: ScalarType) -> Type {
        let name = type_name(scalar).to_owned();
        let meaning = match scalar {
            ScalarType::Int2 | ScalarType::Float4 => format!("short {name}"),
            _ => name.clone(),
        };
        Type { name, meaning }
    }

    fn list(scalar: ScalarType) -> Type {
        let Type { name, meaning } = Type::of(scalar);
        Type { name: format!("[{name}!]"), meaning: format!("[{meaning}]") }
    }

    /// One of which only the name is of interest.
    pub fn named(name: impl Into<String>) -> Type {
        let name = name.into();
        Type { meaning: name.clone(), name }
    }

    /// A number of rows.
    pub fn rows() -> Type {
        Type { name: "Int".into(), meaning: "rows".into() }
    }
}

/// What must be there in the place of a variable.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    /// A value, by the type of the variable.
    Certain,
    /// A value, so that it can stand where there must be one.
    Value,
    /// A value that the request gives.
    Given,
    /// Nothing: the condition or the argument is left out then.
    Nothing,
}

/// A value as a request writes it.
fn input(scalar: ScalarType, value: Value) -> Input {
    match (scalar, value) {
        (ScalarType::Enum(_), Value::String(name)) => Input::Name(name),
        (_, value) => Input::Json(value),
    }
}
