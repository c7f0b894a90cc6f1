//! Who buys: customers, and the invoices that they got.

use onefold::prelude::*;

use super::catalog::Track;
use super::staff::Employee;

/// Somebody who buys music.
#[derive(Table)]
pub struct Customer {
    /// Identifies the customer.
    #[key]
    pub customer_id: i32,
    /// The given name.
    pub first_name: String,
    /// The family name.
    pub last_name: String,
    /// The company, when one buys.
    pub company: Option<String>,
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
    pub email: String,
    /// Which employee looks after the customer.
    pub support_rep_id: Option<i32>,
    /// The employee who looks after the customer.
    #[one(support_rep_id)]
    pub support_rep: Option<One<Employee>>,
    /// What the customer was charged.
    #[many(Invoice::customer_id)]
    pub invoices: Many<Invoice>,
}

/// What a customer was charged for one purchase.
#[derive(Table)]
pub struct Invoice {
    /// Identifies the invoice.
    #[key]
    pub invoice_id: i32,
    /// Which customer it went to.
    pub customer_id: i32,
    /// When it was made out.
    pub invoice_date: Timestamp,
    /// Street and number that it was sent to.
    pub billing_address: Option<String>,
    /// The city that it was sent to.
    pub billing_city: Option<String>,
    /// The state or province that it was sent to.
    pub billing_state: Option<String>,
    /// The country that it was sent to.
    pub billing_country: Option<String>,
    /// The postal code that it was sent to.
    pub billing_postal_code: Option<String>,
    /// The sum of its lines, in US dollars.
    pub total: Decimal,
    /// The customer that it went to.
    #[one(customer_id)]
    pub customer: One<Customer>,
    /// What was bought.
    #[many(InvoiceLine::invoice_id)]
    pub invoice_lines: Many<InvoiceLine>,
}

/// One track on an invoice.
#[derive(Table)]
pub struct InvoiceLine {
    /// Identifies the line.
    #[key]
    pub invoice_line_id: i32,
    /// Which invoice it is on.
    pub invoice_id: i32,
    /// Which track was bought.
    pub track_id: i32,
    /// What the track cost at the time, in US dollars.
    pub unit_price: Decimal,
    /// How many times it was bought.
    pub quantity: i32,
    /// The invoice that it is on.
    #[one(invoice_id)]
    pub invoice: One<Invoice>,
    /// The track that was bought.
    #[one(track_id)]
    pub track: One<Track>,
}
