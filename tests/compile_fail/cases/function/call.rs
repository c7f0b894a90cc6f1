use onefold::prelude::*;

#[derive(Table)]
pub struct Album {
    #[key]
    pub album_id: i32,
    #[sql("SELECT * FROM track")]
    pub query: Many<Album>,
    #[sql("similar({album_id}) AS a")]
    pub alias: Many<Album>,
    #[sql("similar({album_id}")]
    pub open: Many<Album>,
    #[sql("similar({id})")]
    pub unknown: Many<Album>,
    #[sql("similar({album_id}, $limit, $first)", args(limit: i32, first: i32))]
    pub arguments: Many<Album>,
    #[sql("similar({album_id})")]
    pub one: Option<One<Album>>,
    #[key]
    #[column(name = "x")]
    #[sql("similar({album_id})")]
    pub column: Many<Album>,
    #[relation(unindexed)]
    #[sql("similar({album_id})")]
    pub relation: Many<Album>,
}

fn main() {}
