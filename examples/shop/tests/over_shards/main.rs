//! The shop's operations over several shards: they answer what one shard answers, by the statements that `shop sql` prints
//! and no others.

mod operations;
mod plan;
mod store;

use std::collections::BTreeMap;

use insta::{Settings, assert_snapshot};
use onefold::prelude::*;
use serde_json::{Value, json};
use shop::Shop;

use operations::{Operation, operations};
use store::Store;

/// So few that the tests are quick; all that the operations ask for is there.
const CUSTOMERS: usize = 200;

/// The statements of each operation, beside its document.
#[test]
fn statements() {
    for operation in operations() {
        let mut settings = Settings::clone_current();
        settings.set_snapshot_path(operations::folder());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| assert_snapshot!(operation.name.as_str(), Shop::sql(&operation.document)));
    }
}

/// Four shards answer what one answers.
#[tokio::test(flavor = "multi_thread")]
async fn four_shards_answer_as_one() {
    let (one, four) = (Store::start(1, CUSTOMERS).await, Store::start(4, CUSTOMERS).await);
    for operation in operations() {
        let name = &operation.name;
        let (expected, answer) = (one.ask(&operation).await, four.ask(&operation).await);
        assert_eq!(answer.get("errors"), None, "{name}: {answer:#}");
        assert_eq!(answer, expected, "{name}");
        let fields = answer["data"].as_object().expect("there is data");
        let is_empty = |(_, field): (&String, &Value)| field.is_null() || *field == json!([]);
        assert!(!fields.iter().any(is_empty), "{name} finds nothing: {answer:#}");
    }
}

/// Postgres runs the statements that the plan says, each on the shards that it says, whatever the number of rows.
#[tokio::test(flavor = "multi_thread")]
async fn statements_are_those_of_the_plan() {
    let store = Store::start(4, CUSTOMERS).await;
    let mut counts = BTreeMap::new();
    for operation in operations() {
        let expected = store.check(&operation).await;
        counts.insert(operation.name.clone(), expected);
        // With as many rows as can be there are as many statements.
        for limit in [1, 10, 200, 1_000] {
            let Some(limited) = operation.with_limit(limit) else { break };
            let statements = store.check(&limited).await;
            assert!(limit < 200 || statements == expected, "{} with {limit}: {statements}", operation.name);
        }
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    assert_snapshot!(counts.join("\n"), @"
    account 1
    best_sellers 5
    catalogue 1
    customer 1
    customers_by_country 4
    customers_by_id 4
    dashboard 7
    newest_purchases 4
    price_changes 1
    product 7
    products_with_suppliers 5
    purchase 1
    purchase_lines 3
    returned_purchases 1
    supplier 1
    suppliers_of_a_customer 5
    supply_chain 9
    two_customers 2
    ");
}

/// What a condition leaves out is not asked for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_not_asked_for() {
    let store = Store::start(2, CUSTOMERS).await;
    let find =
        |name: &str| operations().into_iter().find(|operation| operation.name == name).expect("it is there");
    for (name, variable, left_out) in [("dashboard", "withArchive", 1), ("best_sellers", "withSales", 2)] {
        let operation = find(name);
        let all = store.statements(&operation).await.len();
        let few = store.statements(&operation.with(variable, json!(false))).await.len();
        assert_eq!(few, all - left_out, "{name}");
    }
}

/// How it is told that an operation names no key.
#[tokio::test(flavor = "multi_thread")]
async fn an_operation_without_a_key_is_refused() {
    let store = Store::start(1, CUSTOMERS).await;
    let document = "{ customers { name } }".to_owned();
    let operation = Operation { name: "no key".into(), document, variables: Default::default() };
    let answer = store.ask(&operation).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SHARD_KEY_REQUIRED", "{answer:#}");
    let message = answer["errors"][0]["message"].as_str().expect("an error has a message");
    assert!(
        include_str!("../../../../docs/sharding.md").contains(message),
        "docs/sharding.md shows another one"
    );
    assert_eq!(store.statements(&operation).await, []);
}
