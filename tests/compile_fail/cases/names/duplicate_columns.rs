use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
    pub name: String,
    #[column(name = "name")]
    pub title: String,
}

fn main() {}
