use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = costumer_id, slot_in = id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    pub customer_id: i64,
    #[many(Line::order_id)]
    pub lines: Many<Line>,
}

#[derive(Table)]
#[table(shard_by = order)]
pub struct Line {
    #[key]
    pub line_id: i64,
    pub order_id: i64,
    #[one(order_id)]
    pub order: One<Order>,
}

fn main() {}
