//! The program as `make demo-shop` runs it, with no database anywhere; and as it runs with shards that are there.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use onefold::config::{self, Sources};
use onefold::engine::Engine;
use onefold::private_postgres::PrivatePostgres;
use onefold::schema::Schema;
use onefold::slots::{Slot, SlotMap};
use onefold_tests::connect;
use onefold_tests::demo::Demo;
use serde_json::{Value, json};
use shop::{Shop, demo};

/// The program.
const SHOP: &str = env!("CARGO_BIN_EXE_shop");

#[test]
fn answers_queries_and_says_which_need_a_key() {
    let mut demo = Demo::start(SHOP, &[(demo::CUSTOMERS_VARIABLE, "50")]);
    let answer = demo.query(
        "{
            customer(customerId: 42) { purchases(limit: 1) { lines { product { supplier { name } } } } }
            purchases(limit: 7) { total }
            priceChanges(limit: 2) { product { title } }
        }",
    );
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    assert_eq!(answer["data"]["purchases"].as_array().map(Vec::len), Some(7), "{answer:#}");
    assert_eq!(answer["data"]["priceChanges"].as_array().map(Vec::len), Some(2), "{answer:#}");

    let answer = demo.query("{ customers { name } }");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SHARD_KEY_REQUIRED", "{answer:#}");
    assert!(demo.get("/").contains("GraphiQL"));

    let folder = demo.folder.path().to_owned();
    let status = demo.stop();
    assert!(status.success(), "{status}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is left behind");
}

/// Its shards are made by itself, so there are no settings to be read again when the terminal is closed.
#[test]
fn ends_with_its_terminal() {
    let mut demo = Demo::start(SHOP, &[(demo::CUSTOMERS_VARIABLE, "1"), (demo::SHARDS_VARIABLE, "1")]);
    assert_eq!(demo.end("-HUP").signal(), Some(1));
}

#[test]
fn a_size_that_is_none_is_told() {
    let mut command = Command::new(SHOP);
    command.args(["serve", "--listen", "127.0.0.1:0"]).env_remove("DATABASE_URL");
    let output = command.env(demo::SHARDS_VARIABLE, "many").output().unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("`SHOP_SHARDS` is `many`; it must be a whole number from 1 to 500"), "{error}");
}

/// The settings that come with the shop are those of four shards with replicas, and fit its tables.
#[test]
fn the_example_of_settings_is_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("onefold.example.toml");
    let config = load(&file);
    assert_eq!(config.shards.values().filter(|shard| !shard.slots.is_empty()).count(), 4);
    assert!(config.shards.values().all(|shard| shard.replicas.len() == 1));
    Engine::new(Shop::SCHEMA, config).expect("the settings are right");
}

/// With servers in `onefold.toml` no other Postgres is started.
#[tokio::test(flavor = "multi_thread")]
async fn shards_of_the_settings_are_served() {
    let postgres =
        tokio::task::block_in_place(PrivatePostgres::start).unwrap_or_else(|error| panic!("{error}"));
    let settings = format!(
        "[servers.only]\nurl = \"{}\"\n\
         [shards.left]\nprimary = \"only\"\ndatabase = \"left\"\nslots = [\"0-4095\"]\n\
         [shards.right]\nprimary = \"only\"\ndatabase = \"right\"\nslots = [\"4096-8191\"]\n\
         [shards.archive]\nprimary = \"only\"\n",
        postgres.url("postgres")
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(config::FILE_NAME);
    fs::write(&file, settings).unwrap();
    for database in ["left", "right"] {
        postgres.create_database(database).await.unwrap();
    }
    demo::create(&load(&file), 20).await.unwrap();

    let demo = tokio::task::block_in_place(|| Demo::start_in(folder, SHOP, &[]));
    let query = "query ($id: BigInt!) { customer(customerId: $id) { customerId } }";
    for id in 1..=20 {
        let request = json!({"query": query, "variables": {"id": id.to_string()}});
        let answer = tokio::task::block_in_place(|| demo.request(&request));
        assert_eq!(answer, json!({"data": {"customer": {"customerId": id.to_string()}}}));
    }
}

/// Every row is on the shard of its slot, and what they refer to is there too.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_where_their_slots_are() {
    let postgres =
        tokio::task::block_in_place(PrivatePostgres::start).unwrap_or_else(|error| panic!("{error}"));
    let config = demo::settings(config::Config::default(), &postgres, 3);
    for name in config.shards.keys() {
        postgres.create_database(name).await.unwrap();
    }
    demo::create(&config, 300).await.unwrap();
    let map = SlotMap::of(&config).unwrap();
    let mut counts = [0; 5];
    for (position, name) in map.shards().iter().enumerate() {
        let client = connect(&postgres.url(name)).await;
        for row in client.query("SELECT customer_id, purchase_id FROM purchase", &[]).await.unwrap() {
            let slot = Slot::of_int(row.get(0));
            assert_eq!((map.shard(slot).0, Slot::carried_by(row.get(1))), (position, slot));
        }
        for row in client.query("SELECT supplier_code FROM delivery", &[]).await.unwrap() {
            assert_eq!(map.shard(Slot::of_text(row.get(0))).0, position);
        }
        // The keys were not checked while the tables were filled.
        let wrong = "SELECT 'customer' FROM purchase WHERE customer_id NOT IN (SELECT customer_id FROM customer)
            UNION ALL SELECT 'supplier' FROM delivery WHERE supplier_code NOT IN (SELECT supplier_code FROM supplier)
            UNION ALL SELECT 'product' FROM purchase_line WHERE product_id NOT IN (SELECT product_id FROM product)
            UNION ALL SELECT 'total' FROM purchase WHERE total IS DISTINCT FROM (
                SELECT sum(unit_price * quantity) FROM purchase_line
                WHERE (purchase_line.customer_id, purchase_line.purchase_id)
                    = (purchase.customer_id, purchase.purchase_id))";
        let wrong: Vec<String> =
            client.query(wrong, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        for (count, table) in
            counts.iter_mut().zip(["customer", "purchase", "supplier", "product", "price_change"])
        {
            let row = client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap();
            *count += row.get::<_, i64>(0);
        }
    }
    let [customers, purchases, suppliers, products, price_changes] = counts;
    assert_eq!((customers, suppliers, products), (300, 50, 4 * 500));
    assert!((2_500..3_500).contains(&purchases), "{purchases} purchases");
    assert!(price_changes > 500, "{price_changes} price changes");
}

/// The settings of a file alone.
fn load(file: &Path) -> config::Config {
    let sources = Sources {
        file: Some(file.to_owned()),
        directory: file.parent().expect("it is in a folder").to_owned(),
        environment: Vec::new(),
        arguments: Vec::new(),
    };
    config::load(Shop::SCHEMA, &sources).unwrap_or_else(|error| panic!("{error}"))
}
