//! Random operations with something changed in them: the engine takes them for valid exactly where `graphql-js` does, by the
//! schema that it builds from the introspection. What is told apart is the difference as few tokens as can be, and the seed.
//!
//! The test needs what `npm ci` in `tests/node` installs; a machine without Node.js goes without it.

mod judge;
mod mutate;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::error::Code;
use serde_json::Value;

use crate::random::document::Operation;
use crate::random::operation::{self, Known};
use crate::random::schema::World;
use crate::random::setting;
use judge::Judge;
use tokens::{Token, text};

/// How many documents there are of each schema.
const OF_ONE_SCHEMA: usize = 1_000;

/// How many different ones are looked for.
const DIFFERENCES: usize = 20;

/// How graphql-js asks for a schema, `getIntrospectionQuery` with all options.
const INTROSPECTION: &str = include_str!("mutated/introspection.graphql");

/// What the engine says of documents that `graphql-js` takes for valid.
const KNOWN: [&[&str]; 2] = [
    // `graphql-js` looks into a variable in an object of a `@oneOf` type only where that is no item of a list.
    &["variable `$", "a field of `", "` cannot be null"],
    // `apollo-compiler` has null refused in a list that stands for a scalar that is not null. No scalar but JSON takes lists.
    &["expected value of type ", "!, found null"],
];

/// What a document is taken for.
#[derive(Debug, PartialEq)]
enum Verdict {
    Valid,
    /// With what is said of it.
    Invalid(Vec<String>),
    /// Only a limit was passed.
    Limited,
}

#[tokio::test]
async fn documents_are_valid_where_graphql_js_says_so() {
    let (seed, count) = (setting("ONEFOLD_MUTATED_SEED", 0), setting("ONEFOLD_MUTATED_DOCUMENTS", 4_000));
    let Some(mut judge) = Judge::new() else { return };
    let (mut valid, mut limited) = (0, 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = BTreeMap::new();
    for (schema, first) in (0..count).step_by(OF_ONE_SCHEMA).enumerate() {
        let seed = seed + schema;
        let mut rng = Rng::with_seed(seed as u64);
        let world = if seed % 4 == 3 { World::new(&mut rng) } else { World::of_one_database(&mut rng) };
        let mut config = Config::default();
        config.database.url = Some("postgres://nobody@127.0.0.1:1/none".to_owned());
        let engine = Engine::new(world.schema, config).expect("the schema is right");
        let introspection = introspection(&engine).await;
        judge.schema(&introspection);
        let names = names(&introspection);
        let known = Known { cursors: Vec::new(), ids: vec!["an id".into()] };
        for _ in first..count.min(first + OF_ONE_SCHEMA) {
            let operation = operation::operation(&mut rng, &world, Some(&known));
            let scatter = world.schema.tables.iter().any(|table| table.placement.shard_key().is_some());
            let operation = Operation { scatter: scatter && operation.scatter, ..operation };
            let document = mutate::mutate(&mut rng, &operation.text(), &names);
            let (theirs, ours) = verdicts(&mut judge, &engine, &text(&document));
            if differ(&theirs, &ours) {
                let kinds = (kinds_of(&theirs), kinds_of(&ours));
                if differences.contains_key(&kinds) {
                    continue;
                }
                let document = smallest(&mut judge, &engine, document);
                let (theirs, ours) = verdicts(&mut judge, &engine, &text(&document));
                let difference = format!(
                    "{}\n\ngraphql-js: {theirs:?}\nthe engine: {ours:?}\n(ONEFOLD_MUTATED_SEED={seed})\n",
                    text(&document)
                );
                differences.insert(kinds, difference);
                assert!(differences.len() < DIFFERENCES, "{}", report(&differences));
                continue;
            }
            match (theirs, ours) {
                (_, Verdict::Limited) => limited += 1,
                (Verdict::Invalid(errors), _) => {
                    errors.iter().for_each(|error| *kinds.entry(kind(error)).or_default() += 1);
                }
                _ => valid += 1,
            }
        }
    }
    assert!(differences.is_empty(), "{}", report(&differences));
    println!(
        "of {count} documents {valid} are valid, {limited} pass a limit; what is wrong with the others:"
    );
    kinds.iter().for_each(|(kind, count)| println!("{count:6} {kind}"));
    assert!(valid * 20 > count && valid * 2 < count, "{valid} of {count} documents are valid");
    assert!(limited * 50 < count, "{limited} of {count} documents pass a limit");
    assert!(kinds.len() > 30, "documents are wrong in {} ways", kinds.len());
}

/// What graphql-js and the engine say of a document.
fn verdicts(judge: &mut Judge, engine: &Engine, document: &str) -> (Verdict, Verdict) {
    judge.ask(document);
    let ours = match engine.operations(document) {
        Ok(_) => Verdict::Valid,
        Err(invalid) if invalid.0.iter().all(|error| error.extensions.code == Code::LimitExceeded) => {
            Verdict::Limited
        }
        Err(invalid) => Verdict::Invalid(invalid.0.iter().map(|error| error.message.clone()).collect()),
    };
    let errors = judge.errors();
    (if errors.is_empty() { Verdict::Valid } else { Verdict::Invalid(errors) }, ours)
}

fn differ(theirs: &Verdict, ours: &Verdict) -> bool {
    let is_known =
        |message: &String| KNOWN.iter().any(|parts| parts.iter().all(|part| message.contains(part)));
    match (theirs, ours) {
        (_, Verdict::Limited) => false,
        (Verdict::Valid, Verdict::Invalid(messages)) => !messages.iter().all(is_known),
        _ => (*theirs == Verdict::Valid) != (*ours == Verdict::Valid),
    }
}

/// The fewest tokens that are still told apart.
fn smallest(judge: &mut Judge, engine: &Engine, mut document: Vec<Token>) -> Vec<Token> {
    let mut is_different = |document: &[Token]| {
        let (theirs, ours) = verdicts(judge, engine, &text(document));
        differ(&theirs, &ours)
    };
    'smaller: loop {
        for start in 0..document.len() {
            let of_group = tokens::group(&document, start).map(|end| end - start);
            for length in of_group.into_iter().chain([4, 3, 2, 1]) {
                let mut smaller = document.clone();
                smaller.drain(start..(start + length).min(document.len()));
                if is_different(&smaller) {
                    document = smaller;
                    continue 'smaller;
                }
            }
        }
        return document;
    }
}

