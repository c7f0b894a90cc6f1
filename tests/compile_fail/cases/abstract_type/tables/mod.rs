//! The tables of all cases of interfaces and unions.

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
