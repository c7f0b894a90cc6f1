//! What the shop sells, who makes it, and what it once cost.

use onefold::prelude::*;

use crate::customers::PurchaseLine;

/// Something that the shop sells. There are few, and they seldom change, so every shard has all of them.
#[derive(Table)]
#[table(reference)]
pub struct Product {
    /// Identifies the product.
    #[key]
    pub product_id: i32,
    /// What it is called.
    pub title: String,
    /// What it costs, in euros.
    pub price: Decimal,
    /// Which supplier makes it; nobody where it is the shop's own.
    pub supplier_code: Option<String>,
    /// The supplier who makes it. Suppliers are spread by a key of their own, so this costs one more statement for each
    /// shard that one of them is on.
    #[one(supplier_code)]
    #[relation(cross_shard)]
    pub supplier: Option<One<Supplier>>,
    /// Its sales, to all customers. This asks every shard.
    #[many(PurchaseLine::product_id)]
    #[relation(cross_shard)]
    pub lines: Many<PurchaseLine>,
    /// When the shop got some of it, from the supplier's shard.
    #[many(Delivery::product_id)]
    #[relation(cross_shard)]
    pub deliveries: Many<Delivery>,
    /// What it once cost, from the archive.
    #[many(PriceChange::product_id)]
    #[relation(cross_shard)]
    pub price_changes: Many<PriceChange>,
}

/// Somebody who makes furniture.
#[derive(Table)]
#[table(shard_by = supplier_code)]
pub struct Supplier {
    /// Identifies the supplier, and says which shard has all that is theirs: `SE-07`.
    #[key]
    pub supplier_code: String,
    /// The company's name.
    pub name: String,
    /// The city that it is in.
    pub city: String,
    /// The country that it is in.
    pub country: String,
    /// What the supplier makes.
    #[many(Product::supplier_code)]
    pub products: Many<Product>,
    /// What the supplier has delivered.
    #[many(Delivery::supplier_code)]
    pub deliveries: Many<Delivery>,
}

/// Some of a product that a supplier has delivered.
#[derive(Table)]
#[table(shard_by = supplier_code)]
pub struct Delivery {
    /// Which supplier delivered.
    #[key]
    pub supplier_code: String,
    /// The supplier's own number of the delivery.
    #[key]
    pub number: i32,
    /// Which product it was.
    pub product_id: i32,
    /// How many of it.
    pub quantity: i32,
    /// The day on which it came.
    pub delivered_on: Date,
    /// The supplier who delivered.
    #[one(supplier_code)]
    pub supplier: One<Supplier>,
    /// The product that came.
    #[one(product_id)]
    pub product: One<Product>,
}

/// That a product has got another price. These are asked for so seldom that they are on a shard of their own.
#[derive(Table)]
#[table(shard = "archive")]
pub struct PriceChange {
    /// Which product it is about.
    #[key]
    pub product_id: i32,
    /// The day from which it had another price.
    #[key]
    pub changed_on: Date,
    /// What it cost before, in euros.
    pub old_price: Decimal,
    /// The product that it is about.
    #[one(product_id)]
    pub product: One<Product>,
}
