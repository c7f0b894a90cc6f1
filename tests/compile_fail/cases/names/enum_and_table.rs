use onefold::prelude::*;

#[derive(Enum)]
#[pg(graphql = "TrackOrderBy")]
pub enum TrackOrder {
    First,
    Last,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
    pub order: TrackOrder,
}

#[derive(Schema)]
#[schema(tables(Track))]
pub struct Music;

fn main() {}
