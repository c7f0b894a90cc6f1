//! Plain Postgres takes what is written for Citus too, so it says whether the answers are the same.

use std::time::Duration;

use futures_util::future::join_all;
use onefold::catalog::ddl;
use onefold::config::{Config, DatabaseServer, Dialect, Shard};
use onefold::engine::{Engine, Outcome, Request};
use onefold::schema::Schema;
use onefold_tests::{TestDatabase, database};
use serde_json::{Map, Value, json};

use super::documents;
use super::shop::Shop;

const ROWS: &str = r#"
    INSERT INTO country SELECT code, 'Land ' || code FROM unnest('{AA,BB,CC,PE}'::text[]) AS code;
    INSERT INTO label SELECT 'label' || i, i - 2 FROM generate_series(1, 5) AS i;
    INSERT INTO supply.supplier SELECT i, 'supplier' || i, 'AA' FROM generate_series(1, 3) AS i;
    INSERT INTO product
    SELECT i, (ARRAY['Pen', 'Ink', 'Cup'])[1 + i % 3] || i, (ARRAY['AA', 'BB', 'PE'])[1 + i % 3], 1 + i % 3
    FROM generate_series(1, 12) AS i;
    INSERT INTO customer
    SELECT i, (ARRAY['A', 'B'])[1 + i % 2] || lpad(i::text, 3, '0'), (ARRAY['AA', 'BB', 'CC', 'PE'])[1 + i % 4]
    FROM generate_series(1, 30) AS i;
    INSERT INTO "order"
    SELECT c, o, c + o / 100.0, timestamptz '2020-01-01Z' + make_interval(days => c + o)
    FROM generate_series(1, 30) AS c, generate_series(1, 12) AS o WHERE o <= c % 13;
    INSERT INTO line
    SELECT customer_id, order_id, n, n * 10, 1 + (customer_id + order_id + n) % 12, 1 + n % 3
    FROM "order", generate_series(1, 3) AS n WHERE n <= order_id;
    INSERT INTO order_label
    SELECT 'label' || n, order_id, customer_id
    FROM "order", generate_series(1, 5) AS n WHERE (customer_id + order_id) % n = 0;
    INSERT INTO remark
    SELECT customer_id, o * 10 + n, o, 'label' || 1 + n % 2
    FROM (SELECT customer_id, order_id AS o FROM "order") AS orders, generate_series(1, 4) AS n WHERE n <= o;
    INSERT INTO "Session's"
    SELECT ('00000000-0000-0000-0000-00000000000' || i)::uuid, 'AA' FROM generate_series(1, 3) AS i;
    INSERT INTO session_page SELECT n, "Token" FROM "Session's", generate_series(1, 9) AS n;
    INSERT INTO visit SELECT i, 'PE', 1 FROM generate_series(1, 9) AS i;
"#;

async fn shop() -> TestDatabase {
    let database = database().await;
    database.execute(&ddl(Shop::SCHEMA)).await;
    database.execute(ROWS).await;
    database
}

fn citus(database: &TestDatabase) -> Config {
    let mut config = Config::default();
    config.database.url = Some(database.url.clone());
    config.database.max_connections = 4;
    config.database.dialect = Dialect::Citus;
    config
}

/// One shard, which has all slots.
fn plain(database: &TestDatabase) -> Config {
    let server = DatabaseServer { url: database.url.clone(), ..DatabaseServer::default() };
    let shard = Shard { primary: "one".into(), slots: vec!["0-8191".into()], ..Shard::default() };
    Config {
        servers: [("one".to_owned(), server)].into(),
        shards: [("archive".to_owned(), shard)].into(),
        ..Config::default()
    }
}

fn engine(config: Config) -> Engine {
    Engine::new(Shop::SCHEMA, config).expect("the schema is right")
}

fn request(query: &str, variables: Value) -> Request {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    Request { query: query.to_owned(), variables: variables.into(), ..Request::default() }
}

async fn ask(engine: &Engine, request: &Request) -> (Outcome, String) {
    let response = engine.execute(request).await;
    let body = response.body.whole().await.expect("the rows fit the schema");
    (response.outcome, String::from_utf8(body.to_vec()).expect("JSON is UTF-8"))
}

