use onefold::prelude::*;

#[derive(Enum)]
pub enum State {
    Open(i32),
    Sent { at: Timestamp },
    Done,
}

fn main() {}
