use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    #[many(Album::artst_id)]
    pub albums: Many<Album>,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub artist_id: i32,
    #[one(artist_id = Artist::id)]
    pub artist: One<Artist>,
}

fn main() {}