/// Values for the variables of all documents, some of which have few rows or none.
fn variables() -> Vec<Map<String, Value>> {
    let token = "00000000-0000-0000-0000-000000000002";
    let values = [
        json!({
            "customer": "12", "order": "6", "id": "5", "limit": 4, "least": "12.03", "customers": ["3", "12", "99"],
            "code": "PE", "token": token, "page": 2, "all": true, "name": true,
        }),
        json!({
            "customer": "13", "order": "1", "id": "0", "limit": 100, "least": "0", "customers": [],
            "code": "XX", "token": token, "page": 8, "all": false, "name": false,
        }),
    ];
    values.into_iter().filter_map(|value| value.as_object().cloned()).collect()
}

#[tokio::test]
async fn answers_are_those_of_the_other_dialect() {
    let database = shop().await;
    let citus = engine(citus(&database));
    let plain = engine(plain(&database));
    let mut with_rows = 0;
    for (name, query) in documents().into_iter().filter(|(name, _)| !name.starts_with("refused")) {
        for variables in variables() {
            let request = Request { query: query.clone(), variables: variables.into(), ..Request::default() };
            let (outcome, body) = ask(&citus, &request).await;
            if name == "an_id_has_no_slot" {
                assert_eq!(outcome, Outcome::Refused, "{body}");
                continue;
            }
            assert_eq!(outcome, Outcome::Executed, "{name}: {body}");
            assert_eq!(body, ask(&plain, &request).await.1, "{name}");
            with_rows += usize::from(body.len() > 100);
        }
    }
    assert!(with_rows > 10, "{with_rows} answers have something in them");
}

/// A batch of several keys would have the rows of the first one for all.
#[tokio::test]
async fn requests_are_folded_within_one_shard_key() {
    let database = shop().await;
    let mut settings = citus(&database);
    settings.folding.connections = 1;
    settings.folding.coalesce = false;
    // However slow the machine is on which this runs.
    settings.folding.max_duration = Duration::from_secs(3_600);
    settings.folding.stall_timeout = Duration::from_secs(3_600);
    let folding = engine(settings.clone());
    settings.folding.enabled = false;
    let alone = engine(settings);
    folding.ready().await.expect("the database answers");
    let query = "query ($customer: BigInt!, $order: BigInt!, $least: Int!) {
        order(customerId: $customer, orderId: $order) {
            customerId orderId total customer { name } lines(where: {quantity: {gt: $least}}, limit: 3) { quantity }
        }
    }";
    let requests: Vec<Request> = (0..240)
        .map(|i| {
            let (customer, order) = ((7 + i % 4).to_string(), (1 + i / 4 % 9).to_string());
            request(query, json!({"customer": customer, "order": order, "least": i % 3 * 10}))
        })
        .collect();
    let expected = join_all(requests.iter().map(|request| ask(&alone, request))).await;
    let answers = join_all(requests.iter().map(|request| ask(&folding, request))).await;
    assert_eq!(answers, expected);
    let status = folding.folding().expect("folding is on");
    assert!(status.largest_batch > 10, "requests have waited for one another: {status:?}");
    // A quarter of all have the same key.
    assert!(status.largest_batch <= 60, "{status:?}");
    assert!(status.executions < status.members, "{status:?}");
}

/// What only the key tells apart has no batch, but is read once for all who ask the same.
#[tokio::test]
async fn requests_that_are_told_apart_by_their_key_alone_are_still_one_if_they_are_the_same() {
    let database = shop().await;
    let mut settings = citus(&database);
    settings.folding.connections = 1;
    settings.folding.max_duration = Duration::from_secs(3_600);
    settings.folding.stall_timeout = Duration::from_secs(3_600);
    let engine = engine(settings);
    engine.ready().await.expect("the database answers");
    let query = "query ($customer: BigInt!) {
        orders(where: {customerId: {eq: $customer}}, limit: 50) { customerId orderId }
    }";
    let requests: Vec<Request> =
        (0..100).map(|i| request(query, json!({"customer": (7 + i % 4).to_string()}))).collect();
    let answers = join_all(requests.iter().map(|request| ask(&engine, request))).await;
    for (request, (outcome, body)) in requests.iter().zip(&answers) {
        assert_eq!(*outcome, Outcome::Executed);
        let customer = &request.variables.values()["customer"];
        let body: Value = serde_json::from_str(body).expect("the body is JSON");
        let orders = body["data"]["orders"].as_array().expect("orders are a list");
        assert!(!orders.is_empty() && orders.iter().all(|order| order["customerId"] == *customer), "{body}");
    }
    let status = engine.folding().expect("folding is on");
    assert_eq!((status.requests, status.largest_batch), (100, 1), "{status:?}");
    assert!(status.executions < 100, "{status:?}");
}
