use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    pub name: String,
}

#[derive(Table)]
#[key]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub title: String,
    #[table(name = "x")]
    pub artist_id: i32,
    #[one(artist_id)]
    #[column(graphql = "x")]
    pub artist: One<Artist>,
    #[relation(graphql = "y")]
    pub name: String,
}

fn main() {}
