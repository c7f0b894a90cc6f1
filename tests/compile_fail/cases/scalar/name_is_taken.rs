use onefold::prelude::*;

#[derive(Scalar)]
#[scalar(graphql = "Date")]
pub struct Day(Timestamp);

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub released: Day,
}

#[derive(Schema)]
#[schema(tables(Track))]
pub struct Music;

fn main() {}
