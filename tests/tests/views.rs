//! Views and materialized views: their structs declare the key that the catalog does not have.

use onefold::catalog::{check, ddl};
use onefold::pool::{Pool, Settings};
use onefold::prelude::*;
use onefold::schema::Schema;
use onefold_tests::database;

/// What is sold.
#[derive(Table)]
struct Item {
    #[key]
    item_id: i32,
    maker: String,
    #[one(item_id = Stock::item_id)]
    stock: Option<One<Stock>>,
}

/// How many there are of each.
#[derive(Table)]
#[table(view, schema = "reports")]
struct Stock {
    #[key]
    item_id: i32,
    pieces: i64,
    #[one(item_id)]
    item: One<Item>,
}

/// Who makes what is sold.
#[derive(Table)]
#[table(view)]
struct Maker {
    #[key]
    maker: String,
    items: Option<i64>,
    #[many(maker = Item::maker)]
    made: Many<Item>,
}

#[derive(Schema)]
#[schema(tables(Item, Stock, Maker))]
struct Shop;

#[test]
fn ddl_leaves_them_to_others() {
    insta::assert_snapshot!(ddl(Shop::SCHEMA));
}

#[tokio::test]
async fn they_need_no_key_and_no_index_in_the_database() {
    let database = database().await;
    database.execute(&ddl(Shop::SCHEMA)).await;
    database
        .execute(
            "CREATE SCHEMA reports;
             CREATE VIEW reports.stock AS SELECT item_id, 1::bigint AS pieces FROM item;
             CREATE MATERIALIZED VIEW maker AS SELECT maker, count(*) AS items FROM item GROUP BY 1",
        )
        .await;
    let pool =
        Pool::new(&Settings { url: database.url.clone(), ..Settings::default() }).expect("the URL is right");
    let problems = async || {
        let problems = check(Shop::SCHEMA, &pool).await.expect("the database answers");
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(problems().await, [""; 0]);
    // What they lack otherwise is told as it is of tables.
    database
        .execute(
            "DROP VIEW reports.stock; CREATE VIEW reports.stock AS SELECT item_id, 1 AS pieces FROM item;
             DROP MATERIALIZED VIEW maker",
        )
        .await;
    insta::assert_snapshot!(problems().await.join("\n"));
}
