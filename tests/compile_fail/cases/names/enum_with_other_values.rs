use onefold::prelude::*;

#[derive(Enum)]
pub enum State {
    Open,
    Sent,
}

mod fewer {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum State {
        Open,
    }
}

mod labelled {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum State {
        Open,
        #[value(label = "posted")]
        Sent,
    }
}

mod named {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum State {
        Open,
        #[value(graphql = "POSTED")]
        Sent,
    }
}

mod same {
    use onefold::prelude::*;

    #[derive(Enum)]
    pub enum State {
        Open,
        Sent,
    }
}

#[derive(Table)]
pub struct Parcel {
    #[key]
    pub id: i32,
    pub state: State,
    pub same: same::State,
}

#[derive(Table)]
pub struct Letter {
    #[key]
    pub id: i32,
    pub state: fewer::State,
}

#[derive(Table)]
pub struct Order {
    #[key]
    pub id: i32,
    pub states: Vec<labelled::State>,
}

#[derive(Schema)]
#[schema(tables(Parcel, Letter, Order))]
pub struct Shop {
    #[sql("found($state)", args(state: named::State))]
    pub found: Many<Parcel>,
}

fn main() {}
