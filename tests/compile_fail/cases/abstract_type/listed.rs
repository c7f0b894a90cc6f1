use onefold::prelude::*;

#[derive(Table)]
pub struct Customer {
    #[key]
    pub customer_id: i32,
    pub name: String,
    pub email: Option<String>,
}

#[derive(Table)]
pub struct Employee {
    #[key]
    pub employee_id: i32,
    pub name: String,
    #[column(hidden)]
    pub email: Option<String>,
    pub born: Date,
}

#[interface(tables(Customer, Employee))]
pub trait Person {
    fn name(&self) -> String;
}

pub trait NotAnInterface {}

#[derive(Schema)]
#[schema(tables(Customer), interfaces(Person))]
pub struct WithoutEmployees;

#[derive(Schema)]
#[schema(tables(Customer, Employee), interfaces(NotAnInterface), unions(Customer))]
pub struct OfOthers;

#[derive(Schema)]
#[schema(tables(Customer, Employee), interfaces(Person, Person))]
pub struct Twice;

#[derive(Schema)]
#[schema(tables(Customer, Employee), interface(Person))]
pub struct Misspelt;

fn main() {}
