//! Operations over several shards: databases of one cluster, with rows where their slots are.

use onefold::config::{Config, DatabaseServer};
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;
use onefold::slots::Slot;
use onefold_tests::ask;
use onefold_tests::shop::{Shop, filled, settings};
use serde_json::{Value, json};

/// The documents of `routing`, with variables for those that need some.
const QUERIES: [(&str, &str); 19] = [
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
    // One list says the shards, and is compared with what does not.
    (
        "query ($ids: [BigInt!]!) { customers(where: {customerId: {in: $ids}}) { customerId purchases { lines(where: {lineId: {in: $ids}}) { lineId } } } }",
        r#"{"ids": ["1", "2", "3", "4", "5"]}"#,
    ),
    // Rows of a join table on several shards lead to one row, which each of them has.
    ("{ products { title exchangedFor(limit: 2) { productId title } } }", "{}"),
    // Rows that any shard may have, asked for in another order than they come in.
    ("{ products { latestExchange { exchangeId customerId otherId } } }", "{}"),
    (
        "{ purchasesConnection(where: {customerId: {eq: 3}}, orderBy: {placedAt: DESC}, first: 2) { totalCount edges { cursor node { state linesConnection(last: 1) { edges { cursor node { quantity product { supplier { name } } } } pageInfo { hasPreviousPage } } } } pageInfo { hasNextPage endCursor } } }",
        "{}",
    ),
    (
        "query @scatter { purchases(limit: 5) { state linesConnection(first: 1) { totalCount nodes { quantity } pageInfo { hasNextPage endCursor } } } }",
        "{}",
    ),
    (
        "{ productsConnection(last: 2) { edges { cursor node { title supplier { name } lines(limit: 1) { quantity } } } nodes { supplier { name } } totalCount } suppliersConnection(where: {supplierId: {eq: 1}}) { nodes { name } } }",
        "{}",
    ),
    // Rows that are alike are on one shard.
    (
        "{ customer(customerId: 7) { purchases(distinctOn: state) { state purchaseId } } products(distinctOn: [supplierId], limit: 3) { title supplier { name } } purchases(where: {customerId: {eq: 3}}, distinctOn: [state], orderBy: [{state: DESC}, {placedAt: ASC}]) { state } }",
        "{}",
    ),
    // A connection of several keys, of every shard beside others, and without its rows.
    (
        "query ($ids: [BigInt!]!) { customersConnection(where: {customerId: {in: $ids}}, orderBy: {name: DESC}, last: 2) { totalCount nodes { customerId name } pageInfo { hasPreviousPage hasNextPage } } }",
        r#"{"ids": ["1", "2", "3", "4", "5", "77"]}"#,
    ),
    (
        "query @scatter { customer(customerId: 1) { name } purchasesConnection(orderBy: [{state: DESC}, {customer: {name: ASC}}], first: 4) { edges { cursor node { state lines(limit: 1) { product { title supplier { name } } } } } } linesConnection(first: 3) { nodes { quantity product { supplier { name } } } } }",
        "{}",
    ),
    (
        "query ($few: Boolean!) @scatter { purchasesConnection(first: 4) { totalCount @include(if: $few) pageInfo { hasNextPage hasPreviousPage @include(if: $few) } } none: purchasesConnection(first: 0) { nodes { state } pageInfo { hasNextPage endCursor } } all: purchasesConnection { totalCount } }",
        r#"{"few": false}"#,
    ),
    // No shard is asked.
    (
        "query ($ids: [BigInt!]!) { customersConnection(where: {customerId: {in: $ids}}) { totalCount edges { cursor } nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor } } customers(where: {customerId: {in: $ids}}) { name } }",
        r#"{"ids": []}"#,
    ),
    (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { name } } none: nodes(ids: []) { __typename } }",
        r#"{"ids": []}"#,
    ),
];

/// However many shards there are, the answer is the same.
#[tokio::test]
async fn any_number_of_shards_gives_the_same_answer() {
    let mut answers: Vec<Vec<Value>> = Vec::new();
    for count in [1, 2, 4] {
        let shards = filled(count, 9).await;
        let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
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
        answers[0][8]["data"]["products"][0],
        json!({"title": "product 1", "exchangedFor": [{"productId": 2, "title": "product 2"}, {"productId": 3, "title": "product 3"}]})
    );
    let latest =
        |position: usize| answers[0][9]["data"]["products"][position]["latestExchange"]["exchangeId"].clone();
    assert_eq!([0, 1, 2, 3].map(latest), [json!("3"), json!("2"), json!("1"), Value::Null]);
    assert_eq!(
        answers[0][6],
        json!({"data": {"products": [{"title": "product 1"}, {"title": "product 2"}, {"title": "product 3"}, {"title": "product 4"}]}})
    );
}

