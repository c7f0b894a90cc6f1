use onefold::prelude::*;

#[derive(Table)]
#[table(graphql = "__Track", singular = "track")]
pub struct Track {
    #[key]
    pub id: i32,
    pub __typename: String,
    #[column(graphql = "__name")]
    pub name: String,
}

fn main() {}
