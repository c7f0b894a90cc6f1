use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    #[column(hidden, graphql = "name")]
    pub title: String,
}

fn main() {}
