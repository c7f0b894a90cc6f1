use onefold::prelude::*;

#[derive(Schema)]
pub struct Music;

#[derive(Schema)]
#[schema(tables())]
pub struct Shop;

fn main() {}
