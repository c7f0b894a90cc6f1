use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    #[many(Album::artist_id)]
    pub albums: Many<Album>,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub artist_id: Option<i64>,
    #[one(artist_id)]
    pub artist: Option<One<Artist>>,
    #[one(artist_id = Artist::artist_id)]
    pub singer: Option<One<Artist>>,
}

fn main() {}
