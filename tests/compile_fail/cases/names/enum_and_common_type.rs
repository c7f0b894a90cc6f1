use onefold::prelude::*;

#[derive(Enum)]
pub enum OrderDirection {
    Up,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
    pub direction: OrderDirection,
}

#[derive(Schema)]
#[schema(tables(Track))]
pub struct Music;

fn main() {}
