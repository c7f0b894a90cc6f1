use onefold::prelude::*;

#[derive(Table)]
pub struct Series {
    #[key]
    pub id: i32,
}

fn main() {}
