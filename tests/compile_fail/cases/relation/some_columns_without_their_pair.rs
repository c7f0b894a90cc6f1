use onefold::prelude::*;

#[derive(Table)]
pub struct Room {
    #[key]
    pub house: i32,
    #[key]
    pub number: i16,
    #[many(number = Window::room, Window::house)]
    pub windows: Many<Window>,
}

#[derive(Table)]
pub struct Window {
    #[key]
    pub window_id: i32,
    pub house: i32,
    pub room: i16,
    #[one(house, room = Room::number)]
    pub of: One<Room>,
}

fn main() {}
