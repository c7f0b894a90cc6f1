use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    #[many(Album::artist_id)]
    #[relation(unindexed = true)]
    pub albums: Many<Album>,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub artist_id: i32,
    #[one(artist_id)]
    #[relation(unindexed)]
    pub artist: One<Artist>,
}

#[derive(Schema)]
#[schema(tables(Artist, Album))]
pub struct Music;

fn main() {}
