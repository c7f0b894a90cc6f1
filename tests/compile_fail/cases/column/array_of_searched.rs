use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub words: Vec<TsVector>,
}

fn main() {}
