use onefold::prelude::*;

#[derive(Enum)]
#[pg(type_name = "state")]
pub enum State {
    #[value(labl = "open")]
    Open,
    #[pg(name = "closed")]
    Closed,
}

fn main() {}
