//! Introspection fields → JSON, by `apollo-compiler`. Knows nothing of tables.
//!
//! `__Type.isOneOf` is what `apollo-compiler` does not answer. Documents are validated against a schema that has it
//! ([`Surface`]); before execution each such field becomes `name` under the same response key, and afterwards the
//! names give way to what the schema says of the types that they name:
//!
//! ```graphql
//! { __type(name: "TrackOrderBy") { kind one: isOneOf } }  # what is asked
//! { __type(name: "TrackOrderBy") { kind one: name } }     # what is executed
//! ```

use std::collections::HashSet;

use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, FragmentMap, Operation, Selection, SelectionSet};
use apollo_compiler::request::RequestError;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, introspection, name, ty};
use bytes::Bytes;

use crate::document::Document;
use crate::error::{Code, GraphQLError};
use crate::operation::variables::Variables;
use crate::surface::Surface;

/// The JSON of the operation's introspection fields, in the order of their response keys. It is empty for a field
/// that `@skip` or `@include` leaves out.
///
/// # Errors
/// When `apollo-compiler` refuses what it has validated itself.
pub fn answer(
    surface: &Surface,
    document: &Document,
    operation: Option<&str>,
    variables: &Variables,
    keys: &[String],
) -> Result<Vec<Bytes>, Vec<GraphQLError>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let operation = document.operation(operation).map_err(|error| vec![error])?;
    let variables: JsonMap =
        variables.values().iter().map(|(name, value)| (name.as_str().into(), value.clone().into())).collect();
    let data = execute(surface, document.executable(), operation, variables).map_err(|error| {
        let place = document.location(error.location());
        vec![GraphQLError::new(Code::InternalError, error.message().to_string()).at(place)]
    })?;
    // A field that is skipped is not in the data, and not written. Its keys are text, so the rest can be written.
    let json = |value: &JsonValue| serde_json::to_vec(value).unwrap_or_default().into();
    Ok(keys.iter().map(|key| data.get(key.as_str()).map(json).unwrap_or_default()).collect())
}

fn execute(
    surface: &Surface,
    document: &Valid<ExecutableDocument>,
    operation: &Operation,
    variables: JsonMap,
) -> Result<JsonMap, RequestError> {
    let Surface { schema, implementers, .. } = surface;
    let variables = Valid::assume_valid(variables);
    let run = |document: &Valid<ExecutableDocument>, operation: &Operation| {
        let response = introspection::partial_execute(schema, implementers, document, operation, &variables)?;
        Ok(response.data.unwrap_or_default())
    };
    let fragments = &document.fragments;
    let mut sets = fragments.values().map(|fragment| &fragment.selection_set);
    if !asks(&operation.selection_set) && !sets.any(asks) {
        return run(document, operation);
    }
    let mut renamed = document.clone().into_inner();
    for fragment in renamed.fragments.values_mut() {
        rename(&mut fragment.make_mut().selection_set);
    }
    let mut renamed_operation = operation.clone();
    rename(&mut renamed_operation.selection_set);
    // It is as valid as before: all fields of a key are renamed together, and neither field has arguments.
    let mut data = run(&Valid::assume_valid(renamed), &renamed_operation)?;
    Names { schema, fragments }.resolve_object(&mut data, &[&operation.selection_set]);
    Ok(data)
}

fn is_one_of(parent: &SelectionSet, field: &Field) -> bool {
    field.name == "isOneOf" && parent.ty == "__Type"
}

/// Whether `isOneOf` is selected, other than by a named fragment.
fn asks(set: &SelectionSet) -> bool {
    set.selections.iter().any(|selection| match selection {
        Selection::Field(field) => is_one_of(set, field) || asks(&field.selection_set),
        Selection::InlineFragment(fragment) => asks(&fragment.selection_set),
        Selection::FragmentSpread(_) => false,
    })
}

