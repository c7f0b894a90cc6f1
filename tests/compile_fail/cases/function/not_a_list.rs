use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    #[sql("similar({album_id})")]
    pub untold: Many<Track>,
}

pub struct Track;

#[derive(Schema)]
#[schema(tables(Album))]
pub struct Music {
    #[sql("number()")]
    pub number: i32,
}

fn main() {}
