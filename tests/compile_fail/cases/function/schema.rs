use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = customer_id)]
pub struct Customer {
    #[key]
    pub customer_id: i64,
    #[sql("friends({customer_id})")]
    pub friends: Many<Customer>,
}

#[derive(Table)]
pub struct Product {
    #[key]
    pub product_id: i32,
    #[many(Hit::product_id)]
    pub hits: Many<Hit>,
    #[sql("misses({product_id})")]
    pub misses: Many<Miss>,
}

#[derive(Table)]
#[table(function)]
pub struct Hit {
    #[key]
    pub product_id: i32,
}

#[derive(Table)]
#[table(function)]
pub struct Miss {
    #[key]
    pub product_id: i32,
}

#[derive(Schema)]
#[schema(tables(Customer, Product, Hit))]
pub struct Shop {
    #[sql("hits()")]
    pub hits: Many<Hit>,
    #[sql("cheap()")]
    pub products: Many<Product>,
    #[sql("new()")]
    pub new_customers: Many<Customer>,
    #[sql("none()")]
    pub misses: Many<Miss>,
}

fn main() {}
