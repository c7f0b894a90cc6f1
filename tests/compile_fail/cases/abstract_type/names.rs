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
