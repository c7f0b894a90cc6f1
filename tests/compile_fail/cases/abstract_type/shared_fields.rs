mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

/// A field that one table has not, one that it hides, one of another type, and one that may be null.
#[interface(tables(Customer, Employee))]
pub trait Born {
    fn born(&self) -> Date;
}

#[interface(tables(Customer, Employee))]
pub trait Reachable {
    fn email(&self) -> Option<String>;
}

#[interface(tables(Customer, Employee))]
pub trait Numbered {
    fn name(&self) -> i32;
}

#[interface(tables(Customer))]
pub trait Written {
    fn email(&self) -> String;
}

#[derive(Schema)]
#[schema(tables(Customer, Employee), interfaces(Born, Reachable, Numbered, Written))]
pub struct Shop;

fn main() {}
