use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
    #[many(Order::customer_id)]
    #[relation(cross_shard)]
    pub orders: Many<Order>,
}

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    pub customer_id: i64,
    pub product_id: i64,
    #[one(product_id)]
    #[relation(cross_shard)]
    pub product: One<Product>,
}

#[derive(Table)]
pub struct Product {
    #[key]
    pub product_id: i64,
}

#[derive(Schema)]
#[schema(tables(Customer, Order, Product))]
pub struct Shop;

fn main() {}
