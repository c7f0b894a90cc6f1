use onefold::prelude::*;

#[derive(Enum)]
pub enum State {
    Open,
    #[value(graphql = "OPEN", label = "open")]
    Opened,
}

fn main() {}
