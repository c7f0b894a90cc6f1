use onefold::prelude::*;

#[derive(Enum)]
pub struct State {
    pub open: bool,
}

fn main() {}
