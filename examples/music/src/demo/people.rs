//! Makes up people: those who work in the store, and those who buy there.

use super::copy::{Moment, Rows};
use super::random::Random;
use super::words::{COMPANIES, COUNTRIES, Country};

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

/// Where somebody lives.
pub(super) struct Address {
    pub street: String,
    pub city: &'static str,
    pub state: Option<&'static str>,
    pub country: &'static str,
    pub postal_code: String,
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
            &email(first, employee_id, "chinookcorp.com"),
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
            &email(first, customer_id, "example.com"),
            &agent,
        ]);
        addresses.push(address);
    }
    Customers { rows, addresses }
}

fn address(random: &mut Random, country: &Country) -> Address {
    let street = random.pick(country.streets);
    let number = random.between(1, 300);
    let (city, state) = country.cities[random.below(country.cities.len())];
    let street =
        if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") };
    Address { street, city, state, country: country.name, postal_code: fill_in(random, country.postal_code) }
}

/// A country whose names are written in Latin letters.
fn latin_country(random: &mut Random) -> &'static Country {
    loop {
        let country = &COUNTRIES[random.below(COUNTRIES.len())];
        if country.first_names[0].chars().all(|letter| letter < '\u{250}') {
            return country;
        }
    }
}

/// Puts a digit for each `9` and a letter for each `A`.
fn fill_in(random: &mut Random, pattern: &str) -> String {
    let letters = b"ABCEGHJKLMNPRSTVXY";
    pattern
        .chars()
        .map(|character| match character {
            '9' => char::from(b'0' + random.below(10) as u8),
            'A' => char::from(letters[random.below(letters.len())]),
            other => other,
        })
        .collect()
}

/// `joao17@example.com`: letters that addresses cannot have are left out or replaced.
fn email(first_name: &str, id: i32, domain: &str) -> String {
    let name: String = first_name.to_lowercase().chars().filter_map(ascii).collect();
    let name = if name.is_empty() { "customer".to_owned() } else { name };
    format!("{name}{id}@{domain}")
}

fn ascii(letter: char) -> Option<char> {
    match letter {
        'a'..='z' => Some(letter),
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => Some('a'),
        'ç' | 'č' | 'ć' => Some('c'),
        'é' | 'è' | 'ê' | 'ë' | 'ě' => Some('e'),
        'í' | 'ï' | 'î' => Some('i'),
        'ł' => Some('l'),
        'ñ' | 'ň' | 'ń' => Some('n'),
        'ó' | 'ö' | 'ô' | 'õ' => Some('o'),
        'ř' => Some('r'),
        'š' | 'ś' => Some('s'),
        'ú' | 'ü' | 'û' => Some('u'),
        'ž' | 'ż' | 'ź' => Some('z'),
        _ => None,
    }
}
