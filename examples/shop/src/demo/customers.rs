//! Makes up customers, and purchases whose totals are the sums of their lines.

use made_up::people::{address, email, full_name};
use made_up::{COUNTRIES, Cents, Day, Moment, Random};
use onefold::slots::{self, Slot, SlotMap};

use super::placed::Spread;

/// January 1st, 2021, in days from January 1st, 1970: the shop opens. Ids count their milliseconds from then.
const FIRST_DAY: i32 = 18_628;

/// The demo's last day is five years later.
const DAYS: i32 = 5 * 365;

const SECONDS_OF_DAY: i32 = 24 * 60 * 60;

const PURCHASES: (i32, i32) = (1, 20);
const LINES: (i16, i16) = (1, 6);

/// Customers, purchases and lines; `prices` are those of the products, of which the first has the key 1.
pub(super) fn generate<'m>(map: &'m SlotMap, customers: usize, prices: &[Cents]) -> [Spread<'m>; 3] {
    let mut tables =
        [Spread::new("customer", map), Spread::new("purchase", map), Spread::new("purchase_line", map)];
    for customer_id in (1..).take(customers) {
        customer(&mut tables, customer_id, prices);
    }
    tables
}

fn customer([customers, purchases, lines]: &mut [Spread<'_>; 3], customer_id: i64, prices: &[Cents]) {
    // Numbers of their own, so that a customer does not depend on how many others there are.
    let mut random = Random::new(customer_id.cast_unsigned());
    let slot = Slot::of_int(customer_id);
    let country = &COUNTRIES[random.below(COUNTRIES.len())];
    let (first, last) = (random.pick(country.first_names), random.pick(country.last_names));
    let address = address(&mut random, country);
    let joined = random.between(0, DAYS);
    customers.push(
        slot,
        &[
            &customer_id,
            &full_name(country, first, last),
            &email(first, customer_id, "example.com"),
            &address.street,
            &address.city,
            &address.country,
            &Day(FIRST_DAY + joined),
        ],
    );
    for _ in 0..random.between(PURCHASES.0, PURCHASES.1) {
        let (day, second) = (random.between(joined, DAYS), random.between(0, SECONDS_OF_DAY));
        // The milliseconds are only in the id, where they keep customers with the same slot apart.
        let milliseconds = (i64::from(day) * i64::from(SECONDS_OF_DAY) + i64::from(second)) * 1_000
            + i64::from(random.between(0, 1_000));
        let purchase_id = slots::id(milliseconds.unsigned_abs(), slot, 0);
        let mut total = 0;
        for number in 1..random.between(LINES.0.into(), LINES.1.into()) as i16 + 1 {
            let product = random.below(prices.len());
            let quantity = if random.percent(20) { random.between(2, 7) } else { 1 };
            total += prices[product].0 * quantity;
            lines.push(
                slot,
                &[&customer_id, &purchase_id, &number, &(product as i32 + 1), &quantity, &prices[product]],
            );
        }
        let placed_at = Moment { day: FIRST_DAY + day, second };
        let state = state(&mut random, DAYS - day);
        purchases.push(slot, &[&purchase_id, &customer_id, &placed_at, &state, &Cents(total)]);
    }
}

/// How far a purchase is after so many days.
fn state(random: &mut Random, days: i32) -> &'static str {
    match days {
        ..3 if random.percent(60) => "open",
        ..8 if random.percent(60) => "paid",
        _ if random.percent(4) => "returned",
        _ => "sent",
    }
}
