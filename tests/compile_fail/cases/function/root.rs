use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
}

#[derive(Schema)]
#[schema(tables(Album))]
pub struct Music {
    #[sql("found({album_id})")]
    pub of_row: Many<Album>,
    pub without: Many<Album>,
    #[sql("found()")]
    #[relation(graphql = "found it")]
    pub name: Many<Album>,
}

fn main() {}
