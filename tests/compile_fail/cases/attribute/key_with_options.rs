use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key(track_id)]
    pub track_id: i32,
}

fn main() {}
