use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    #[column(hidden)]
    pub album_id: i32,
    #[column(hidden)]
    pub title: String,
}

fn main() {}
