use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(Track))]
pub struct Music {
    pub tracks: Vec<Track>,
}

fn main() {}
