//! Paging through connections to their ends, forward and backward, by pages of random sizes: over random rows with ties, nulls
//! and the ends of each type's range, in orders of mixed directions, also through relations to one. Each row comes
//! once, and in the order of the list.

use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::ColumnDef;
use onefold::surface::scalars::has_order;
use onefold_tests::database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use tokio_postgres::Client;

use super::gather::{fill, with_extremes};
use super::values::random;
use super::values::schema::{LENGTHS, SCHEMA, columns};

const DIRECTIONS: [&str; 6] =
    ["ASC", "DESC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"];

/// A column of an order, which of the directions, and through which relation of the note, if it is notes that are read.
type Way = (&'static ColumnDef, usize, &'static str);

/// What is read in which order, by pages of which sizes.
#[derive(Debug, Clone)]
struct Walk {
    notes: bool,
    ways: Vec<Way>,
    sizes: Vec<usize>,
    from: Index,
    /// Whether machine code is made for it too, which takes longer than all the rest.
    compiled: bool,
}

const SAMPLES: &str =
    "query ($orderBy: [SampleOrderBy!], $first: Int, $after: String, $last: Int, $before: String) {
    rows: samplesConnection(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    }
}";

const NOTES: &str =
    "query ($orderBy: [NoteOrderBy!], $first: Int, $after: String, $last: Int, $before: String) {
    rows: notesConnection(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    }
}";

const SAMPLES_LISTED: &str = "query ($orderBy: [SampleOrderBy!]) { rows: samples(orderBy: $orderBy) { id } }";
const NOTES_LISTED: &str = "query ($orderBy: [NoteOrderBy!]) { rows: notes(orderBy: $orderBy) { id } }";

fn walk() -> impl Strategy<Value = Walk> {
    let ordered: Vec<_> = columns().filter(|column| has_order(column.scalar)).collect();
    let way = (select(ordered), 0..DIRECTIONS.len(), select(&["sample", "maybeSample"][..]));
    let compiled = prop_oneof![1 => Just(true), 9 => Just(false)];
    let parts = (any::<bool>(), vec(way, 0..4), vec(1..8_usize, 3), any::<Index>(), compiled);
    parts.prop_map(|(notes, ways, sizes, from, compiled)| Walk { notes, ways, sizes, from, compiled })
}

#[test]
fn pages_have_each_row_once_and_in_order() {
    let rows = vec(vec((any::<Index>(), any::<Index>()), 8), 40).prop_flat_map(|replaced| {
        (random::rows(), Just(replaced)).prop_map(|(rows, replaced)| with_extremes(rows, &replaced))
    });
    let notes = vec((any::<Index>(), proptest::option::of(any::<Index>())), 0..30);

    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let (database, client) = runtime.block_on(async {
        let database = database().await;
        database.execute(&ddl(SCHEMA)).await;
        database.execute(LENGTHS).await;
        database.execute("INSERT INTO sheet VALUES (0)").await;
        let client = database.connect().await;
        (database, client)
    });
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    let engine = Engine::new(SCHEMA, config).expect("the schema is right");
    let config = Cases { cases: 15, failure_persistence: None, max_shrink_iters: 300, ..Cases::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&(rows, notes, vec(walk(), 5)), |(rows, notes, walks)| {
        runtime.block_on(async {
            fill(&client, &rows).await;
            fill_notes(&client, rows.len(), &notes).await;
            for walk in &walks {
                check(&engine, walk).await;
            }
        });
        Ok(())
    });
    // The database is dropped while the runtime is there.
    let _guard = runtime.enter();
    drop(engine);
    drop(database);
    result.unwrap_or_else(|error| panic!("{error}"));
}

async fn fill_notes(client: &Client, samples: usize, notes: &[(Index, Option<Index>)]) {
    for (id, (sample, maybe)) in notes.iter().enumerate() {
        let maybe = maybe.map_or("NULL".to_owned(), |maybe| maybe.index(samples).to_string());
        let sql = format!("INSERT INTO note VALUES ({id}, {}, {maybe})", sample.index(samples));
        client.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{error:?} in {sql}"));
    }
}

impl Walk {
    fn order(&self) -> Value {
        let term = |(column, direction, relation): &Way| {
            let column = json!({ column.name: DIRECTIONS[*direction] });
            if self.notes { json!({ *relation: column }) } else { column }
        };
        self.ways.iter().map(term).collect()
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.sizes.iter().copied().cycle()
    }
}

