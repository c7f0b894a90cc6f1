use onefold::prelude::*;

#[derive(Table)]
#[table(scatter)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
}

#[derive(Table)]
#[table(shard = "archive", slot_in = order_id, scatter)]
pub struct Order {
    #[key]
    pub order_id: i64,
}

fn main() {}
