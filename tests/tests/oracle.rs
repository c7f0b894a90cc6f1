//! A second implementation, slow and obvious, which answers operations from rows in memory: what the engine answers is the
//! same, for random operations over random schemas and rows. It knows documents and rows, and nothing of the engine's
//! stages.
//!
//! Cursors and global ids are opaque. Each must say one place or row, and be the only text that says it; then they are given
//! back as arguments. Connections are also read page by page to their ends, both ways. An operation that is answered
//! otherwise is made as small as can be, then its rows are, and it is printed with what it asks of the schema and the seed
//! that gives it again.
//!
//! `scripts/oracle.sh` runs many.

mod aggregate;
mod answer;
mod calendar;
mod connection;
mod decimal;
mod execute;
mod fields;
mod filter;
mod input;
mod json;
mod order;
mod plain;
mod refused;
mod rig;
mod store;
mod tally;
mod tokens;
mod walk;

use fastrand::Rng;
use futures_util::future::join_all;
use onefold::engine::Request;
use serde_json::Value;

use crate::random::document::Operation;
use crate::random::mode::Mode;
use crate::random::operation::{self, Known};
use crate::random::schema::World;
use crate::random::script;
use crate::random::setting;
use execute::{Refused, execute};
use rig::Rig;
use tally::Tally;
use tokens::Tokens;
use walk::walk;

/// How many operations there are of each schema.
const OF_ONE_SCHEMA: usize = 100;

/// How many are answered at the same time.
const AT_ONCE: usize = 10;

/// How many connections of each schema are read to their ends.
const WALKS: usize = 5;

/// How often a smaller case is tried.
const ATTEMPTS: usize = 2_000;

/// How often fewer rows are tried.
const ATTEMPTS_WITH_ROWS: usize = 400;

/// A request with how it is answered.
#[derive(Clone)]
struct Case {
    operation: Operation,
    mode: Mode,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_those_of_the_rows_in_hand() {
    let (seed, count) = (setting("ONEFOLD_ORACLE_SEED", 0), setting("ONEFOLD_ORACLE_OPERATIONS", 2_000));
    let mut tally = Tally::default();
    let mut rig = Rig::new().await;
    for (schema, first) in (0..count).step_by(OF_ONE_SCHEMA).enumerate() {
        let seed = seed + schema;
        let mut rng = Rng::with_seed(seed as u64);
        let world = World::of_one_database(&mut rng);
        rig.fill(&mut rng, &world, |_, _| true).await;
        let mut tokens = Tokens::default();
        for _ in (first..count.min(first + OF_ONE_SCHEMA)).step_by(AT_ONCE) {
            let known = rig.known(&tokens);
            let cases: Vec<_> = (0..AT_ONCE).map(|_| case(&mut rng, &world, &known)).collect();
            let responses = cases.iter().map(async |case| rig.answer(&case.request(), case.mode).await);
            for (case, response) in cases.iter().zip(join_all(responses).await) {
                match check(&rig, case, &response, &mut tokens) {
                    Ok(expected) => tally.count(&case.request(), &expected),
                    Err(_) => panic!("{}", smallest(seed, &mut rig, &world, case.clone(), tokens).await),
                }
            }
        }
        for _ in 0..WALKS {
            match walk(&mut rng, &rig, &world, &mut tokens).await {
                Ok(rows) => tally.walked(rows),
                Err(case) => panic!("{}", smallest(seed, &mut rig, &world, *case, tokens).await),
            }
        }
    }
    println!("{tally}");
    tally.check();
}

fn case(rng: &mut Rng, world: &World, known: &Known) -> Case {
    let operation = operation::operation(rng, world, Some(known));
    let mode = match rng.u8(0..20) {
        0 => Mode::Ordinary,
        1 => Mode::Compiled,
        _ => Mode::Interpreted,
    };
    Case { operation: Operation { scatter: false, ..operation }, mode }
}

impl Case {
    fn request(&self) -> Request {
        let Case { operation, .. } = self;
        Request { query: operation.text(), variables: operation.values().into(), ..Request::default() }
    }
}

/// Whether a response is what is expected.
fn check(
    rig: &Rig,
    case: &Case,
    response: &str,
    tokens: &mut Tokens,
) -> Result<Result<answer::Expected, Refused>, String> {
    let expected = execute(rig.store(), tokens, &case.operation.text(), &case.operation.values());
    match &expected {
        Ok(expected) => expected.check(response, tokens)?,
        Err(code) => {
            let found: Value = serde_json::from_str(response).map_err(|error| error.to_string())?;
            if found.get("data").is_some() || found["errors"][0]["extensions"]["code"] != *code {
                return Err(format!("it is not refused with `{code}`"));
            }
        }
    }
    Ok(expected)
}

/// The smallest operation, over the fewest rows, that is still answered otherwise, as text.
async fn smallest(seed: usize, rig: &mut Rig, world: &World, mut case: Case, tokens: Tokens) -> String {
    let mut attempts = 0;
    'smaller: loop {
        for operation in case.operation.smaller() {
            attempts += 1;
            if attempts > ATTEMPTS {
                break 'smaller;
            }
            let smaller = Case { operation, ..case.clone() };
            if is_wrong(rig, &smaller, &tokens).await {
                case = smaller;
                continue 'smaller;
            }
        }
        break;
    }
    let mut gone = world.rows.iter().map(|rows| vec![false; rows.len()]).collect::<Vec<_>>();
    let mut attempts = 0;
    for table in 0..gone.len() {
        let rows = gone[table].len();
        // All of them, then one after the other.
        let steps = std::iter::once(0..rows).chain((0..rows).map(|row| row..row + 1));
        for step in steps.filter(|step| !step.is_empty()) {
            if gone[table][step.clone()].iter().all(|gone| *gone) || attempts > ATTEMPTS_WITH_ROWS {
                continue;
            }
            attempts += 1;
            let before = gone.clone();
            gone[table][step].fill(true);
            rig.fill(&mut Rng::with_seed(0), world, |table, row| !gone[table][row]).await;
            if !is_wrong(rig, &case, &tokens).await {
                gone = before;
            }
        }
    }
    rig.fill(&mut Rng::with_seed(0), world, |table, row| !gone[table][row]).await;
    report(seed, rig, world, &case, tokens, &gone).await
}

