use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(Track, self::Track))]
pub struct Music;

fn main() {}
