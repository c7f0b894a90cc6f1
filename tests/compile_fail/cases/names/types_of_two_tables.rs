use onefold::prelude::*;

#[derive(Table)]
pub struct Guest {
    #[key]
    pub id: i32,
}

#[derive(Table)]
#[table(plural = "guestLists")]
pub struct GuestList {
    #[key]
    pub id: i32,
}

#[derive(Schema)]
#[schema(tables(Guest, GuestList))]
pub struct Music;

fn main() {}
