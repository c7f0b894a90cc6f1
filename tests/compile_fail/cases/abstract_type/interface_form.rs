mod tables;

use onefold::prelude::*;
use tables::Customer;

#[interface]
pub trait WithoutTables {
    fn name(&self) -> String;
}

#[interface(tables(Customer, Customer), plurals = "people")]
pub trait WithUnknownOption {
    fn name(&self) -> String;
    fn email() -> Option<String>;
    fn born(&self) -> Date {
        self.born()
    }
    fn nothing(&self);
    type Other;
}

#[interface(tables(Customer))]
pub trait Empty {}

#[interface(tables(Customer))]
pub struct NotATrait;

#[interface(tables(Customer), graphql = "__Named")]
pub trait Named {
    #[column(graphql = "id")]
    fn name(&self) -> String;
    #[column(graphql = "id")]
    fn email(&self) -> Option<String>;
}

#[interface(tables)]
pub trait NoList {
    fn name(&self) -> String;
}

#[interface(tables())]
pub trait NoTables {
    fn name(&self) -> String;
}

#[interface(tables(Customer), tables(Employee))]
pub trait TwoLists {
    fn name(&self) -> String;
}

#[interface(tables(Customer))]
pub trait Attributes {
    #[relation(unindexed)]
    #[cfg(test)]
    fn name(&self) -> String;
    /// What there is.
    #[deprecated(note = "ask for `name`")]
    #[column(graphql = "mail")]
    fn email(&self) -> Option<String>;
}

#[interface(tables(Customer))]
pub trait Generic<T> {
    fn name(&self) -> T;
}

fn main() {}
