use onefold::prelude::*;

#[derive(Table)]
#[table(default_limit = "5", name = track)]
pub struct Track {
    #[key]
    pub id: i32,
    #[column(name = 5)]
    pub name: String,
    #[column(graphql)]
    pub title: String,
}

fn main() {}
