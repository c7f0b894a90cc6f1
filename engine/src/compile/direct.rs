//! The JSON text of variables → bound values, without a tree of it in between.
//!
//! That is done for requests with nothing to say about them: every variable is given, is a scalar or a list of scalars, and
//! fits. All others go through [`coerce`](crate::operation::variables::coerce) and [`bind`](crate::sql::bind), which know every
//! mistake and its message.

use std::fmt;

use apollo_compiler::executable::Operation;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Schema, ast::Type};
use serde::de::{Deserializer as _, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::operation::variables::{Structure, Variables};
use crate::operation::{OperandKind, Source};
use crate::sql::{Bind, BindSource};
use crate::value::{self, SqlValue};

/// How the variables of an operation are bound.
#[derive(Debug)]
pub struct Direct {
    variables: Vec<Variable>,
    /// The values of all binds; those of variables and conditions are null.
    constants: Vec<SqlValue>,
}

/// What becomes of a variable.
#[derive(Debug)]
struct Variable {
    name: String,
    /// The binds that have its value, and as what.
    binds: Vec<(usize, OperandKind)>,
    /// Whether `@skip` and `@include` may depend on it.
    is_boolean: bool,
}

impl Direct {
    /// How an operation with these binds takes its variables, all of which are given; `None` when one of them is more than a
    /// scalar or a list of scalars, or is only a part of what is bound.
    pub fn new(
        schema: &Schema,
        operation: &Operation,
        structure: &[Structure],
        binds: &[Bind],
    ) -> Option<Direct> {
        if structure.iter().any(|structure| *structure != Structure::Value) {
            return None;
        }
        let variable = |name: &str, ty: &Type| {
            let is_scalar = |ty: &Type| {
                !matches!(schema.types.get(ty.inner_named_type()), Some(ExtendedType::InputObject(_)))
            };
            let is_flat = !ty.is_list() || !ty.item_type().is_list();
            let is_boolean = !ty.is_list() && ty.inner_named_type() == "Boolean";
            (is_scalar(ty) && is_flat).then(|| Variable {
                name: name.to_owned(),
                binds: Vec::new(),
                is_boolean,
            })
        };
        let definitions = operation.variables.iter();
        let mut variables: Vec<Variable> = definitions
            .map(|definition| variable(&definition.name, &definition.ty))
            .collect::<Option<_>>()?;
        let mut constants = Vec::with_capacity(binds.len());
        for (position, bind) in binds.iter().enumerate() {
            let BindSource::Operand(operand) = &bind.source else {
                constants.push(SqlValue::Null);
                continue;
            };
            constants.push(match &operand.source {
                Source::Constant(value) => value.clone(),
                Source::List(items) => SqlValue::List(items.iter().map(constant).collect::<Option<_>>()?),
                Source::Variable(path) => {
                    let name = path.whole()?;
                    let variable = variables.iter_mut().find(|variable| variable.name == name)?;
                    variable.binds.push((position, operand.kind.clone()));
                    SqlValue::Null
                }
            });
        }
        // One that is bound nowhere still has to be of its type.
        let is_read = |variable: &Variable| variable.is_boolean || !variable.binds.is_empty();
        variables.iter().all(is_read).then_some(Direct { variables, constants })
    }

    /// The values for the JSON of an object, with those variables that conditions may depend on. Values of conditions are
    /// null still. `None` when a variable is missing, null or does not fit.
    pub fn read(&self, json: &str) -> Option<(Vec<SqlValue>, Variables)> {
        let mut reading = Reading {
            direct: self,
            values: self.constants.clone(),
            booleans: Vec::new(),
            given: vec![false; self.variables.len()],
        };
        serde_json::Deserializer::from_str(json).deserialize_map(&mut reading).ok()?;
        let is_complete = reading.given.iter().all(|given| *given);
        is_complete.then(|| (reading.values, Variables::of_booleans(reading.booleans)))
    }
}

fn constant(source: &Source) -> Option<SqlValue> {
    match source {
        Source::Constant(value) => Some(value.clone()),
        Source::List(_) | Source::Variable(_) => None,
    }
}

struct Reading<'d> {
    direct: &'d Direct,
    values: Vec<SqlValue>,
    booleans: Vec<(String, bool)>,
    given: Vec<bool>,
}

