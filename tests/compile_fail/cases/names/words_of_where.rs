use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
    pub and: bool,
    pub or: bool,
    #[column(graphql = "not")]
    pub negated: bool,
}

fn main() {}
