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
    #[many(through(AlbumArtist::album_id))]
    pub artists: Many<Artist>,
    #[many(through(AlbumArtist::album_id), from(AlbumArtist::album_id))]
    pub singers: Many<Artist>,
}

#[derive(Table)]
pub struct AlbumArtist {
    #[key]
    pub album_id: i32,
    #[key]
    pub artist_id: i32,
}

fn main() {}