impl Reading<'_> {
    fn variable(&mut self, name: &str, json: &str) -> Option<()> {
        let direct = self.direct;
        // Others mean nothing, as the operation does not declare them.
        let Some(position) = direct.variables.iter().position(|variable| variable.name == name) else {
            return Some(());
        };
        let variable = &direct.variables[position];
        for (bind, kind) in &variable.binds {
            self.values[*bind] = value::read(kind, json)?;
        }
        if variable.is_boolean {
            self.booleans.push((name.to_owned(), serde_json::from_str(json).ok()?));
        }
        self.given[position] = true;
        Some(())
    }
}

impl<'de> Visitor<'de> for &mut Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the variables of an operation")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some((name, json)) = map.next_entry::<&str, &RawValue>()? {
            self.variable(name, json.get()).ok_or_else(|| M::Error::custom("it does not fit"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use onefold::prelude::*;
    use serde_json::json;

    use crate::compile::Compiler;
    use crate::config::Config;
    use crate::operation::variables::Given;
    use crate::value::SqlValue;

    #[derive(Table)]
    struct Item {
        #[key]
        item_id: i32,
        name: String,
    }

    #[derive(Schema)]
    #[schema(tables(Item))]
    struct Shop;

    /// What a document binds for variables that are given as text, and its conditions, if that is read straight from it.
    fn bound(document: &str, json: &str) -> Option<(Vec<SqlValue>, Vec<bool>)> {
        let compiler = Compiler::new(Shop::SCHEMA, Config::default()).unwrap();
        let values: serde_json::Map<_, _> = serde_json::from_str(json).unwrap();
        let tree = compiler.prepare(document, None, &values.into()).unwrap();
        let given = Given::json(serde_json::from_str(json).unwrap())?;
        let mut found = compiler.prepare(document, None, &given).unwrap();
        found.values.as_ref()?;

        let conditions = found.conditions().unwrap();
        assert_eq!(tree.conditions().unwrap(), conditions);
        let operation = found.operation.clone();
        let binds = &operation.statement.as_ref().unwrap().binds;
        let values = found.bind(binds, &conditions).unwrap();
        assert_eq!({ tree }.bind(binds, &conditions).unwrap(), values, "a tree gives the same");
        Some((values, conditions))
    }

    #[test]
    fn scalars_and_lists_are_read_from_the_text() {
        let by_key = "query ($id: Int!) { item(itemId: $id) { name } }";
        for json in [r#"{"id": 7}"#, r#"{"other": {"id": 1}, "id": 7}"#, r#"{"id": 1, "id": 7}"#] {
            assert_eq!(bound(by_key, json), Some((vec![SqlValue::Int4(7)], vec![])));
        }
        let by_keys = "query ($ids: [Int!]) { items(where: {itemId: {in: $ids}}, limit: 2) { name } }";
        for (json, items) in [(r#"{"ids": [7, -8]}"#, vec![7, -8]), (r#"{"ids": 7}"#, vec![7])] {
            let list = SqlValue::List(items.into_iter().map(SqlValue::Int4).collect());
            assert_eq!(bound(by_keys, json), Some((vec![list], vec![])));
        }
        let conditional = "query ($name: String!, $all: Boolean!, $rows: Int!) {
            items(where: {name: {startsWith: $name}}, limit: $rows) { itemId name @include(if: $all) }
        }";
        let values = vec![SqlValue::Text("5\\%%".into()), SqlValue::Int8(9)];
        let json = json!({"all": true, "name": "5%", "rows": 9}).to_string();
        assert_eq!(bound(conditional, &json), Some((values, vec![true])));
    }

    #[test]
    fn all_others_are_looked_at() {
        for (document, json) in [
            ("query ($id: Int = 7) { items(where: {itemId: {eq: $id}}) { name } }", "{}"),
            ("query ($name: String) { items(where: {name: {eq: $name}}) { name } }", "{}"),
            ("query ($where: ItemWhere) { items(where: $where) { name } }", r#"{"where": {}}"#),
            ("query ($id: Int!) { items(where: {itemId: {in: [1, $id]}}) { name } }", r#"{"id": 7}"#),
            ("query ($by: [ItemOrderBy!]) { items(orderBy: $by) { name } }", r#"{"by": [{"name": "ASC"}]}"#),
            ("query ($name: String!) { items(where: {name: {eq: $name}}) { name } }", r#"{"name": "a\n"}"#),
        ] {
            assert_eq!(bound(document, json), None, "{document}");
        }
    }
}