/// A connection of every shard has every row once, in the order of the list, by pages of any size from both ends.
#[tokio::test]
async fn every_shard_is_paged_through() {
    const LIST: &str = "query @scatter { purchases(limit: 100, orderBy: [{state: DESC}, {customer: {name: ASC}}]) { purchaseId customerId } }";
    const PAGE: &str = "query ($first: Int, $after: String, $last: Int, $before: String) @scatter {
        purchasesConnection(first: $first, after: $after, last: $last, before: $before, orderBy: [{state: DESC}, {customer: {name: ASC}}]) {
            totalCount
            nodes { purchaseId customerId }
            pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
        }
    }";
    let mut cursors: Vec<Vec<Value>> = Vec::new();
    for count in [1, 2, 4] {
        let shards = filled(count, 9).await;
        let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
        let list = ask(&engine, LIST, json!({})).await;
        let list = list["data"]["purchases"].as_array().expect("a list is answered");
        assert!(list.len() > 10, "{list:?}");
        let mut found = Vec::new();
        for (size, back) in [(1, false), (2, true), (3, false), (7, true), (100, true)] {
            let (mut rows, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let variables = match back {
                    false => json!({"first": size, "after": cursor}),
                    true => json!({"last": size, "before": cursor}),
                };
                let answer = ask(&engine, PAGE, variables).await;
                assert_eq!(answer.get("errors"), None, "{answer}");
                let page = &answer["data"]["purchasesConnection"];
                assert_eq!(page["totalCount"], list.len());
                let nodes = page["nodes"].as_array().expect("rows are answered");
                let info = &page["pageInfo"];
                let (beyond, behind, end) = match back {
                    false => (&info["hasNextPage"], &info["hasPreviousPage"], &info["endCursor"]),
                    true => (&info["hasPreviousPage"], &info["hasNextPage"], &info["startCursor"]),
                };
                assert_eq!(*behind, !rows.is_empty(), "{size}: {answer}");
                match back {
                    false => rows.extend_from_slice(nodes),
                    true => drop(rows.splice(0..0, nodes.iter().cloned())),
                }
                assert_eq!(*beyond, rows.len() < list.len(), "{size}: {answer}");
                cursor = end.clone();
                found.push(cursor.clone());
                if *beyond == false {
                    break;
                }
            }
            assert_eq!(rows, *list, "{size}");
        }
        cursors.push(found);
    }
    assert!(cursors.iter().all(|found| *found == cursors[0]), "cursors are the same ones");
}

/// A global id says which shard its row is on, also where the key does not.
#[tokio::test]
async fn a_global_id_leads_to_its_shard() {
    const ROWS: &str = "{
        customer(customerId: 3) { nodeId __typename purchases(limit: 1) { nodeId __typename lines(limit: 1) { nodeId __typename } } }
        product(productId: 2) { nodeId __typename latestExchange { nodeId __typename } }
    }";
    const NODE: &str =
        "query ($id: ID!) { node(id: $id) { nodeId __typename ... on Exchange { exchangeId } } }";
    for count in [1, 2, 4] {
        let shards = filled(count, 9).await;
        let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
        let rows = ask(&engine, ROWS, json!({})).await;
        let found = |path: &str| {
            let row = rows.pointer(path).unwrap_or_else(|| panic!("{path} of {rows}"));
            (row["nodeId"].clone(), row["__typename"].clone())
        };
        for (path, stage) in [
            ("/data/customer", "one shard"),
            ("/data/customer/purchases/0", "one shard"),
            ("/data/customer/purchases/0/lines/0", "one shard"),
            ("/data/product/latestExchange", "one shard"),
            ("/data/product", "any shard"),
        ] {
            let (id, name) = found(path);
            let answer = ask(&engine, NODE, json!({"id": id})).await;
            assert_eq!(answer["errors"], Value::Null, "{path}: {answer}");
            let node = &answer["data"]["node"];
            assert_eq!((&node["nodeId"], &node["__typename"]), (&id, &name), "{path}");
            let Value::Object(variables) = json!({"id": id}) else { unreachable!("it is an object") };
            let request = Request { query: NODE.into(), variables: variables.into(), ..Request::default() };
            let statement = engine.sql(&request).expect("the document is right");
            assert!(statement.starts_with(&format!("-- stage 1: {stage}")), "{path}: {statement}");
            assert_eq!(statement.matches("-- stage").count(), 1, "{path}: {statement}");
        }
    }
}

