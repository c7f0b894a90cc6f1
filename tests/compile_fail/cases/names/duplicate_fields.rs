use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    pub name: String,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub title: String,
    #[column(graphql = "title")]
    pub name: String,
    pub artist_id: i32,
    #[one(artist_id)]
    #[relation(graphql = "title")]
    pub artist: One<Artist>,
}

fn main() {}
