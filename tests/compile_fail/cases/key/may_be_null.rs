use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: Option<i32>,
}

fn main() {}
