use onefold::prelude::*;

#[derive(Enum)]
pub enum State {}

fn main() {}
