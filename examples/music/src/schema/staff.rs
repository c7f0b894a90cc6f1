//! Who works in the store, and for whom.

use onefold::prelude::*;

use super::sales::Customer;

/// Somebody whom the store knows: who works in it, or buys there.
#[interface(tables(Employee, Customer))]
pub trait Person {
    /// The family name.
    fn last_name(&self) -> String;
    /// The given name.
    fn first_name(&self) -> String;
    /// The city.
    fn city(&self) -> Option<String>;
    /// The country.
    fn country(&self) -> Option<String>;
    /// The e-mail address.
    fn email(&self) -> Option<String>;
}

/// Somebody who works in the store.
#[derive(Table)]
pub struct Employee {
    /// Identifies the employee.
    #[key]
    pub employee_id: i32,
    /// The family name.
    pub last_name: String,
    /// The given name.
    pub first_name: String,
    /// What the employee does.
    pub title: Option<String>,
    /// Which employee is the manager.
    pub reports_to: Option<i32>,
    /// When the employee was born.
    pub birth_date: Option<Timestamp>,
    /// When the employee was hired.
    pub hire_date: Option<Timestamp>,
    /// Street and number.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The state or province, where addresses have one.
    pub state: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The fax number.
    pub fax: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The employee that this one reports to; nobody for the head of the store.
    #[one(reports_to)]
    pub manager: Option<One<Employee>>,
    /// The employees that report to this one.
    #[many(Employee::reports_to)]
    pub reports: Many<Employee>,
    /// The employees above this one: the manager, the manager's manager, and so on.
    #[many(ancestors(reports_to))]
    pub superiors: Many<Employee>,
    /// The employees below this one: those that report to this one, or to one of them.
    #[many(descendants(reports_to))]
    pub team: Many<Employee>,
    /// The customers that the employee looks after.
    #[many(Customer::support_rep_id)]
    pub customers: Many<Customer>,
    /// Those who do the same, the employee too. No index has the title.
    #[many(title = Employee::title)]
    #[relation(unindexed)]
    pub colleagues: Many<Employee>,
}
