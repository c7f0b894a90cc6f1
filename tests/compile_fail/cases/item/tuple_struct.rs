use onefold::prelude::*;

#[derive(Table)]
pub struct Track(i32, String);

#[derive(Table)]
pub struct Album;

fn main() {}
