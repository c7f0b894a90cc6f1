mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

#[interface(tables(Customer), plural = "customers")]
pub trait Buyer {
    fn name(&self) -> String;
}

#[interface(tables(Customer), graphql = "Employee", plural = "workers")]
pub trait Worker {
    fn name(&self) -> String;
}

#[derive(Union)]
#[union(graphql = "Query", plural = "queries")]
pub enum Anything {
    Customer(Customer),
}

#[derive(Union)]
#[union(graphql = "Buyer")]
pub enum Somebody {
    Employee(Employee),
}

#[derive(Schema)]
#[schema(tables(Customer, Employee), interfaces(Buyer, Worker), unions(Anything, Somebody))]
pub struct Shop;

fn main() {}