/// Whether an operation is answered otherwise; one from which too much is left out is not valid any more.
async fn is_wrong(rig: &Rig, case: &Case, tokens: &Tokens) -> bool {
    if rig.engine().operations(&case.operation.text()).is_err() {
        return false;
    }
    let response = rig.answer(&case.request(), case.mode).await;
    check(rig, case, &response, &mut tokens.clone()).is_err()
}

async fn report(
    seed: usize,
    rig: &Rig,
    world: &World,
    case: &Case,
    mut tokens: Tokens,
    gone: &[Vec<bool>],
) -> String {
    let request = case.request();
    let response = rig.answer(&request, case.mode).await;
    let statement = rig.engine().sql(&request).unwrap_or_else(|error| error.to_string());
    let expected = match execute(rig.store(), &tokens, &request.query, &case.operation.values()) {
        Ok(expected) => format!("{} {:?}", expected.data, expected.errors),
        Err(code) => format!("refused with `{code}`"),
    };
    let wrong = check(rig, case, &response, &mut tokens);
    let wrong = wrong.err().unwrap_or_else(|| "only with all rows, or among other operations".into());
    let is_shown = |table: &onefold::schema::TableDef| {
        let number = world.table(table.name);
        statement.contains(table.table) || !gone[number].iter().all(|gone| *gone)
    };
    let is_used = |name: &str| {
        request.query.split(|it: char| !it.is_alphanumeric()).any(|word| word == name)
            || statement.contains(&onefold::sql::identifier(name))
    };
    let insert = |table: usize| {
        script::insert(world, table, |row| !gone[table][row], |column| world.is_used(table, column, is_used))
    };
    let rows: String = (0..gone.len()).map(insert).collect();
    let variables = Value::Object(case.operation.values());
    format!(
        "{wrong} (ONEFOLD_ORACLE_SEED={seed})\n\n{}\n{rows}\n{statement}\n\n{}\n{variables:#}\n\n\
         expected: {expected}\nfound:    {response}",
        world.describe(is_shown, is_used),
        request.query
    )
}
