use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    pub customer_id: i64,
    pub supplier_id: String,
    #[one(supplier_id)]
    pub supplier: One<Supplier>,
    #[many(Line::order_id)]
    pub lines: Many<Line>,
    #[many(customer_id = Line::customer_id, order_id = Line::order_id)]
    pub lines_of_the_shard: Many<Line>,
}

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Line {
    #[key]
    pub order_id: i64,
    #[key]
    pub number: i16,
    pub customer_id: i64,
    #[one(order_id)]
    pub order: One<Order>,
}

#[derive(Table)]
#[table(shard_by = supplier_id)]
pub struct Supplier {
    #[key]
    pub supplier_id: String,
}

#[derive(Schema)]
#[schema(tables(Order, Line, Supplier))]
pub struct Shop;

fn main() {}
