mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

#[derive(Union)]
pub struct NotAnEnum;

#[derive(Union)]
pub enum Empty {}

#[derive(Union)]
pub enum WithoutTables {
    Customer,
    Employee(Employee, Customer),
}

#[derive(Union)]
#[union(plural = "any", name = "any")]
pub enum Twice {
    Customer(Customer),
    Other(Customer),
}

pub struct NotATable;

#[derive(Union)]
pub enum Unknown {
    Customer(Customer),
    Other(NotATable),
}

fn main() {}
