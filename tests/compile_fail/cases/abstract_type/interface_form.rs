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

#[interface(tables(Customer))]
pub trait Generic<T> {
    fn name(&self) -> T;
}

#[derive(Schema)]
#[schema(tables(Customer, Employee))]
pub struct Shop;

fn main() {}
