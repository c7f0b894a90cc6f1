use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
}

#[derive(Table)]
pub struct TrackWhere {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(TrackWhere, Track))]
pub struct Music;

fn main() {}
