use onefold::prelude::*;

#[derive(Table)]
#[table(function, name = "hits", plural = "allHits", shard_by = hit_id, view)]
pub struct Hit {
    #[key]
    pub hit_id: i32,
}

#[derive(Table)]
#[table(function)]
pub struct Miss {
    pub miss_id: i32,
}

/// No root field is called as it is.
#[derive(Table)]
#[table(function)]
pub struct Series {
    #[key]
    pub series_id: i32,
}

fn main() {}
