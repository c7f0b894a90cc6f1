//! People: where they live, and how they are reached.

use crate::{COUNTRIES, Country, Random};

/// Where somebody lives.
#[derive(Debug, Clone)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// The city.
    pub city: &'static str,
    /// The state, where addresses have one.
    pub state: Option<&'static str>,
    /// The country.
    pub country: &'static str,
    /// The postal code.
    pub postal_code: String,
}

/// Both names of somebody, the family name first where that is the custom.
pub fn full_name(country: &Country, first: &str, last: &str) -> String {
    if country.name == "Japan" { format!("{last} {first}") } else { format!("{first} {last}") }
}

/// An address in a country.
pub fn address(random: &mut Random, country: &Country) -> Address {
    let street = random.pick(country.streets);
    let number = random.between(1, 300);
    let (city, state) = country.cities[random.below(country.cities.len())];
    let street =
        if country.number_first { format!("{number} {street}") } else { format!("{street} {number}") };
    Address { street, city, state, country: country.name, postal_code: fill_in(random, country.postal_code) }
}

/// A country whose names are written in Latin letters.
pub fn latin_country(random: &mut Random) -> &'static Country {
    loop {
        let country = &COUNTRIES[random.below(COUNTRIES.len())];
        if country.first_names[0].chars().all(|letter| letter < '\u{250}') {
            return country;
        }
    }
}

/// Puts a digit for each `9` and a letter for each `A`.
pub fn fill_in(random: &mut Random, pattern: &str) -> String {
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
pub fn email(first_name: &str, id: i64, domain: &str) -> String {
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
