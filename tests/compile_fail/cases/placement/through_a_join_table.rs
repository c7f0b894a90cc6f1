use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = order_id)]
pub struct Order {
    #[key]
    pub order_id: i64,
    #[many(through(OrderSupplier::order_id), to(OrderSupplier::supplier_id))]
    #[relation(cross_shard)]
    pub suppliers: Many<Supplier>,
}

#[derive(Table)]
#[table(shard_by = order_id)]
pub struct OrderSupplier {
    #[key]
    pub order_id: i64,
    #[key]
    pub supplier_id: i64,
}

#[derive(Table)]
#[table(shard_by = supplier_id)]
pub struct Supplier {
    #[key]
    pub supplier_id: i64,
    #[many(through(SupplierProduct::supplier_id), to(SupplierProduct::product_id))]
    pub products: Many<Product>,
}

#[derive(Table)]
#[table(shard_by = region)]
pub struct SupplierProduct {
    #[key]
    pub supplier_id: i64,
    #[key]
    pub product_id: i64,
    pub region: i64,
}

#[derive(Table)]
pub struct Product {
    #[key]
    pub product_id: i64,
}

#[derive(Schema)]
#[schema(tables(Order, OrderSupplier, Supplier, SupplierProduct, Product))]
pub struct Shop;

fn main() {}
