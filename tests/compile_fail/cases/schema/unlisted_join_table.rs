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
    #[many(through(AlbumArtist::album_id), to(AlbumArtist::artist_id))]
    pub artists: Many<Artist>,
}

#[derive(Table)]
pub struct AlbumArtist {
    #[key]
    pub album_id: i32,
    #[key]
    pub artist_id: i32,
}

#[derive(Schema)]
#[schema(tables(Artist, Album))]
pub struct Music;

fn main() {}
