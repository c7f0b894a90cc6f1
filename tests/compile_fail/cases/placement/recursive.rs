use onefold::prelude::*;

#[derive(Table)]
#[table(shard_by = category_id)]
pub struct Category {
    #[key]
    pub category_id: i64,
    pub parent_id: Option<i64>,
    #[many(descendants(parent_id))]
    #[relation(cross_shard)]
    pub descendants: Many<Category>,
}

#[derive(Schema)]
#[schema(tables(Category))]
pub struct Shop;

#[derive(Table)]
#[table(shard_by = tenant_id)]
pub struct Place {
    #[key]
    pub place_id: i64,
    pub tenant_id: i64,
    pub parent_id: Option<i64>,
    #[many(ancestors(parent_id))]
    pub around: Many<Place>,
}

#[derive(Schema)]
#[schema(tables(Place))]
pub struct Map;

fn main() {}
