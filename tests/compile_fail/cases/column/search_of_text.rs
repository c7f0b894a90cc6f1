use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    #[column(search = "english")]
    pub name: String,
}

fn main() {}
