use onefold::prelude::*;

pub struct Artist {
    pub artist_id: i32,
}

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    pub artist_id: i32,
    #[one(artist_id)]
    pub artist: One<Artist>,
}

fn main() {}
