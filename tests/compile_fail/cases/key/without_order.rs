use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub tags: Vec<String>,
    #[key]
    pub seconds: Range<i32>,
}

fn main() {}
