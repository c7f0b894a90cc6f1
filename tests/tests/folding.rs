//! Requests that are answered together: each gets the answer that it would have got alone, whatever becomes of the
//! others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{join, join_all, ready, select};
use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Outcome, Request};
use onefold::prelude::*;
use onefold::schema::SchemaDef;
use onefold_tests::{TestDatabase, database};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Whether a shelf can be reached. The database does not know the last one.
#[derive(Enum)]
#[pg(name = "reach")]
pub enum Reach {
    Low,
    High,
    Beyond,
}

/// Where books are.
#[derive(Table)]
pub struct Shelf {
    #[key]
    pub shelf_id: i32,
    pub name: Option<String>,
    pub reach: Reach,
    #[many(Book::shelf_id)]
    pub books: Many<Book>,
}

/// What is read.
#[derive(Table)]
pub struct Book {
    #[key]
    pub shelf_id: i32,
    #[key]
    pub place: i32,
    pub title: String,
    /// Null in the database for some, against what is said here.
    pub pages: i64,
    pub price: Option<Decimal>,
    pub bought: Option<Date>,
    #[one(shelf_id)]
    pub shelf: One<Shelf>,
}

#[derive(Schema)]
#[schema(tables(Shelf, Book))]
pub struct Library;

const ROWS: &str = "
    INSERT INTO shelf
    SELECT i, CASE WHEN i % 7 > 0 THEN 'shelf ' || i || ' \"\u{e9}\"' END,
           (CASE WHEN i % 2 = 0 THEN 'low' ELSE 'high' END)::reach
    FROM generate_series(1, 60) AS i;
    ALTER TABLE book ALTER COLUMN pages DROP NOT NULL;
    INSERT INTO book
    SELECT i, j, 'book ' || j, CASE WHEN i <> 13 OR j <> 2 THEN i * 100000000000 + j END,
           CASE WHEN j % 3 > 0 THEN i + j / 100.0 END, CASE WHEN j % 4 > 0 THEN date '2020-01-01' + j END
    FROM generate_series(1, 60) AS i, generate_series(1, i % 9) AS j;";

/// Operations of every kind that can be folded, and some that cannot.
pub const OPERATIONS: [&str; 9] = [
    "query ($id: Int!) { shelf(shelfId: $id) { shelfId name reach books(limit: 3) { title pages price } } }",
    "query ($id: Int!, $place: Int!) { book(shelfId: $id, place: $place) { title bought shelf { name } } }",
    "query ($id: Int!) { books(where: {shelfId: {gt: $id}}, orderBy: [{price: DESC}], limit: 4) { title price } }",
    "query ($id: Int!, $place: Int!) {
       a: shelf(shelfId: $id) { name }
       b: shelf(shelfId: $place) { name books(limit: 2) { pages } }
       c: shelves(where: {shelfId: {lt: $id}}, limit: 2) { shelfId }
     }",
    "query ($id: Int!, $if: Boolean!) {
       shelf(shelfId: $id) { name @include(if: $if) books(limit: 2) @skip(if: $if) { title } }
     }",
    "query ($text: String) { shelves(where: {name: {iContains: $text}}, limit: 5) { shelfId name } }",
    "query ($reach: Reach!) { shelves(where: {reach: {eq: $reach}}, limit: 3) { shelfId reach } }",
    // Lists of different lengths do not fit in one array.
    "query ($ids: [Int!]!) { shelves(where: {shelfId: {in: $ids}}, limit: 10) { name } }",
    "{ shelves(limit: 3) { name books(limit: 1) { title } } }",
];

/// A database with a library in it.
pub async fn library() -> TestDatabase {
    let database = database().await;
    database.execute(&ddl(Library::SCHEMA).replace(", 'beyond'", "")).await;
    database.execute(ROWS).await;
    database
}

struct Fixture {
    /// One lane only, so that requests have to wait for it.
    folding: Arc<Engine>,
    alone: Engine,
    database: TestDatabase,
}

impl Fixture {
    async fn new(change: impl Fn(&mut Config)) -> Fixture {
        let schema: &'static SchemaDef = Library::SCHEMA;
        let database = library().await;
        let mut config = Config::default();
        config.database.url = Some(database.url.clone());
        config.database.max_connections = 4;
        config.folding.connections = 1;
        // However slow the machine is on which this runs.
        config.folding.max_duration = Duration::from_secs(3_600);
        config.folding.stall_timeout = Duration::from_secs(3_600);
        change(&mut config);
        let folding = Arc::new(Engine::new(schema, config.clone()).expect("the schema is right"));
        folding.ready().await.expect("the database answers");
        config.folding.enabled = false;
        let alone = Engine::new(schema, config).expect("the schema is right");
        Fixture { folding, alone, database }
    }

