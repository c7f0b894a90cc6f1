//! Servers and workloads → whether all give the same answers. Nothing is measured that differs.

use jiff::Timestamp;
use serde_json::Value;

use crate::http;
use crate::servers::Server;
use crate::workloads::Workload;

/// How many answers are compared where variables differ.
const SAMPLES: usize = 20;

/// What is wrong with the answers, all of it.
#[derive(Debug, thiserror::Error)]
#[error("the servers do not give the same answers:\n{}", .0.join("\n"))]
pub struct Different(Vec<String>);

/// Compares the answers of all servers with those of the first.
pub fn answers(
    servers: &[Server],
    workloads: &[&'static Workload],
    users: &[String],
) -> Result<(), Different> {
    let mut wrong = Vec::new();
    for workload in workloads {
        let mut expected: Option<Vec<Value>> = None;
        for server in servers {
            let name = format!("  {}, {}", workload.name, server.kind.title());
            let bodies = workload.bodies(server.kind, users);
            match bodies.iter().take(SAMPLES).map(|body| data(server, body)).collect::<Result<Vec<_>, _>>() {
                Err(error) => wrong.push(format!("{name}: {error}")),
                Ok(found) => match &expected {
                    None => expected = Some(found),
                    Some(expected) => {
                        let different =
                            expected.iter().zip(&found).find_map(|(e, f)| difference(e, f, "data"));
                        wrong.extend(different.map(|different| format!("{name}: {different}")));
                    }
                },
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Different(wrong)) }
}

/// The data of an answer that has no errors.
fn data(server: &Server, body: &str) -> Result<Value, String> {
    let (status, body) = http::exchange(server.address, &http::post(server.address, body))
        .map_err(|error| error.to_string())?;
    let answer = serde_json::from_slice::<Value>(&body).ok();
    match answer.as_ref().and_then(|answer| answer.get("data")) {
        Some(data @ Value::Object(_)) if status == 200 => Ok(data.clone()),
        _ => Err(format!("status {status}: {}", shorten(&String::from_utf8_lossy(&body)))),
    }
}

/// Where two answers first differ.
fn difference(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            if let Some(key) = found.keys().find(|key| !expected.contains_key(*key)) {
                return Some(format!("{path} has `{key}`, which the others have not"));
            }
            expected.iter().find_map(|(key, expected)| {
                difference(expected, found.get(key).unwrap_or(&Value::Null), &format!("{path}.{key}"))
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(at, (expected, found))| difference(expected, found, &format!("{path}[{at}]")))
        }
        (Value::Array(expected), Value::Array(found)) => {
            Some(format!("{path} has {} items instead of {}", found.len(), expected.len()))
        }
        (Value::String(expected), Value::String(found)) if same_moment(expected, found) => None,
        (expected, found) if expected == found => None,
        (expected, found) => Some(format!(
            "{path} is {} instead of {}",
            shorten(&found.to_string()),
            shorten(&expected.to_string())
        )),
    }
}

/// Servers may write a time in different ways.
fn same_moment(expected: &str, found: &str) -> bool {
    match (expected.parse::<Timestamp>(), found.parse::<Timestamp>()) {
        (Ok(expected), Ok(found)) => expected == found,
        _ => false,
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::difference;

    #[test]
    fn the_first_difference_is_named() {
        let expected = json!({"users": [{"id": 1, "at": "2025-01-31T10:00:00.5+00:00"}, {"id": 2}]});
        for (found, different) in [
            (json!({"users": [{"id": 1, "at": "2025-01-31T10:00:00.500Z"}, {"id": 2}]}), None),
            (
                json!({"users": [{"id": 1, "at": "2025-01-31T10:00:01Z"}, {"id": 2}]}),
                Some("data.users[0].at is"),
            ),
            (json!({"users": [{"id": 1}]}), Some("data.users has 1 items instead of 2")),
            (json!({"users": null}), Some("data.users is null instead of")),
            (json!({"users": [], "posts": []}), Some("data has `posts`, which the others have not")),
        ] {
            let is = difference(&expected, &found, "data");
            match different {
                None => assert_eq!(is, None),
                Some(different) => assert!(is.as_ref().is_some_and(|is| is.starts_with(different)), "{is:?}"),
            }
        }
    }
}
