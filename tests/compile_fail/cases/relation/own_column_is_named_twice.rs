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
    pub artist_id: i32,
    #[one(artist_id, artist_id)]
    pub artist: One<Artist>,
}

fn main() {}
