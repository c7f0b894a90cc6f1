use onefold::prelude::*;

#[derive(Table)]
pub struct Person {
    #[key]
    pub person_id: i32,
    #[key]
    #[sql("{person_id} + 1")]
    pub next: i32,
    #[sql("{person_id} + 2")]
    #[column(name = "second", hidden)]
    pub after: i32,
    #[one(after)]
    pub other: Option<One<Person>>,
    #[many(Person::after)]
    #[sql("{person_id}")]
    pub before: Many<Person>,
}

fn main() {}
