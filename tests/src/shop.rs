//! A shop over several shards: customers with all that is theirs by their key, products on every shard, suppliers by
//! another key, and an archive on a shard of its own.

// Columns say by their names what they are.
#![allow(missing_docs)]

use onefold::catalog::ddl;
use onefold::config::{Config, Shard};
use onefold::prelude::*;
use onefold::slots::{self, Slot};

use crate::shards::Shards;

/// Who buys.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
    pub name: String,
    pub country: Option<String>,
    pub address: Option<Inet>,
    #[many(Purchase::customer_id)]
    pub purchases: Many<Purchase>,
}

/// What is bought at once; its id carries the slot.
#[derive(Table)]
#[table(shard_by = customer_id, slot_in = purchase_id)]
pub struct Purchase {
    #[key]
    pub purchase_id: i64,
    pub customer_id: i64,
    pub placed_at: Timestamptz,
    pub state: Option<State>,
    #[one(customer_id)]
    pub customer: One<Customer>,
    #[many(customer_id = Line::customer_id, purchase_id = Line::purchase_id)]
    pub lines: Many<Line>,
}

/// How far a purchase is.
#[derive(Enum)]
#[pg(name = "purchase_state")]
pub enum State {
    Open,
    Sent,
    Returned,
}

/// One product of a purchase.
#[derive(Table)]
#[table(shard_by = customer_id, scatter)]
pub struct Line {
    #[key]
    pub customer_id: i64,
    #[key]
    pub line_id: i64,
    pub purchase_id: i64,
    pub product_id: i32,
    pub quantity: i32,
    #[one(product_id)]
    pub product: One<Product>,
}

/// What is sold.
#[derive(Table)]
pub struct Product {
    #[key]
    pub product_id: i32,
    pub title: String,
    pub price: Decimal,
    pub supplier_id: Option<i32>,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: Option<One<Supplier>>,
    pub latest_exchange_id: Option<i64>,
    #[many(Line::product_id)]
    #[relation(cross_shard)]
    pub lines: Many<Line>,
    #[many(through(Exchange::product_id), to(Exchange::other_id))]
    #[relation(cross_shard)]
    pub exchanged_for: Many<Product>,
    #[one(latest_exchange_id)]
    #[relation(cross_shard)]
    pub latest_exchange: Option<One<Exchange>>,
}

/// A product that a customer has taken for another; its key does not say which shard it is on.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Exchange {
    #[key]
    pub exchange_id: i64,
    pub customer_id: i64,
    pub product_id: i32,
    pub other_id: i32,
}

/// Who delivers.
#[derive(Table)]
#[table(shard_by = supplier_id)]
pub struct Supplier {
    #[key]
    pub supplier_id: i32,
    pub name: String,
    #[many(Product::supplier_id)]
    pub products: Many<Product>,
}

/// What was delivered long ago.
#[derive(Table)]
#[table(shard = "archive")]
pub struct Delivery {
    #[key]
    pub delivery_id: i64,
    pub supplier_id: i32,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: One<Supplier>,
}

/// Several shards sell.
#[derive(Schema)]
#[schema(tables(Customer, Purchase, Line, Product, Exchange, Supplier, Delivery))]
pub struct Shop;

/// Settings with these shards, and with the archive in the database of the first one.
pub fn settings(shards: &Shards) -> Config {
    let mut config = shards.config();
    let database = Some(shards.databases[0].name.clone());
    config.shards.insert("archive".into(), Shard { primary: "test".into(), database, ..Shard::default() });
    config
}

/// So many shards with so many customers, each with two purchases of three lines, and with one exchange; four products on every shard.
///
/// # Panics
/// There is no Postgres.
pub async fn filled(count: usize, customers: i64) -> Shards {
    let shards = Shards::new(count, &ddl(Shop::SCHEMA)).await;
    let scripts = rows(count, customers, |slot| shards.position(slot));
    for (database, script) in shards.databases.iter().zip(scripts) {
        database.execute(&script).await;
    }
    shards
}

/// What puts these rows into so many shards, where `position` says which a slot is on.
///
/// # Panics
/// A position is not among so many.
pub fn rows(count: usize, customers: i64, position: impl Fn(Slot) -> usize) -> Vec<String> {
    let mut scripts = vec![String::new(); count];
    for script in &mut scripts {
        for product in 1..=4 {
            let supplier = if product == 4 { "NULL".to_owned() } else { (product % 2 + 1).to_string() };
            *script += &format!(
                "INSERT INTO product VALUES ({product}, 'product {product}', {product}.5, {supplier}, {});\n",
                (product < 4)
                    .then(|| customers.min(4) - product)
                    .filter(|id| *id > 0)
                    .map_or("NULL".into(), |id| id.to_string())
            );
        }
    }
    for supplier in 1..=2 {
        let shard = position(Slot::of_int(supplier));
        scripts[shard] += &format!("INSERT INTO supplier VALUES ({supplier}, 'supplier {supplier}');\n");
    }
    let states = ["NULL", "'open'", "'sent'", "'returned'"];
    for customer in 1..=customers {
        let slot = Slot::of_int(customer);
        let script = &mut scripts[position(slot)];
        *script += &format!("INSERT INTO customer VALUES ({customer}, 'c{}', NULL);\n", customer % 3);
        let (product, other) = (customer % 2 + 1, customer % 3 + 2);
        *script += &format!("INSERT INTO exchange VALUES ({customer}, {customer}, {product}, {other});\n");
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
    scripts
}
