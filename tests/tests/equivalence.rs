//! Random operations over random schemas: the answer over several shards is that of one database, byte for byte.
//!
//! The schemas are made at run time, with rows for them and slot maps of 1, 2, 4 and 7 shards. What one database answers
//! comes from the same engine for the same tables, none of which is sharded. An operation that is answered differently is
//! made as small as can be and printed, with the seed that gives it again.
//!
//! `scripts/equivalence.sh` runs many.

mod databases;
mod tally;

use fastrand::Rng;
use futures_util::future::join_all;
use onefold::engine::Request;
use serde_json::Value;

use crate::random::document::Operation;
use crate::random::mode::Mode;
use crate::random::operation;
use crate::random::schema::World;
use crate::random::setting;
use databases::{Databases, Engines, Sharded};
use tally::Tally;

/// How many operations there are of each schema.
const OF_ONE_SCHEMA: usize = 50;

/// How often a smaller operation is tried.
const ATTEMPTS: usize = 2_000;

/// An operation that shards answer differently.
struct Difference {
    /// The position of the engine.
    sharded: usize,
    expected: String,
    found: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shards_answer_what_one_database_does() {
    let (seed, count) =
        (setting("ONEFOLD_EQUIVALENCE_SEED", 0), setting("ONEFOLD_EQUIVALENCE_OPERATIONS", 300));
    let databases = Databases::new().await;
    let mut tally = Tally::default();
    for (schema, first) in (0..count).step_by(OF_ONE_SCHEMA).enumerate() {
        let seed = seed + schema;
        let mut rng = Rng::with_seed(seed as u64);
        let world = World::new(&mut rng);
        let engines = databases.fill(&mut rng, &world).await;
        for _ in first..count.min(first + OF_ONE_SCHEMA) {
            let operation = operation::operation(&mut rng, &world, None);
            let mode = match rng.u8(0..10) {
                0 => Mode::Ordinary,
                1 => Mode::Compiled,
                _ => Mode::Interpreted,
            };
            if let Err(difference) = check(&engines, &operation, mode, &mut tally).await {
                let (operation, difference) = shrink(&engines, operation, difference, mode).await;
                panic!("{}", report(seed, &world, &engines, &operation, &difference));
            }
        }
    }
    println!("{tally}");
    tally.check();
}

/// Compares the answers to an operation.
async fn check(
    engines: &Engines,
    operation: &Operation,
    mode: Mode,
    tally: &mut Tally,
) -> Result<(), Difference> {
    let expected = mode.answer(&engines.whole, &of_one_database(operation)).await;
    let request = request(operation);
    let answers = engines.sharded.iter().map(|sharded| mode.answer(&sharded.engine, &request));
    for (sharded, found) in join_all(answers).await.into_iter().enumerate() {
        if !are_alike(&expected, &found) {
            return Err(Difference { sharded, expected, found });
        }
    }
    let Some(Sharded { engine, .. }) = engines.sharded.last() else { return Ok(()) };
    match serde_json::from_str(&expected) {
        Ok(answer) if is_data(&answer) => {
            let statements = engine.sql(&request).unwrap_or_else(|error| panic!("{error}"));
            tally.count(&statements, &answer);
        }
        _ => tally.refused += 1,
    }
    Ok(())
}

/// Whether two answers are the same, or both none because the request is wrong.
fn are_alike(expected: &str, found: &str) -> bool {
    let [expected_json, found_json] = [expected, found].map(|text| serde_json::from_str::<Value>(text).ok());
    let (Some(one), Some(other)) = (expected_json, found_json) else { return false };
    if !is_data(&one) && !is_data(&other) {
        let is_refusal =
            |answer: &Value| !answer.to_string().contains("_ERROR") && answer.get("errors").is_some();
        return is_refusal(&one) && is_refusal(&other);
    }
    let errors = one["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Only values that JSON has not are errors: whatever else is wrong is wrong with the test.
    expected == found && errors.iter().all(|error| error["extensions"]["code"] == "NOT_FINITE")
}

fn is_data(answer: &Value) -> bool {
    answer.get("data").is_some()
}

/// The smallest operation that is still answered differently.
async fn shrink(
    engines: &Engines,
    mut operation: Operation,
    mut difference: Difference,
    mode: Mode,
) -> (Operation, Difference) {
    let engine = &engines.sharded[difference.sharded].engine;
    let mut attempts = 0;
    'smaller: loop {
        for smaller in operation.smaller() {
            attempts += 1;
            if attempts > ATTEMPTS {
                return (operation, difference);
            }
            let expected = mode.answer(&engines.whole, &of_one_database(&smaller)).await;
            let found = mode.answer(engine, &request(&smaller)).await;
            if !are_alike(&expected, &found) {
                (operation, difference) = (smaller, Difference { expected, found, ..difference });
                continue 'smaller;
            }
        }
        return (operation, difference);
    }
}

fn report(
    seed: usize,
    world: &World,
    engines: &Engines,
    operation: &Operation,
    difference: &Difference,
) -> String {
    let Sharded { engine, map } = &engines.sharded[difference.sharded];
    let request = request(operation);
    let statements = engine.sql(&request).unwrap_or_else(|error| error.to_string());
    let whole = engines.whole.sql(&of_one_database(operation)).unwrap_or_else(|error| error.to_string());
    let variables = Value::Object(request.variables.values().into_owned());
    format!(
        "shards answer otherwise than one database (ONEFOLD_EQUIVALENCE_SEED={seed})\n\n{world}\n{map:?}\n\n\
         {statements}\n\none database:\n{whole}\n\n{}\n{variables:#}\n\nexpected: {}\nfound:    {}",
        request.query, difference.expected, difference.found
    )
}

fn request(operation: &Operation) -> Request {
    Request { query: operation.text(), variables: operation.values().into(), ..Request::default() }
}

/// The request as one database takes it, where nothing is scattered.
fn of_one_database(operation: &Operation) -> Request {
    request(&Operation { scatter: false, ..operation.clone() })
}
