use onefold::prelude::*;

#[derive(Table)]
#[table(reference, shard_by = customer_id)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
}

#[derive(Table)]
#[table(shard_by = order_id, shard = "archive", scatter)]
pub struct Order {
    #[key]
    pub order_id: i64,
}

#[derive(Table)]
#[table(shard = "archive", reference)]
pub struct Product {
    #[key]
    pub product_id: i64,
}

fn main() {}
