use onefold::prelude::*;

#[derive(Table)]
pub struct Person {
    #[key]
    pub person_id: i32,
    #[sql("{person_id} + 2")]
    pub after: i32,
    #[many(Person::after)]
    pub before: Many<Person>,
}

fn main() {}
