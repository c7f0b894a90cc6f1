//! What introspection answers, beside what `apollo-compiler` does where it answers it.

use apollo_compiler::introspection::partial_execute;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
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

/// Everything of each kind, with descriptions, defaults and deprecations.
const EVERYTHING: &str = "
    \"\"\"What can be \"asked\" for:\n\ta tab, \\u0007 and \u{e9}\"\"\" schema { query: Query }
    directive @marked(with: [String!] = [\"a\", \"b\"], old: Int @deprecated) repeatable on FIELD | QUERY
    scalar Url @specifiedBy(url: \"https://example.com\")
    interface Node { id: ID! }
    interface Named implements Node { id: ID! name(short: Boolean = false): String }
    \"A \\\"person\\\"\" type Person implements Named & Node {
        id: ID! name(short: Boolean = false, old: Int @deprecated(reason: \"too old\")): String
        friends(order: Order = {by: [NAME], first: null, one: 1.5}): [[Person!]]!
        age: Int @deprecated home: Url @deprecated(reason: null)
    }
    type Place implements Node { id: ID! }
    union Any = Person | Place
    enum By { NAME AGE @deprecated(reason: \"it is gone\") }
    input Order { by: [By!]! = [AGE], first: Int @deprecated, one: Float = 2e3 }
    type Query { any(in: [Any2!] = []): Any nodes: [Node]! }
    input Any2 @oneOf { a: Int b: String }";

#[test]
fn apollo_compiler_answers_the_same() {
    for arguments in ["(includeDeprecated: false)", "(includeDeprecated: true)", "(includeDeprecated: $no)"] {
        let value =
            "{ name description type { ...Ref } defaultValue isDeprecated deprecationReason __typename }";
        let text = format!(
            "query ($no: Boolean, $name: String!) {{
                __schema {{
                    withoutDeprecated: directives {{ args {{ name }} no: args(includeDeprecated: $no) {{ name }} }}
                    __typename description queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }}
                    types {{ ...Type }}
                    directives {{
                        __typename name description isRepeatable locations args{arguments} {value}
                    }}
                }}
                one: __type(name: $name) {{ ...Type ...Type name }}
                none: __type(name: \"None\") {{ ...Type }}
            }}
            fragment Type on __Type {{
                __typename kind name description specifiedByURL
                fields{arguments} {{
                    __typename name description type {{ ...Ref }} isDeprecated deprecationReason
                    args{arguments} {value}
                }}
                inputFields{arguments} {value}
                interfaces {{ ...Ref }}
                enumValues{arguments} {{ __typename name description isDeprecated deprecationReason }}
                possibleTypes {{ ...Ref }}
            }}
            fragment Ref on __Type {{
                kind name ofType {{ kind name description ofType {{ fields {{ name }} kind ofType {{ kind }} }} }}
            }}"
        );
        let surface = Surface::parse(EVERYTHING.to_owned()).expect("a valid schema");
        let document = document::parse(&surface, &text, &Default::default()).expect("a valid document");
        let operation = document.operation(None).expect("the only operation");
        let given = json!({"name": "Person"});
        let Value::Object(given) = given else { panic!("variables are an object") };
        let variables = variables::coerce(&surface.schema, &document, operation, &given).expect("they fit");

        let keys = ["__schema", "one", "none"];
        let keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        let answers = answer(&surface, &document, None, &variables, &keys).expect("an answer");

        let values: JsonMap = variables
            .values()
            .iter()
            .map(|(name, value)| (name.as_str().into(), value.clone().into()))
            .collect();
        let (schema, implementers) = (&surface.schema, &surface.implementers);
        let executed = partial_execute(
            schema,
            implementers,
            document.executable(),
            operation,
            &Valid::assume_valid(values),
        );
        let executed = executed.expect("it is valid").data.expect("no field is in error");
        for (key, answer) in keys.iter().zip(&answers) {
            let expected = serde_json::to_string(&executed[key.as_str()]).expect("JSON");
            let answer = String::from_utf8(answer.to_vec()).expect("JSON is UTF-8");
            assert_eq!(answer, expected, "{key}");
        }
    }
}

#[test]
fn a_null_variable_decides_on_nothing() {
    let surface = Surface::parse(SDL.to_owned()).expect("a valid schema");
    let text = "query ($with: Boolean = true) {\n __schema { description @include(if: $with) } }";
    let document = document::parse(&surface, text, &Default::default()).expect("a valid document");
    let operation = document.operation(None).expect("the only operation");
    let given = [("with".to_owned(), Value::Null)].into_iter().collect();
    let variables = variables::coerce(&surface.schema, &document, operation, &given).expect("it is nullable");
    let errors =
        answer(&surface, &document, None, &variables, &["__schema".to_owned()]).expect_err("a refusal");
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["1:8: variable `$with` cannot be null where it decides on `@skip` or `@include`"]);
}
