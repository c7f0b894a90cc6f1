use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub tags: Vec<String>,
    #[many(tags = Track::tags)]
    pub tracks: Many<Track>,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub tags: Vec<String>,
}

#[derive(Schema)]
#[schema(tables(Album, Track))]
pub struct Music;

fn main() {}
