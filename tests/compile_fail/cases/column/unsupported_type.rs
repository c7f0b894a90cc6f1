use onefold::prelude::*;

use std::collections::HashMap;

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
    pub tags: HashMap<String, String>,
    pub milliseconds: Option<u32>,
}

fn main() {}