/// Rows by several ids are read where one statement finds them all, and refused where each id may be on another shard.
#[tokio::test]
async fn several_global_ids_are_read_from_one_shard_or_refused() {
    const ROWS: &str = "{
        products(limit: 2) { nodeId title }
        customer(customerId: 3) { nodeId }
    }";
    const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { nodeId ... on Product { title } } }";
    const SUPPLIERS: &str =
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { supplier { name } } } }";
    let shards = filled(4, 9).await;
    let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
    let rows = ask(&engine, ROWS, json!({})).await;
    let id = |path: &str| rows.pointer(path).unwrap_or_else(|| panic!("{path} of {rows}"))["nodeId"].clone();
    let [first, second, customer] = ["/data/products/0", "/data/products/1", "/data/customer"].map(id);

    let answer = ask(&engine, NODES, json!({"ids": [second, first, second]})).await;
    let products = &rows["data"]["products"];
    assert_eq!(answer, json!({"data": {"nodes": [products[1], products[0], products[1]]}}));
    for (query, ids, table) in [
        (NODES, json!([first, customer]), "Customer"),
        // What follows from the rows is on other shards.
        (SUPPLIERS, json!([first]), "Product"),
    ] {
        let answer = ask(&engine, query, json!({"ids": ids})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "NOT_MERGEABLE", "{answer}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("`nodes`") && message.contains(&format!("`{table}`")), "{message}");
    }
}

