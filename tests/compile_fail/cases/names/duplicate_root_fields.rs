use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
}

#[derive(Table)]
#[table(plural = "tracks")]
pub struct Song {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(Track, Song))]
pub struct Music;

fn main() {}
