use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    pub customer_id: Option<i64>,
}

fn main() {}
