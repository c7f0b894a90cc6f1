//! The JSON files of bad input → requests and what to expect of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::http::Request;

/// A request and the errors that it must be answered with.
pub struct Case {
    /// The file's name without its ending.
    pub file: String,
    pub name: String,
    pub kind: Kind,
    /// Each error has one of these in its `extensions`.
    pub codes: Vec<String>,
    /// All of these stand in the messages.
    pub messages: Vec<String>,
}

pub enum Kind {
    /// The body of a well-formed request, to be refused.
    Query(Vec<u8>),
    /// A request as it is sent.
    Raw { request: Request, status: u16 },
}

/// All cases of all files.
pub fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_input");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    files.sort();
    files.iter().flat_map(|file| read(file)).collect()
}

fn read(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let cases: Vec<Map<String, Value>> =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let file = file.file_stem().expect("a file has a name").to_string_lossy();
    cases.iter().map(|case| parse(&file, case)).collect()
}

fn parse(file: &str, case: &Map<String, Value>) -> Case {
    let name = string(&case["name"]);
    let kind = match case.get("request") {
        Some(request) => {
            let status = case.get("status").map_or(Some(400), |status| u16::try_from(status.as_u64()?).ok());
            Kind::Raw { request: raw_request(request), status: status.expect("a status is a small number") }
        }
        None => {
            let query = String::from_utf8(bytes(&case["query"])).expect("a `query` is UTF-8");
            let mut body = json!({"query": query});
            for name in ["variables", "operationName"] {
                if let Some(value) = case.get(name) {
                    body[name] = value.clone();
                }
            }
            Kind::Query(body.to_string().into_bytes())
        }
    };
    let codes = case.get("codes").map_or_else(|| vec![string(&case["code"])], strings);
    let messages = case.get("message").map_or_else(Vec::new, strings);
    Case { file: file.to_owned(), name, kind, codes, messages }
}

fn raw_request(request: &Value) -> Request {
    let method = request.get("method").map_or_else(|| "POST".to_owned(), string);
    let path = request.get("path").map_or_else(|| "/graphql".to_owned(), string);
    let mut raw = Request::new(&method, &path);
    if let Some(body) = request.get("body") {
        raw = raw.header("content-type", "application/json").body(bytes(body));
    }
    let mut headers = request.get("headers").and_then(Value::as_object).cloned().unwrap_or_default();
    headers.entry("accept").or_insert_with(|| super::GRAPHQL_RESPONSE.into());
    for (name, value) in &headers {
        raw = raw.without_header(name);
        if !value.is_null() {
            raw = raw.header(name, &string(value));
        }
    }
    raw
}

/// A text in one of its forms.
fn bytes(text: &Value) -> Vec<u8> {
    if let Some(text) = text.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = text["latin1"].as_str() {
        return text
            .chars()
            .map(|character| u8::try_from(character).expect("Latin 1 ends at U+00FF"))
            .collect();
    }
    let part = |name: &str| text[name].as_str().unwrap_or_default();
    let times =
        text["times"].as_u64().and_then(|times| usize::try_from(times).ok()).expect("`times` is a number");
    let (repeated, closed) = (part("repeat").repeat(times), part("close").repeat(times));
    [part("before"), &repeated, part("after"), &closed, part("end")].concat().into_bytes()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a string")).to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list")).iter().map(string).collect()
}
