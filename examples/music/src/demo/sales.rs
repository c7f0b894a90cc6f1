//! Makes up what was sold: invoices whose totals are the sums of their lines.

use made_up::{Cents, Moment, Random, Rows};

use super::people::Customers;

const INVOICES: i32 = 10_000;

/// From January 1st, 2021, in days from January 1st, 1970, and for five years.
const FIRST_DAY: i32 = 18_628;
const DAYS: i32 = 5 * 365 + 1;

const LINES_PER_INVOICE: (i32, i32) = (1, 8);

/// The invoices and their lines; `prices` are those of the tracks.
pub(super) fn generate(random: &mut Random, customers: &Customers, prices: &[Cents]) -> (Rows, Rows) {
    let mut invoices = Rows::new("invoice");
    let mut lines = Rows::new("invoice_line");
    let mut line_id = 0;
    for invoice_id in 1..=INVOICES {
        let customer = random.below(customers.addresses.len());
        let mut total = 0;
        for _ in 0..random.between(LINES_PER_INVOICE.0, LINES_PER_INVOICE.1) {
            line_id += 1;
            let track = random.below(prices.len());
            let price = prices[track];
            let quantity = if random.percent(3) { 2 } else { 1 };
            total += price.0 * quantity;
            lines.push(&[&line_id, &invoice_id, &(track as i32 + 1), &price, &quantity]);
        }
        // Invoices are numbered in the order in which they were made out.
        let date = Moment {
            day: FIRST_DAY + (invoice_id - 1) * DAYS / INVOICES,
            second: (invoice_id - 1) % 6 * 3 * 3_600 + random.between(0, 3 * 3_600),
        };
        let address = &customers.addresses[customer];
        invoices.push(&[
            &invoice_id,
            &(customer as i32 + 1),
            &date,
            &address.street,
            &address.city,
            &address.state,
            &address.country,
            &address.postal_code,
            &Cents(total),
        ]);
    }
    (invoices, lines)
}
