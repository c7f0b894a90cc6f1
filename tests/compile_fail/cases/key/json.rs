use onefold::prelude::*;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: Jsonb,
}

fn main() {}
