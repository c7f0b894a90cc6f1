use onefold::prelude::*;

#[derive(Table)]
pub struct Category {
    #[key]
    pub tenant_id: i64,
    #[key]
    pub category_id: i32,
    pub parent_tenant_id: Option<i64>,
    pub parent_id: Option<i32>,
    pub code: Option<String>,
    #[many(ancestors(parent_tenant_id, parent_id))]
    pub right: Many<Category>,
    #[many(ancestors(parent_id))]
    pub too_few: Many<Category>,
    #[many(ancestors())]
    pub none: Many<Category>,
    #[many(descendants(parent_tenant_id, parnt_id))]
    pub unknown: Many<Category>,
    #[many(descendants(parent_tenant_id, Category::parent_id))]
    pub path: Many<Category>,
    #[many(descendants(parent_tenant_id, code))]
    pub wrong_type: Many<Category>,
    #[many(ancestors(parent_tenant_id, parent_id), descendants(parent_tenant_id, parent_id))]
    pub both: Many<Category>,
    #[many(descendants(parent_tenant_id, parent_id))]
    #[relation(unindexed)]
    pub unindexed: Many<Category>,
    #[many(ancestors(parent_tenant_id, parent_id))]
    pub another_table: Many<Product>,
    #[one(ancestors(parent_tenant_id, parent_id))]
    pub root: One<Category>,
}

#[derive(Table)]
pub struct Product {
    #[key]
    pub tenant_id: i64,
    #[key]
    pub product_id: i32,
}

#[derive(Schema)]
#[schema(tables(Category, Product))]
pub struct Shop;

fn main() {}
