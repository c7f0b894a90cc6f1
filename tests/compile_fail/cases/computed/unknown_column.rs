use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub title: String,
    #[sql("upper({titel})")]
    pub upper: String,
    #[many(Track::album_id)]
    pub tracks: Many<Track>,
    #[sql("{upper} || {tracks}")]
    pub twice: String,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub album_id: i32,
}

fn main() {}
