use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub tags: Vec<Vec<String>>,
    pub maybe_tags: Vec<Option<Option<u8>>>,
}

fn main() {}