async fn introspection(engine: &Engine) -> Value {
    let request = Request { query: INTROSPECTION.to_owned(), ..Request::default() };
    let body = engine.execute(&request).await.body.whole().await.expect("the body comes to its end");
    let mut response: Value = serde_json::from_slice(&body).expect("a response is JSON");
    assert_eq!(response.get("errors"), None);
    response["data"].take()
}

/// All names of a schema.
fn names(introspection: &Value) -> Vec<String> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            Value::Object(fields) => {
                if let Some(Value::String(name)) = fields.get("name") {
                    names.insert(name.clone());
                }
                fields.values().for_each(|field| collect(field, names));
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(introspection, &mut names);
    names.into_iter().collect()
}

type Kinds = (Vec<String>, Vec<String>);

fn kinds_of(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Invalid(errors) => {
            let kinds: BTreeSet<_> = errors.iter().map(|error| kind(error)).collect();
            kinds.into_iter().collect()
        }
        Verdict::Valid | Verdict::Limited => Vec::new(),
    }
}

fn report(differences: &BTreeMap<Kinds, String>) -> String {
    let differences: Vec<_> = differences.values().cloned().collect();
    format!("the engine says otherwise than graphql-js of:\n\n{}", differences.join("\n"))
}

/// What is wrong, without the names of the document.
fn kind(message: &str) -> String {
    let mut quoted = false;
    let kind: String = message
        .chars()
        .filter(|character| {
            quoted ^= matches!(character, '"' | '`');
            !quoted && !character.is_ascii_digit()
        })
        .collect();
    kind.chars().take(60).collect()
}
