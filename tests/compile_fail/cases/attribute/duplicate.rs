use onefold::prelude::*;

#[derive(Table)]
#[table(name = "a")]
#[table(schema = "b")]
pub struct Track {
    #[key]
    pub id: i32,
    #[column(name = "a")]
    #[column(graphql = "b")]
    pub name: String,
    #[column(name = "a", name = "b")]
    pub title: String,
}

fn main() {}
