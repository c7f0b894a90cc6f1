use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub id: i32,
    #[column(graphql = "unit price")]
    pub unit_price: i32,
    #[column(graphql = "")]
    pub nothing: i32,
    #[column(graphql = "2nd")]
    pub second: i32,
    pub größe: i32,
}

fn main() {}
