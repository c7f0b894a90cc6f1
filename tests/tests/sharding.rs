//! Operations over several shards: databases of one cluster, with rows where their slots are.

use onefold::catalog::ddl;
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;
use onefold::slots::{self, Slot};
use onefold_tests::shards::Shards;
use onefold_tests::shop::Shop;
use serde_json::{Value, json};

/// Shards with a few customers, each with purchases of lines, in which all products are.
async fn shop(count: usize) -> Shards {
    let shards = Shards::new(count, &ddl(Shop::SCHEMA)).await;
    let mut scripts = vec![String::new(); count];
    for script in &mut scripts {
        for product in 1..=4 {
            let supplier = if product == 4 { "NULL".to_owned() } else { (product % 2 + 1).to_string() };
            *script += &format!(
                "INSERT INTO product VALUES ({product}, 'product {product}', {product}.5, {supplier});\n"
            );
        }
    }
    for supplier in 1..=2 {
        let shard = shards.position(Slot::of_int(supplier));
        scripts[shard] += &format!("INSERT INTO supplier VALUES ({supplier}, 'supplier {supplier}');\n");
    }
    let states = ["NULL", "'open'", "'sent'", "'returned'"];
    for customer in 1..=9_i64 {
        let slot = Slot::of_int(customer);
        let script = &mut scripts[shards.position(slot)];
        *script += &format!("INSERT INTO customer VALUES ({customer}, 'c{}', NULL);\n", customer % 3);
        for number in 0..2_i64 {
            let purchase = slots::id(u64::try_from(customer * 10 + number).unwrap(), slot, 0);
            let state = states[usize::try_from((customer + number) % 4).unwrap()];
            *script += &format!(
                "INSERT INTO purchase VALUES ({purchase}, {customer}, '2026-01-0{}', {state});\n",
                number + 1
            );
            for line in 0..3 {
                let (id, product) = (number * 3 + line, (customer + line) % 4 + 1);
                *script += &format!(
                    "INSERT INTO line VALUES ({customer}, {id}, {purchase}, {product}, {});\n",
                    id % 2
                );
            }
        }
    }
    for (database, script) in shards.databases.iter().zip(scripts) {
        database.execute(&script).await;
    }
    shards
}

async fn ask(engine: &Engine, query: &str, variables: Value) -> Value {
    let Value::Object(variables) = variables else { panic!("variables are an object") };
    let request = Request { query: query.into(), variables, ..Request::default() };
    let body = engine.execute(&request).await.body.whole().await.expect("the body comes to its end");
    serde_json::from_slice(&body).expect("a response is JSON")
}

/// The documents of `routing`, with variables for those that need some.
const QUERIES: [(&str, &str); 7] = [
    (
        "{ customer(customerId: 7) { name purchases { state lines { quantity product { title supplier { name } } } } } }",
        "{}",
    ),
    (
        "query ($ids: [BigInt!]!) { customers(where: {customerId: {in: $ids}}, orderBy: {name: DESC}, limit: 3, offset: 1) { customerId name } }",
        r#"{"ids": ["1", "2", "3", "4", "5", "77"]}"#,
    ),
    (
        "query ($n: Int!) @scatter { purchases(orderBy: [{state: DESC}, {customer: {name: ASC}}], limit: $n, offset: 2) { state customer { customerId name } lines(limit: 1) { lineId } } }",
        r#"{"n": 11}"#,
    ),
    (
        "query @scatter { suppliers { name products { title lines(limit: 3, offset: 1, orderBy: [{quantity: DESC}]) { customerId lineId quantity } } } }",
        "{}",
    ),
    (
        "{ a: customer(customerId: 1) { name } b: customer(customerId: 2) { name purchases { lines { product { supplier { name } } } } } products { title supplier { name } } lines(limit: 5) { customerId lineId } c: customer(customerId: 99) { name } }",
        "{}",
    ),
    (
        "query ($few: Boolean!) { products { title lines(limit: 2) @include(if: $few) { lineId product { supplier { name } } } } }",
        r#"{"few": true}"#,
    ),
    (
        "query ($few: Boolean!) { products { title lines(limit: 2) @include(if: $few) { lineId product { supplier { name } } } } }",
        r#"{"few": false}"#,
    ),
];

/// However many shards there are, the answer is the same.
#[tokio::test]
async fn any_number_of_shards_gives_the_same_answer() {
    let mut answers: Vec<Vec<Value>> = Vec::new();
    for count in [1, 2, 4] {
        let shards = shop(count).await;
        let mut config = shards.config();
        // Deliveries are nobody's here.
        config.shards.insert(
            "archive".into(),
            onefold::config::Shard { primary: "test".into(), ..Default::default() },
        );
        let engine = Engine::new(Shop::SCHEMA, config).expect("the settings are right");
        let mut of_count = Vec::new();
        for (query, variables) in QUERIES {
            let answer = ask(&engine, query, serde_json::from_str(variables).unwrap()).await;
            assert_eq!(answer.get("errors"), None, "{query}: {answer}");
            of_count.push(answer);
        }
        answers.push(of_count);
    }
    for (position, (query, _)) in QUERIES.iter().enumerate() {
        for other in &answers[1..] {
            assert_eq!(other[position], answers[0][position], "{query}");
        }
    }
    assert_eq!(
        answers[0][6],
        json!({"data": {"products": [{"title": "product 1"}, {"title": "product 2"}, {"title": "product 3"}, {"title": "product 4"}]}})
    );
}
