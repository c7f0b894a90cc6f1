use onefold::prelude::*;

#[derive(Enum)]
pub enum State {
    #[value(graphql = "true")]
    True,
    #[value(graphql = "__NULL")]
    Null,
}

fn main() {}
