//! The server of a music store: three tables, and `main`.

use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    pub name: Option<String>,
    #[many(Album::artist_id)]
    pub albums: Many<Album>,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub title: String,
    pub artist_id: i32,
    #[one(artist_id)]
    pub artist: One<Artist>,
    #[many(Track::album_id)]
    pub tracks: Many<Track>,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub name: String,
    pub album_id: Option<i32>,
    pub milliseconds: i32,
    pub unit_price: Decimal,
    #[one(album_id)]
    pub album: Option<One<Album>>,
}

#[derive(Schema)]
#[schema(tables(Artist, Album, Track))]
pub struct Music;

onefold::server!(Music);
