use onefold::prelude::*;

mod order {
    use onefold::prelude::*;

    #[derive(Enum)]
    #[pg(name = "order_state")]
    pub enum State {
        Open,
    }
}

mod parcel {
    use onefold::prelude::*;

    #[derive(Enum)]
    #[pg(name = "parcel_state")]
    pub enum State {
        Sent,
    }
}

#[derive(Table)]
pub struct Parcel {
    #[key]
    pub id: i32,
    pub order: Option<order::State>,
    pub state: parcel::State,
}

#[derive(Schema)]
#[schema(tables(Parcel))]
pub struct Shop;

fn main() {}
