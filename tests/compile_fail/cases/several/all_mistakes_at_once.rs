use onefold::prelude::*;

#[derive(Table)]
pub struct Artist {
    #[key]
    pub artist_id: i32,
    pub name: String,
}

#[derive(Table)]
#[table(max_limit = "x")]
pub struct Album {
    pub album_id: i32,
    pub title: String,
    #[column(nam = "x")]
    pub a: i32,
    pub not: bool,
    #[one(artst_id)]
    pub artist: One<Artist>,
    pub artists: Many<Artist>,
}

fn main() {}
