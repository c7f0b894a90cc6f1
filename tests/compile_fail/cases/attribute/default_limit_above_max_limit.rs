use onefold::prelude::*;

#[derive(Table)]
#[table(default_limit = 50, max_limit = 10)]
pub struct Track {
    #[key]
    pub id: i32,
}

fn main() {}
