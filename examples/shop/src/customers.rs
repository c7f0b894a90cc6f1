//! Who buys, and what they bought: each customer's rows are together on one shard.

use onefold::prelude::*;

use crate::goods::Product;

/// Somebody who buys furniture.
#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Customer {
    /// Identifies the customer, and says which shard has all that is theirs.
    #[key]
    pub customer_id: i64,
    /// Given name and family name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Street and number.
    pub street: String,
    /// The city.
    pub city: String,
    /// The country.
    pub country: String,
    /// The day of the first visit.
    pub joined_on: Date,
    /// What the customer has bought.
    #[many(Purchase::customer_id)]
    pub purchases: Many<Purchase>,
}

/// What a customer buys at one time. All of them can be asked for at once: that reads every shard.
#[derive(Table)]
#[table(shard_by = customer_id, slot_in = purchase_id, scatter)]
pub struct Purchase {
    /// Identifies the purchase. The number carries the customer's slot, so it is enough to find the shard.
    #[key]
    pub purchase_id: i64,
    /// Which customer buys.
    pub customer_id: i64,
    /// When it was placed, in UTC.
    pub placed_at: Timestamp,
    /// How far it is.
    pub state: PurchaseState,
    /// The sum of its lines, in euros.
    pub total: Decimal,
    /// The customer who buys.
    #[one(customer_id)]
    pub customer: One<Customer>,
    /// What is bought.
    #[many(customer_id = PurchaseLine::customer_id, purchase_id = PurchaseLine::purchase_id)]
    pub lines: Many<PurchaseLine>,
}

/// How far a purchase is.
#[derive(Enum)]
pub enum PurchaseState {
    /// Not paid yet.
    Open,
    /// Paid, and waiting to be sent.
    Paid,
    /// On its way, or there.
    Sent,
    /// Sent back by the customer.
    Returned,
}

/// One product of a purchase.
#[derive(Table)]
#[table(shard_by = customer_id, slot_in = purchase_id)]
pub struct PurchaseLine {
    /// Which customer buys.
    #[key]
    pub customer_id: i64,
    /// Which purchase it is part of.
    #[key]
    pub purchase_id: i64,
    /// Its place in the purchase, from 1.
    #[key]
    pub number: i16,
    /// Which product is bought.
    pub product_id: i32,
    /// How many of it.
    pub quantity: i32,
    /// What one cost at the time, in euros.
    pub unit_price: Decimal,
    /// The customer who buys.
    #[one(customer_id)]
    pub customer: One<Customer>,
    /// The product that is bought.
    #[one(product_id)]
    pub product: One<Product>,
}
