use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    pub track_id: i32,
    pub name: String,
}

fn main() {}