/// Selects `name` in the place of `isOneOf`.
fn rename(set: &mut SelectionSet) {
    let parent = set.ty.clone();
    for selection in &mut set.selections {
        match selection {
            Selection::Field(field) if field.name == "isOneOf" && parent == "__Type" => {
                let field = field.make_mut();
                field.alias = Some(field.response_key().clone());
                field.name = name!("name");
                field.definition.make_mut().name = name!("name");
                field.definition.make_mut().ty = ty!(String);
            }
            Selection::Field(field) => rename(&mut field.make_mut().selection_set),
            Selection::InlineFragment(fragment) => rename(&mut fragment.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Resolves the names that stand in the data where `isOneOf` was asked for.
struct Names<'a> {
    schema: &'a Schema,
    fragments: &'a FragmentMap,
}

impl<'a> Names<'a> {
    fn resolve(&self, value: &mut JsonValue, sets: &[&'a SelectionSet]) {
        match value {
            JsonValue::Object(object) => self.resolve_object(object, sets),
            JsonValue::Array(items) => items.iter_mut().for_each(|item| self.resolve(item, sets)),
            _ => {}
        }
    }

    fn resolve_object(&self, object: &mut JsonMap, sets: &[&'a SelectionSet]) {
        let (mut fields, mut spread) = (IndexMap::default(), HashSet::new());
        for set in sets {
            self.collect(set, &mut spread, &mut fields);
        }
        for (key, places) in fields {
            // What is skipped is not there, nor are the fields of tables.
            let Some(value) = object.get_mut(key) else { continue };
            if places.iter().any(|(set, field)| is_one_of(set, field)) {
                *value = self.is_one_of(value);
            } else {
                let sets: Vec<_> = places.iter().map(|(_, field)| &field.selection_set).collect();
                self.resolve(value, &sets);
            }
        }
    }

    /// Fields by their response keys. All of a key are the same field, in a valid document also those that are
    /// skipped.
    fn collect(
        &self,
        set: &'a SelectionSet,
        spread: &mut HashSet<&'a str>,
        fields: &mut IndexMap<&'a str, Vec<(&'a SelectionSet, &'a Field)>>,
    ) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    fields.entry(field.response_key().as_str()).or_default().push((set, field));
                }
                Selection::InlineFragment(fragment) => self.collect(&fragment.selection_set, spread, fields),
                Selection::FragmentSpread(reference) => {
                    if let Some(fragment) = self.fragments.get(&reference.fragment_name)
                        && spread.insert(&reference.fragment_name)
                    {
                        self.collect(&fragment.selection_set, spread, fields);
                    }
                }
            }
        }
    }

    /// <https://spec.graphql.org/September2025/#sec-The-__Type-Type>: a Boolean for input objects, null for others.
    fn is_one_of(&self, name: &JsonValue) -> JsonValue {
        let input = name.as_str().and_then(|name| self.schema.get_input_object(name));
        input.map_or(JsonValue::Null, |input| input.directives.has("oneOf").into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document;
    use crate::operation::variables;

    const SDL: &str = "
        type Query { a(x: One, y: Plain, z: E): [Int!] }
        input One @oneOf { a: Int b: One }
        input Plain { one: One! list: [One!]! }
        enum E { V }";

    /// The introspection fields of a request's `data`.
    fn ask(text: &str, keys: &[&str], given: Value) -> Value {
        let surface = Surface::parse(SDL.to_owned()).expect("a valid schema");
        let document = document::parse(&surface, text, &Default::default()).expect("a valid document");
        let operation = document.operation(None).expect("the only operation");
        let Value::Object(given) = given else { panic!("variables are an object") };
        let variables = variables::coerce(&surface.schema, &document, operation, &given).expect("they fit");
        let keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        let answers = answer(&surface, &document, None, &variables, &keys).expect("an answer");
        let answers = answers.iter().filter(|answer| !answer.is_empty());
        answers.map(|answer| serde_json::from_slice::<Value>(answer).expect("JSON")).collect()
    }

    #[test]
    fn only_input_objects_are_one_of_or_not() {
        let text = "{ one: __type(name: \"One\") { isOneOf name } plain: __type(name: \"Plain\") { isOneOf }
            e: __type(name: \"E\") { isOneOf } query: __type(name: \"Query\") { isOneOf }
            none: __type(name: \"None\") { isOneOf } }";
        assert_eq!(
            ask(text, &["one", "plain", "e", "query", "none"], json!({})),
            json!([
                {"isOneOf": true, "name": "One"},
                {"isOneOf": false},
                {"isOneOf": null},
                {"isOneOf": null},
                null,
            ])
        );
    }

    #[test]
    fn wrapped_types_are_neither() {
        let text = "{ __type(name: \"Plain\") {
            inputFields { type { isOneOf ofType { isOneOf ofType { isOneOf ofType { isOneOf } } } } } } }";
        assert_eq!(
            ask(text, &["__type"], json!({})),
            json!([{"inputFields": [
                {"type": {"isOneOf": null, "ofType": {"isOneOf": true, "ofType": null}}},
                {"type": {"isOneOf": null, "ofType": {"isOneOf": null, "ofType": {
                    "isOneOf": null, "ofType": {"isOneOf": true},
                }}}},
            ]}])
        );
    }

    #[test]
    fn fields_merge_across_fragments_and_aliases() {
        let text = "
            { ...Root ...Root __type(name: \"One\") { ... { it: isOneOf isOneOf } name } }
            fragment Root on Query { __type(name: \"One\") { ...Type ... on __Type { name } } }
            fragment Type on __Type { it: isOneOf kind inputFields { type { name: isOneOf kind: name } } }";
        assert_eq!(
            ask(text, &["__type"], json!({})),
            json!([{
                "it": true,
                "kind": "INPUT_OBJECT",
                "inputFields": [{"type": {"name": null, "kind": "Int"}}, {"type": {"name": true, "kind": "One"}}],
                "name": "One",
                "isOneOf": true,
            }])
        );
    }

    #[test]
    fn what_is_skipped_is_left_out() {
        let text = "query ($with: Boolean!) {
            a: __type(name: \"One\") { isOneOf @include(if: $with) isOneOf @skip(if: true) name }
            b: __type(name: \"One\") @skip(if: $with) { isOneOf @skip(if: true) isOneOf } }";
        let ask = |with: bool| ask(text, &["a", "b"], json!({"with": with}));
        assert_eq!(ask(true), json!([{"isOneOf": true, "name": "One"}]));
        assert_eq!(ask(false), json!([{"name": "One"}, {"isOneOf": true}]));
    }

    #[test]
    fn introspection_shows_it() {
        let text = "{ __type(name: \"__Type\") { fields { name type { name } } } }";
        let fields = &ask(text, &["__type"], json!({}))[0]["fields"];
        let fields = fields.as_array().expect("`__Type` is an object");
        assert!(fields.contains(&json!({"name": "isOneOf", "type": {"name": "Boolean"}})), "{fields:?}");
    }
}
