//! Makes up people: those who work in the store, and those who buy there.

use made_up::people::{Address, address, email, fill_in, latin_country};
use made_up::{COUNTRIES, Moment, Random, Rows};

use super::words::COMPANIES;

const CUSTOMERS: i32 = 2_000;

/// Title and manager of each employee: three levels. Keys count from 1.
const POSITIONS: [(&str, Option<i32>); 20] = [
    ("General Manager", None),
    ("Sales Manager", Some(1)),
    ("IT Manager", Some(1)),
    ("Purchasing Manager", Some(1)),
    ("Office Manager", Some(1)),
    (SUPPORT_AGENT, Some(2)),
    (SUPPORT_AGENT, Some(2)),
    (SUPPORT_AGENT, Some(2)),
    (SUPPORT_AGENT, Some(2)),
    (SUPPORT_AGENT, Some(2)),
    (SUPPORT_AGENT, Some(2)),
    ("IT Staff", Some(3)),
    ("IT Staff", Some(3)),
    ("IT Staff", Some(3)),
    ("Catalogue Editor", Some(4)),
    ("Catalogue Editor", Some(4)),
    ("Buyer", Some(4)),
    ("Accountant", Some(5)),
    ("Accountant", Some(5)),
    ("Receptionist", Some(5)),
];

const SUPPORT_AGENT: &str = "Sales Support Agent";

/// January 1st, 1955, in days from January 1st, 1970.
const OLDEST_BIRTHDAY: i32 = -5_479;

/// The youngest are thirty years younger.
const BIRTHDAYS: i32 = 30 * 365;

/// The store was founded on January 1st, 2012, in days from January 1st, 1970.
const FOUNDED: i32 = 15_340;

/// Hired within so many days of that.
const HIRING: i32 = 9 * 365;

pub(super) struct Employees {
    pub rows: Rows,
    /// The keys of those who look after customers.
    support_agents: Vec<i32>,
}

pub(super) struct Customers {
    pub rows: Rows,
    /// The address of each customer; the first has the key 1.
    pub addresses: Vec<Address>,
}

pub(super) fn employees(random: &mut Random) -> Employees {
    let mut rows = Rows::new("employee");
    let mut support_agents = Vec::new();
    // Everybody works in the same office.
    let country = COUNTRIES.iter().find(|country| country.name == "Canada").expect("it is in the list");
    let office = Address { city: "Calgary", state: Some("AB"), ..address(random, country) };
    for (employee_id, (title, manager)) in (1..).zip(POSITIONS) {
        if title == SUPPORT_AGENT {
            support_agents.push(employee_id);
        }
        let origin = latin_country(random);
        let (first, last) = (random.pick(origin.first_names), random.pick(origin.last_names));
        let birthday = Moment { day: OLDEST_BIRTHDAY + random.between(0, BIRTHDAYS), second: 0 };
        // The head of the store was there from its first day.
        let hired = Moment { day: FOUNDED + manager.map_or(0, |_| random.between(0, HIRING)), second: 0 };
        rows.push(&[
            &employee_id,
            &last,
            &first,
            &title,
            &manager,
            &birthday,
            &hired,
            &office.street,
            &office.city,
            &office.state,
            &office.country,
            &office.postal_code,
            &fill_in(random, country.phone),
            &fill_in(random, country.phone),
            &email(first, employee_id.into(), "chinookcorp.com"),
        ]);
    }
    Employees { rows, support_agents }
}

pub(super) fn customers(random: &mut Random, employees: &Employees) -> Customers {
    let mut rows = Rows::new("customer");
    let mut addresses = Vec::new();
    for customer_id in 1..=CUSTOMERS {
        let country = &COUNTRIES[random.below(COUNTRIES.len())];
        let (first, last) = (random.pick(country.first_names), random.pick(country.last_names));
        let address = address(random, country);
        let company = random.percent(15).then(|| random.pick(COMPANIES));
        let fax = company.is_some().then(|| fill_in(random, country.phone));
        let phone = random.percent(95).then(|| fill_in(random, country.phone));
        // The newest customers have not been given to anybody yet.
        let agent = employees.support_agents[random.below(employees.support_agents.len())];
        let agent = (customer_id <= CUSTOMERS * 99 / 100).then_some(agent);
        rows.push(&[
            &customer_id,
            &first,
            &last,
            &company,
            &address.street,
            &address.city,
            &address.state,
            &address.country,
            &address.postal_code,
            &phone,
            &fax,
            &email(first, customer_id.into(), "example.com"),
            &agent,
        ]);
        addresses.push(address);
    }
    Customers { rows, addresses }
}
