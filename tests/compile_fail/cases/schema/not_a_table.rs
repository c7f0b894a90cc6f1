use onefold::prelude::*;

pub struct Track;

#[derive(Schema)]
#[schema(tables(Track, Album))]
pub struct Music;

fn main() {}
