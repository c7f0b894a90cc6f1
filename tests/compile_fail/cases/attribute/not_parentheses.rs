use onefold::prelude::*;

#[derive(Table)]
#[table]
pub struct Track {
    #[key]
    pub id: i32,
    #[column = "x"]
    pub name: String,
    #[column]
    pub title: String,
}

fn main() {}
