use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = supplier_id)]
pub struct Supplier {
    #[key]
    pub supplier_id: i64,
    #[many(Visit::supplier_id)]
    pub visits: Many<Visit>,
    #[many(Product::supplier_id)]
    pub products: Many<Product>,
}

#[derive(Table)]
#[table(reference)]
pub struct Product {
    #[key]
    pub product_id: i64,
    pub supplier_id: i64,
    #[one(supplier_id)]
    pub supplier: One<Supplier>,
}

#[derive(Table)]
#[table(shard = "archive")]
pub struct Visit {
    #[key]
    pub visit_id: i64,
    pub supplier_id: i64,
    #[one(supplier_id)]
    #[relation(cross_shard)]
    pub supplier: One<Supplier>,
}

#[derive(Schema)]
#[schema(tables(Supplier, Product, Visit))]
pub struct Shop;

fn main() {}
