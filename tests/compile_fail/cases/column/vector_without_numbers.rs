use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub mood: Vector<0>,
    pub tags: Vec<TsVector>,
}

fn main() {}
