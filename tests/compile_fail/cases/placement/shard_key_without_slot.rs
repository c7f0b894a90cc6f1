use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = ordered_at)]
pub struct Order {
    #[key]
    pub order_id: i64,
    pub ordered_at: Timestamptz,
}

#[derive(Enum)]
pub enum Region {
    North,
    South,
}

#[derive(Table)]
#[table(shard_by = region)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
    pub region: Region,
}

fn main() {}
