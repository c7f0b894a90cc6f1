use onefold::prelude::*;

#[derive(Table)]
#[table(default_limit = 0, max_limit = -1)]
pub struct Track {
    #[key]
    pub id: i32,
}

fn main() {}
