use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = "customer_id", scatter = true)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
}

#[derive(Table)]
#[table(shard_by = Order::customer_id, slot_in)]
pub struct Order {
    #[key]
    pub order_id: i64,
    #[one(order_id)]
    #[relation(cross_shard = true)]
    pub itself: One<Order>,
}

#[derive(Table)]
#[table(shard_by = (order_id, line), slot_in = 5)]
pub struct Line {
    #[key]
    pub order_id: i64,
    #[key]
    pub line: i16,
}

#[derive(Table)]
#[table(shard = archive)]
pub struct Event {
    #[key]
    pub event_id: i64,
}

#[derive(Table)]
#[table(shard = "")]
pub struct Visit {
    #[key]
    pub visit_id: i64,
}

#[derive(Table)]
#[table(reference())]
pub struct Product {
    #[key]
    pub product_id: i64,
}

fn main() {}
