use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub mood: Vector<0>,
}

fn main() {}