/// A page as it is answered.
struct Page {
    ids: Vec<i64>,
    cursors: Vec<Value>,
    has_next: bool,
    has_previous: bool,
}

/// Asks for a page, checks what can be seen of it alone, and gives its rows.
async fn page(engine: &Engine, walk: &Walk, arguments: Value, total: usize) -> Page {
    let query = if walk.notes { NOTES } else { SAMPLES };
    let page = ask(engine, query, walk, arguments).await;
    let edges = page["edges"].as_array().expect("edges are a list");
    let cursors: Vec<Value> = edges.iter().map(|edge| edge["cursor"].clone()).collect();
    let info = &page["pageInfo"];
    assert_eq!(info["startCursor"], cursors.first().cloned().unwrap_or_default());
    assert_eq!(info["endCursor"], cursors.last().cloned().unwrap_or_default());
    assert_eq!(page["totalCount"], total);
    let flag = |name: &str| info[name].as_bool().expect("it is a Boolean");
    let ids = edges.iter().map(|edge| edge["node"]["id"].as_i64().expect("a key is a number")).collect();
    Page { ids, cursors, has_next: flag("hasNextPage"), has_previous: flag("hasPreviousPage") }
}

async fn ask(engine: &Engine, query: &str, walk: &Walk, arguments: Value) -> Value {
    let Value::Object(mut variables) = arguments else { panic!("variables are an object") };
    variables.insert("orderBy".into(), walk.order());
    let request = Request { query: query.to_owned(), variables: variables.into(), ..Request::default() };
    let response = engine.execute_interpreted(&request).await.body.whole().await;
    let response = response.expect("the rows fit the schema");
    if walk.compiled {
        let compiled = engine.execute_compiled(&request).await.body.whole().await;
        assert!(compiled.expect("the rows fit the schema") == response, "machine code writes something else");
    }
    let mut found: Map<String, Value> = serde_json::from_slice(&response).expect("a response is JSON");
    assert!(!found.contains_key("errors"), "{found:?} for {:?}", request.variables);
    found["data"]["rows"].take()
}

async fn check(engine: &Engine, walk: &Walk) {
    let listed = if walk.notes { NOTES_LISTED } else { SAMPLES_LISTED };
    let listed = ask(engine, listed, walk, json!({})).await;
    let listed = listed.as_array().expect("it is a list").iter();
    let expected: Vec<i64> = listed.map(|row| row["id"].as_i64().expect("a key is a number")).collect();
    let total = expected.len();

    let (mut found, mut cursors) = (Vec::new(), Vec::new());
    for size in walk.sizes() {
        let after = cursors.last().cloned().unwrap_or_default();
        let page = page(engine, walk, json!({"first": size, "after": after}), total).await;
        assert_eq!(page.has_previous, !found.is_empty(), "forward, after {} rows", found.len());
        assert_eq!(page.ids.len(), size.min(total - found.len()), "forward, after {found:?} of {expected:?}");
        found.extend(page.ids);
        cursors.extend(page.cursors);
        assert_eq!(page.has_next, found.len() < total, "forward, after {} rows", found.len());
        if !page.has_next {
            break;
        }
    }
    assert_eq!(found, expected, "forward in the order {}", walk.order());

    let (mut found, mut first) = (Vec::new(), Value::Null);
    for size in walk.sizes() {
        let page = page(engine, walk, json!({"last": size, "before": first}), total).await;
        assert_eq!(page.has_next, !found.is_empty(), "backward, before {} rows", found.len());
        assert_eq!(
            page.ids.len(),
            size.min(total - found.len()),
            "backward, before {found:?} of {expected:?}"
        );
        first = page.cursors.first().cloned().unwrap_or_default();
        found.splice(0..0, page.ids);
        assert_eq!(page.has_previous, found.len() < total, "backward, before {} rows", found.len());
        if !page.has_previous {
            break;
        }
    }
    assert_eq!(found, expected, "backward in the order {}", walk.order());

    // From anywhere in both directions, and what is between two places.
    if total > 0 {
        let place = walk.from.index(total);
        let half = place / 2;
        let after = page(engine, walk, json!({"first": 1000, "after": cursors[place]}), total).await;
        assert_eq!(after.ids, expected[place + 1..]);
        let before = page(engine, walk, json!({"last": 1000, "before": cursors[place]}), total).await;
        assert_eq!(before.ids, expected[..place]);
        let between = json!({"first": 1000, "after": cursors[half], "before": cursors[place]});
        assert_eq!(page(engine, walk, between, total).await.ids, expected[(half + 1).min(place)..place]);
    }
}
