use onefold::prelude::*;

#[derive(Table)]
pub struct Track<T> {
    #[key]
    pub id: T,
}

fn main() {}
