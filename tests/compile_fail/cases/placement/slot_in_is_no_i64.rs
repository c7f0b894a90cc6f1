use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id, slot_in = order_id)]
pub struct Order {
    #[key]
    pub order_id: i32,
    pub customer_id: i64,
}

#[derive(Table)]
#[table(shard_by = customer_id, slot_in = number)]
pub struct Invoice {
    #[key]
    pub invoice_id: i64,
    pub customer_id: i64,
    pub number: Option<i64>,
}

fn main() {}