    /// Asks all at once.
    async fn together(&self, requests: &[Request]) -> Vec<Answer> {
        join_all(requests.iter().map(|request| ask(&self.folding, request))).await
    }
}

/// A response that is compared.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub outcome: Outcome,
    pub body: String,
}

pub async fn ask(engine: &Engine, request: &Request) -> Answer {
    let response = engine.execute(request).await;
    let body = response.body.whole().await.expect("the rows fit the schema");
    Answer { outcome: response.outcome, body: String::from_utf8(body.into()).expect("a response is UTF-8") }
}

pub fn request(query: &str, variables: Value) -> Request {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    Request { query: query.to_owned(), variables: variables.into(), ..Request::default() }
}

/// A request of any operation; also for what is not there, what is null against the schema, and what Postgres refuses.
pub fn any_request() -> impl Strategy<Value = Request> {
    let reach = prop_oneof![9 => Just("LOW"), 9 => Just("HIGH"), 1 => Just("BEYOND")];
    let text =
        prop_oneof![Just(json!("1")), Just(json!("\u{e9}\"")), Just(json!("%")), Just(json!("nothing"))];
    let ids = prop::collection::vec(1..70_i32, 0..4);
    (0..OPERATIONS.len(), -1..70_i32, 0..11_i32, any::<bool>(), text, reach, ids).prop_map(
        |(operation, id, place, condition, text, reach, ids)| {
            let query = OPERATIONS[operation];
            let mut variables = serde_json::Map::new();
            for (name, value) in [
                ("id", json!(id)),
                ("place", json!(place)),
                ("if", json!(condition)),
                ("text", text),
                ("reach", json!(reach)),
                ("ids", json!(ids)),
            ] {
                if query.contains(&format!("${name}:")) {
                    variables.insert(name.to_owned(), value);
                }
            }
            Request { query: query.to_owned(), variables: variables.into(), ..Request::default() }
        },
    )
}

