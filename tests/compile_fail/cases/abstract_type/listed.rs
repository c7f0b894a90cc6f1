mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

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
