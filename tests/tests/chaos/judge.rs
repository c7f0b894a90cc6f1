//! An answer → whether it is right, and which shards have taken their parts of it.

use std::collections::BTreeSet;

use onefold::engine::{Engine, Request};
use serde_json::{Value, json};

use super::pairs::{home, shard_named};

/// An operation with its only right answer.
pub struct Operation {
    pub request: Request,
    /// The shards that it is about: those without which some of the answer is missing.
    pub shards: BTreeSet<usize>,
    /// What is answered while all shards are there.
    answer: Vec<u8>,
    data: Value,
    /// By root field the shards that it needs.
    roots: Vec<(&'static str, BTreeSet<usize>)>,
    count: usize,
}

impl Operation {
    /// An operation over so many shards, with the shards that its root fields need. Suppliers are asked of their own.
    pub async fn new(
        query: String,
        roots: Vec<(&'static str, BTreeSet<usize>)>,
        count: usize,
        oracle: &Engine,
    ) -> Operation {
        let request = Request { query, ..Request::default() };
        let answer = oracle.execute_interpreted(&request).await.body.whole().await;
        let answer = answer.expect("there is an answer").to_vec();
        let body: Value = serde_json::from_slice(&answer).expect("a response is JSON");
        assert_eq!(body.get("errors"), None, "{}: {body}", request.query);
        let data = body["data"].clone();
        let mut operation = Operation { request, shards: BTreeSet::new(), answer, data, roots, count };
        let roots = operation.roots.iter().flat_map(|(_, shards)| shards.iter().copied());
        operation.shards = roots.chain(suppliers(&operation.data, count)).collect();
        operation
    }

    /// Which shards an answer has nothing of, which must be right in everything else.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub fn judge(&self, answer: &[u8]) -> Result<BTreeSet<usize>, String> {
        if answer == self.answer {
            return Ok(BTreeSet::new());
        }
        let wrong = |what: &str| {
            let answer = String::from_utf8_lossy(answer);
            let answer = answer.chars().take(1_000).collect::<String>();
            format!("{what}: {answer} to {}", self.request.query)
        };
        let body: Value = serde_json::from_slice(answer).map_err(|_| wrong("no JSON"))?;
        let errors = body["errors"].as_array().ok_or_else(|| wrong("not the data, and no errors"))?;
        let (mut away, mut expected) = (BTreeSet::new(), self.data.clone());
        for error in errors {
            if error["extensions"]["code"] != "SHARD_UNAVAILABLE" {
                return Err(wrong("an error of another kind"));
            }
            let path = error["path"].as_array().ok_or_else(|| wrong("an error without a path"))?;
            let names = error["extensions"]["shards"].as_array().ok_or_else(|| wrong("no shards"))?;
            let needs = self.needs(path);
            for name in names {
                let shard = name.as_str().and_then(shard_named).filter(|shard| needs.contains(shard));
                away.insert(shard.ok_or_else(|| wrong("a shard that the field does not need"))?);
            }
            if names.is_empty() {
                return Err(wrong("no shard is away"));
            }
            match self::find(&mut expected, path) {
                Some(place) if !place.is_null() => *place = Value::Null,
                _ => return Err(wrong("an error at something that is null anyway")),
            }
        }
        if body["data"] == expected { Ok(away) } else { Err(wrong("wrong data")) }
    }

    /// The shards that the field at a path needs.
    fn needs(&self, path: &[Value]) -> BTreeSet<usize> {
        let mut data = self.data.clone();
        if let ([.., last], Some(field)) = (path, find(&mut data, path))
            && last == "supplier"
        {
            return suppliers(&json!({"supplier": field}), self.count).collect();
        }
        let root = self.roots.iter().find(|(root, _)| path.len() == 1 && path[0] == *root);
        root.map(|(_, shards)| shards.clone()).unwrap_or_default()
    }
}

fn find<'v>(value: &'v mut Value, path: &[Value]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Value::String(name) => value.get_mut(name),
        Value::Number(place) => value.get_mut(usize::try_from(place.as_u64()?).ok()?),
        _ => None,
    })
}

/// The shards of the suppliers that are somewhere in the data.
fn suppliers(data: &Value, count: usize) -> impl Iterator<Item = usize> {
    fn walk(data: &Value, found: &mut BTreeSet<i64>) {
        match data {
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            Value::Object(fields) => {
                found.extend(fields.get("supplier").and_then(|supplier| supplier["supplierId"].as_i64()));
                fields.values().for_each(|value| walk(value, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(data, &mut found);
    found.into_iter().map(move |supplier| home(supplier, count))
}
