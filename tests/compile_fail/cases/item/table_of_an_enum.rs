use onefold::prelude::*;

#[derive(Table)]
pub enum State {
    Open,
}

fn main() {}