/// Rows that are alike may be on different shards, where nobody sees it.
#[tokio::test]
async fn distinct_rows_of_several_shards_are_refused() {
    let shards = filled(2, 3).await;
    let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
    for (query, field) in [
        ("query @scatter { purchases(distinctOn: state) { state } }", "purchases"),
        ("{ found: customers(where: {customerId: {in: [1, 2, 3]}}, distinctOn: name) { name } }", "found"),
        ("{ products { lines(distinctOn: quantity) { quantity } } }", "lines"),
    ] {
        let answer = ask(&engine, query, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "NOT_MERGEABLE", "{query}: {answer}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("`{field}`")) && message.contains("`distinctOn`"), "{message}");
    }
}

/// A shard that is away takes what it has a part of, and nothing else.
#[tokio::test]
async fn a_shard_that_is_away_is_told() {
    let shards = filled(4, 9).await;
    let mut config = settings(&shards);
    // Nobody listens on a port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://nobody@127.0.0.1:{port}/gone");
    config.servers.insert("gone".into(), DatabaseServer { url, ..Default::default() });
    let home = |key: i64| shards.position(Slot::of_int(key));
    // The customer who is away, one who is not, and where the suppliers are.
    let away = (1..=9).find(|key| home(*key) != home(1) && home(*key) != home(2)).expect("a third shard");
    let here = (1..=9).find(|key| home(*key) != home(away)).expect("another shard");
    let gone = format!("s{}", home(away));
    config.shards.get_mut(&gone).unwrap().primary = "gone".into();
    let engine = Engine::new(Shop::SCHEMA, config).expect("the settings are right");

    let error = |path: Value| {
        json!({
            "message": format!("the shard `{gone}` is not available"),
            "path": path,
            "extensions": {"code": "SHARD_UNAVAILABLE", "shards": [gone]},
        })
    };
    let one = format!("{{ customer(customerId: {away}) {{ name }} }}");
    let answer = ask(&engine, &one, json!({})).await;
    assert_eq!(answer, json!({"data": {"customer": null}, "errors": [error(json!(["customer"]))]}));
    let list = format!("{{ customers(where: {{customerId: {{eq: {away}}}}}) {{ name }} __typename }}");
    let answer = ask(&engine, &list, json!({})).await;
    let expected =
        json!({"data": {"customers": null, "__typename": "Query"}, "errors": [error(json!(["customers"]))]});
    assert_eq!(answer, expected);

    let two = format!(
        "{{ away: customer(customerId: {away}) {{ name }} here: customer(customerId: {here}) {{ customerId }} lines {{ lineId }} }}"
    );
    let answer = ask(&engine, &two, json!({})).await;
    assert_eq!(
        answer["data"],
        json!({"away": null, "here": {"customerId": here.to_string()}, "lines": null})
    );
    assert_eq!(answer["errors"], json!([error(json!(["away"])), error(json!(["lines"]))]));

    // Of a relation that any shard can have rows of, each object's list is away.
    let nested =
        "{ suppliers(where: {supplierId: {eq: 1}}) { name products(limit: 1) { title lines { lineId } } } }";
    let answer = ask(&engine, nested, json!({})).await;
    let products = json!([{"title": "product 2", "lines": null}]);
    assert_eq!(answer["data"], json!({"suppliers": [{"name": "supplier 1", "products": products}]}));
    assert_eq!(answer["errors"], json!([error(json!(["suppliers", 0, "products", 0, "lines"]))]));

    // Nor is a connection shorter than it would be.
    let connection =
        "query @scatter { linesConnection(first: 1) { totalCount } products(limit: 1) { title } }";
    let answer = ask(&engine, connection, json!({})).await;
    assert_eq!(answer["data"], json!({"linesConnection": null, "products": [{"title": "product 1"}]}));
    assert_eq!(answer["errors"], json!([error(json!(["linesConnection"]))]));

    // What all shards have, another one answers.
    for _ in 0..4 {
        let answer = ask(&engine, "{ product(productId: 1) { title } }", json!({})).await;
        assert_eq!(answer, json!({"data": {"product": {"title": "product 1"}}}));
        let query = "{ products(limit: 1) { title supplier { name } } }";
        assert_ne!(ask(&engine, query, json!({})).await["data"]["products"], Value::Null);
    }

    // Keys of other shards are answered.
    let keys = json!({"ids": [here.to_string()]});
    let list = "query ($ids: [BigInt!]!) { customers(where: {customerId: {in: $ids}}) { customerId } }";
    let answer = ask(&engine, list, keys).await;
    assert_eq!(answer, json!({"data": {"customers": [{"customerId": here.to_string()}]}}));
    let both = json!({"ids": [here.to_string(), away.to_string()]});
    let answer = ask(&engine, list, both).await;
    assert_eq!(answer, json!({"data": {"customers": null}, "errors": [error(json!(["customers"]))]}));
    let none = ask(&engine, list, json!({"ids": []})).await;
    assert_eq!(none, json!({"data": {"customers": []}}));
}

/// A table on a shard of its own is read there, and where there is one database it is in that.
#[tokio::test]
async fn a_table_is_on_its_shard() {
    let shards = filled(2, 1).await;
    let archive = &shards.databases[0];
    archive.execute("INSERT INTO delivery VALUES (1, 1), (2, 2), (3, 77)").await;
    let query = "{ deliveries { deliveryId supplier { name } } product(productId: 1) { title } }";
    let engine = Engine::new(Shop::SCHEMA, settings(&shards)).expect("the settings are right");
    let answer = ask(&engine, query, json!({})).await;
    let supplier = |number: u8| json!({"deliveryId": number.to_string(), "supplier": {"name": format!("supplier {number}")}});
    let missing = json!({"deliveryId": "3", "supplier": null});
    assert_eq!(answer["data"]["deliveries"], json!([supplier(1), supplier(2), missing]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "MISSING_OBJECT");
    assert_eq!(answer["errors"][0]["path"], json!(["deliveries", 2, "supplier"]));

    let mut config = Config::default();
    config.database.url = Some(archive.url.clone());
    let engine = Engine::new(Shop::SCHEMA, config).expect("the settings are right");
    let answer = ask(&engine, "{ deliveries(limit: 1) { deliveryId } }", json!({})).await;
    assert_eq!(answer, json!({"data": {"deliveries": [{"deliveryId": "1"}]}}));

    let error = Engine::new(Shop::SCHEMA, shards.config()).expect_err("there is no shard of that name");
    let message = "table `Delivery` is on the shard `archive`, which is not there (setting `shards.archive`)";
    assert_eq!(error.to_string(), message);
}

/// A slot that moves while the engine runs is read where it is from then on.
#[tokio::test]
async fn a_slot_moves() {
    let shards = filled(2, 1).await;
    let before = settings(&shards);
    let engine = Engine::new(Shop::SCHEMA, before.clone()).expect("the settings are right");
    let query = "{ customer(customerId: 1) { name } customers(where: {customerId: {in: [1]}}) { name } }";
    let name = |name: &str| json!({"data": {"customer": {"name": name}, "customers": [{"name": name}]}});
    assert_eq!(ask(&engine, query, json!({})).await, name("c1"));

    let home = shards.position(Slot::of_int(1));
    shards.databases[1 - home].execute("INSERT INTO customer VALUES (1, 'moved', NULL)").await;
    let slot = Slot::of_int(1).number().to_string();
    let mut after = before;
    after.sharding.epoch += 1;
    after.shards.get_mut(&format!("s{home}")).unwrap().slots.retain(|other| *other != slot);
    after.shards.get_mut(&format!("s{}", 1 - home)).unwrap().slots.push(slot);
    let cluster = engine.cluster().expect("there are servers");
    cluster.replace(&after).expect("the settings are right");
    assert_eq!(ask(&engine, query, json!({})).await, name("moved"));
    assert_eq!(cluster.is_readable("test"), Some(true));
    assert_eq!(cluster.is_readable("nobody"), None);
}
