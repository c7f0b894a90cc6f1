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

#[derive(Schema)]
#[schema(tables(Customer, Employee))]
pub struct Shop;

fn main() {}
