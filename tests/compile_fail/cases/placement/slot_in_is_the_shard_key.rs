use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = order_id, slot_in = order_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
}

fn main() {}
