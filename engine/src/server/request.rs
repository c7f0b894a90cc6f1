//! Decodes a GraphQL request: from the JSON of a body, or from the parameters of a query string.
//! <https://graphql.github.io/graphql-over-http/draft/#sec-Request>

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::error::Error;
use super::query_string;
use crate::engine::{Given, Request};
use crate::known;

/// The members of a request that mean something; others are reserved and passed over, as the specification asks.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Members<V> {
    query: Value,
    document_id: Value,
    operation_name: Value,
    variables: V,
    extensions: Value,
}

/// Variables that are left as text until it is known what they are for.
#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Option<&'a RawValue>);

/// Decodes the body of a POST.
pub(super) fn from_json(body: &[u8]) -> Result<Request, Error> {
    let text = std::str::from_utf8(body).map_err(Error::Utf8)?;
    match text.trim_start_matches(JSON_SPACE).chars().next() {
        None => return Err(Error::Empty),
        Some('{') => {}
        Some(_) => {
            let value: Value = serde_json::from_str(text).map_err(Error::Json)?;
            return Err(if value.is_array() { Error::Batch } else { Error::NotAnObject(kind(&value)) });
        }
    }
    // A tree of the variables says what is wrong with them, and is there for what text is not kept of.
    if let Ok(mut members) = serde_json::from_str::<Members<Text<'_>>>(text)
        && let Some(variables) =
            members.variables.0.take().map_or_else(|| Some(Given::default()), Given::json)
    {
        return request(members, |_| Ok(variables));
    }
    let members: Members<Value> = serde_json::from_str(text).map_err(Error::Json)?;
    request(members, |variables| Ok(object("variables", variables)?.into()))
}

fn request<V>(members: Members<V>, given: impl FnOnce(V) -> Result<Given, Error>) -> Result<Request, Error> {
    let Members { query, document_id, operation_name, variables, extensions } = members;
    let extensions = object("extensions", extensions)?;
    let (query, id) = (string("query", query)?, string("documentId", document_id)?);
    let (query, document_id) = document(query, id, &extensions)?;
    Ok(Request {
        query,
        document_id,
        operation_name: string("operationName", operation_name)?.filter(|name| !name.is_empty()),
        variables: given(variables)?,
        ..Request::default()
    })
}

/// Decodes the query string of a GET.
pub(super) fn from_query_string(text: &str) -> Result<Request, Error> {
    let mut query = None;
    let mut document_id = None;
    let mut operation_name = None;
    let mut variables = None;
    let mut extensions = None;
    for (name, value) in query_string::parse(text).ok_or(Error::QueryString)? {
        let (name, parameter) = match name.as_str() {
            "query" => ("query", &mut query),
            "documentId" => ("documentId", &mut document_id),
            "operationName" => ("operationName", &mut operation_name),
            "variables" => ("variables", &mut variables),
            "extensions" => ("extensions", &mut extensions),
            _ => continue,
        };
        if parameter.replace(value).is_some() {
            return Err(Error::Repeated(name));
        }
    }
    let extensions = json_object("extensions", extensions)?;
    let (query, document_id) = document(query, document_id, &extensions)?;
    Ok(Request {
        query,
        document_id,
        operation_name: operation_name.filter(|name| !name.is_empty()),
        variables: json_object("variables", variables)?.into(),
        ..Request::default()
    })
}

/// The text of the document that is meant, or else its id: by [persisted documents] or by [what Apollo's clients send].
///
/// Who sends both sends the text again after the id was not known.
///
/// [persisted documents]: https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md
/// [what Apollo's clients send]: https://www.apollographql.com/docs/apollo-server/performance/apq
fn document(
    query: Option<String>,
    id: Option<String>,
    extensions: &Map<String, Value>,
) -> Result<(String, Option<String>), Error> {
    let hash = || extensions.get("persistedQuery")?.get("sha256Hash")?.as_str();
    let id = id.or_else(|| hash().map(|hash| format!("sha256:{}", hash.to_ascii_lowercase())));
    match (query, id) {
        (None, None) => Err(Error::NoQuery),
        (None, id) => Ok((String::new(), id)),
        (Some(query), Some(id)) if id != known::id(&query) => Err(Error::OtherDocument(id)),
        (Some(query), _) => Ok((query, None)),
    }
}

/// The white space of JSON.
const JSON_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

fn json_object(name: &'static str, text: Option<String>) -> Result<Map<String, Value>, Error> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Map::new()) };
    let value = serde_json::from_str(&text).map_err(|source| Error::ParameterJson { name, source })?;
    object(name, value)
}

fn string(name: &'static str, value: Value) -> Result<Option<String>, Error> {
    match value {
        Value::String(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        other => Err(Error::Parameter { name, expected: "a string", found: kind(&other) }),
    }
}

fn object(name: &'static str, value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Object(members) => Ok(members),
        Value::Null => Ok(Map::new()),
        other => Err(Error::Parameter { name, expected: "an object", found: kind(&other) }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
