mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

#[derive(Table)]
pub struct House {
    #[key]
    pub house_id: i32,
    pub style: Vector<2>,
    pub words: TsVector,
}

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

#[interface(tables(House))]
pub trait Styled {
    fn style(&self) -> Vector<2>;
}

/// A vector of another length.
#[interface(tables(House))]
pub trait Furnished {
    fn style(&self) -> Vector<3>;
}

/// What is searched is never answered.
#[interface(tables(House))]
pub trait Found {
    fn words(&self) -> TsVector;
}

#[derive(Schema)]
#[schema(
    tables(Customer, Employee, House),
    interfaces(Born, Reachable, Numbered, Written, Styled, Furnished, Found)
)]
pub struct Shop;

fn main() {}