async fn check_random_mixes(coalesce: bool) {
    let fixture = Fixture::new(|config| config.folding.coalesce = coalesce).await;
    let mut runner = TestRunner::default();
    let mixes = prop::collection::vec(any_request(), 1..120);
    for _ in 0..40 {
        let requests = mixes.new_tree(&mut runner).expect("there are requests").current();
        let together = fixture.together(&requests).await;
        for (request, response) in requests.iter().zip(&together) {
            let alone = ask(&fixture.alone, request).await;
            assert_eq!(*response, alone, "{} {:?}", request.query, request.variables);
        }
    }
    let folding = fixture.folding.folding().expect("it is on");
    assert!(folding.largest_batch > 1, "nothing was folded: {folding:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_lone_requests() {
    check_random_mixes(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_lone_requests_when_the_same_are_one() {
    check_random_mixes(true).await;
}

#[tokio::test]
async fn a_member_that_fails_fails_alone() {
    let fixture = Fixture::new(|_| {}).await;
    let reaching = |reach: &str| request(OPERATIONS[6], json!({"reach": reach}));
    // Postgres has no label `beyond`, and refuses the whole batch for it.
    let mut requests: Vec<_> = (0..30).map(|i| reaching(if i % 2 == 0 { "LOW" } else { "HIGH" })).collect();
    requests.insert(17, reaching("BEYOND"));
    for (place, response) in fixture.together(&requests).await.iter().enumerate() {
        let expected = if place == 17 { Outcome::Failed } else { Outcome::Executed };
        assert_eq!(response.outcome, expected, "{}", response.body);
    }
    // A row that does not fit the schema is its request's own mistake too.
    let shelf = |id: i32| request(OPERATIONS[0], json!({"id": id}));
    let requests: Vec<_> = (1..30).map(shelf).collect();
    for (id, response) in (1..30).zip(fixture.together(&requests).await) {
        assert_eq!(response.body.contains("UNEXPECTED_NULL"), id == 13, "{}", response.body);
    }
}

#[tokio::test]
async fn whoever_goes_away_leaves_the_others() {
    let fixture = Fixture::new(|config| config.folding.coalesce = false).await;
    let requests: Vec<_> = (1..60).map(|id| request(OPERATIONS[0], json!({"id": id}))).collect();
    let answers = requests.iter().enumerate().map(|(place, request)| {
        let answer = ask(&fixture.folding, request);
        async move {
            if place % 3 == 0 {
                // Polled once, so it waits with the others, and then dropped.
                drop(select(pin!(answer), ready(())).await);
                return None;
            }
            Some(answer.await)
        }
    });
    for (request, answer) in requests.iter().zip(join_all(answers).await) {
        if let Some(answer) = answer {
            assert_eq!(answer, ask(&fixture.alone, request).await);
        }
    }
}

#[tokio::test]
async fn the_same_at_the_same_moment_is_read_once() {
    let fixture = Fixture::new(|_| {}).await;
    let before = fixture.folding.folding().expect("it is on");
    let requests = vec![request(OPERATIONS[8], json!({})); 100];
    let answers = fixture.together(&requests).await;
    assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    let after = fixture.folding.folding().expect("it is on");
    assert_eq!(after.requests - before.requests, 100);
    // The first goes at once, or they all wait together.
    let members = after.members - before.members;
    assert!((1..=2).contains(&members), "{members} reads");

    let fixture = Fixture::new(|config| config.folding.coalesce = false).await;
    let requests = vec![request(OPERATIONS[0], json!({"id": 1})); 100];
    fixture.together(&requests).await;
    let folding = fixture.folding.folding().expect("it is on");
    assert_eq!((folding.members, folding.requests), (100, 100), "each is read by itself");
}

#[tokio::test]
async fn no_operation_starves_another() {
    let fixture = Fixture::new(|config| {
        config.folding.coalesce = false;
        config.folding.max_batch = 10;
    })
    .await;
    let answered = AtomicUsize::new(0);
    let flood: Vec<_> = (0..1_000).map(|i| request(OPERATIONS[0], json!({"id": i % 60}))).collect();
    let flood = flood.iter().map(|request| async {
        ask(&fixture.folding, request).await;
        answered.fetch_add(1, Ordering::Relaxed);
    });
    let late = request(OPERATIONS[1], json!({"id": 5, "place": 1}));
    let late = async {
        assert_eq!(ask(&fixture.folding, &late).await.outcome, Outcome::Executed);
        answered.load(Ordering::Relaxed)
    };
    // All of the flood waits before the one request comes.
    let (_, before) = join(join_all(flood), late).await;
    assert!(before < 500, "{before} of 1000 requests went first");
}

#[tokio::test]
async fn a_statement_that_is_stuck_holds_up_nobody_else_for_long() {
    let fixture = Fixture::new(|config| config.folding.stall_timeout = Duration::from_millis(100)).await;
    let holder = fixture.database.connect().await;
    holder.batch_execute("BEGIN; LOCK TABLE book IN ACCESS EXCLUSIVE MODE").await.expect("it can be locked");
    let stuck = request(OPERATIONS[1], json!({"id": 5, "place": 1}));
    let stuck = tokio::spawn({
        let engine = Arc::clone(&fixture.folding);
        async move { ask(&engine, &stuck).await }
    });
    // These are behind it on the only lane, or come when it is closed.
    let shelves: Vec<_> = (1..20)
        .map(|id| request("query ($id: Int!) { shelf(shelfId: $id) { name } }", json!({"id": id})))
        .collect();
    for (request, answer) in shelves.iter().zip(fixture.together(&shelves).await) {
        assert_eq!(answer, ask(&fixture.alone, request).await);
    }
    assert!(!stuck.is_finished(), "the table is still locked");
    holder.batch_execute("COMMIT").await.expect("the lock can be given back");
    assert_eq!(stuck.await.expect("it does not panic").outcome, Outcome::Executed);
}

#[tokio::test]
async fn folding_can_be_switched_off_and_has_limits() {
    let fixture = Fixture::new(|config| config.folding.max_rows = 20).await;
    assert!(fixture.alone.folding().is_none());
    // 3 shelves with a book each are few rows, and 100 shelves are many.
    fixture.together(&vec![request(OPERATIONS[8], json!({})); 3]).await;
    fixture.together(&vec![request("{ shelves { name } }", json!({})); 3]).await;
    assert_eq!(fixture.folding.folding().expect("it is on").requests, 3);
}
