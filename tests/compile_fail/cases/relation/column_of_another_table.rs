use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    #[many(Track::artist_id)]
    pub albums: Many<Album>,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub artist_id: i32,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub artist_id: i32,
}

fn main() {}
