use onefold::prelude::*;

#[derive(Table)]
#[table(graphql = "Query")]
pub struct Log {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(Log))]
pub struct Music;

fn main() {}
