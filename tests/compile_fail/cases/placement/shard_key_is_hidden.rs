use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    #[column(hidden)]
    pub customer_id: i64,
}

fn main() {}
