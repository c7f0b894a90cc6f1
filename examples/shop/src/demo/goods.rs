//! Makes up what the shop sells, and who makes it.

use std::collections::BTreeMap;

use made_up::people::{address, latin_country};
use made_up::{Cents, Day, Random, Rows};
use onefold::slots::{Slot, SlotMap};

use super::placed::Spread;
use super::words::{COMPANIES, KINDS, THINGS};

/// Every run makes the same goods.
const SEED: u64 = 1943;

const SUPPLIERS: usize = 50;
const DELIVERIES_PER_PRODUCT: (i32, i32) = (2, 7);
const PRICE_CHANGES_PER_PRODUCT: (i32, i32) = (0, 4);

/// January 1st, 2021, in days from January 1st, 1970, and for five years.
const FIRST_DAY: i32 = 18_628;
const DAYS: i32 = 5 * 365;

/// What the shop sells.
pub(super) struct Goods<'m> {
    /// On every shard.
    pub(super) products: Rows,
    /// The price of each product; the first has the key 1.
    pub(super) prices: Vec<Cents>,
    /// Suppliers and deliveries.
    pub(super) spread: [Spread<'m>; 2],
    /// In the archive.
    pub(super) price_changes: Rows,
}

pub(super) fn generate(map: &SlotMap) -> Goods<'_> {
    let mut random = Random::new(SEED);
    let mut goods = Goods {
        products: Rows::new("product"),
        prices: Vec::new(),
        spread: [Spread::new("supplier", map), Spread::new("delivery", map)],
        price_changes: Rows::new("price_change"),
    };
    let codes = goods.suppliers(&mut random);
    // How many deliveries each supplier has numbered.
    let mut numbers = BTreeMap::new();
    for (kind, thing) in KINDS.iter().flat_map(|kind| THINGS.iter().map(move |thing| (kind, thing))) {
        // Some are the shop's own.
        let supplier = (!random.percent(4)).then(|| &codes[random.below(codes.len())]);
        let product_id = goods.product(&mut random, &format!("{kind} {thing}"), supplier);
        if let Some(supplier) = supplier {
            for _ in 0..random.between(DELIVERIES_PER_PRODUCT.0, DELIVERIES_PER_PRODUCT.1) {
                let number: &mut i32 = numbers.entry(supplier).or_default();
                *number += 1;
                let delivered_on = Day(FIRST_DAY + random.between(0, DAYS));
                let quantity = random.between(1, 20) * 10;
                let slot = Slot::of_text(supplier);
                goods.spread[1].push(slot, &[supplier, number, &product_id, &quantity, &delivered_on]);
            }
        }
    }
    goods
}

impl Goods<'_> {
    /// The codes of the suppliers.
    fn suppliers(&mut self, random: &mut Random) -> Vec<String> {
        let suppliers = (1..=SUPPLIERS).map(|number| {
            let country = latin_country(random);
            let code = format!("{}-{number:02}", &country.name[..2].to_uppercase());
            let name = format!("{} {}", random.pick(country.last_names), random.pick(COMPANIES));
            let address = address(random, country);
            self.spread[0].push(Slot::of_text(&code), &[&code, &name, &address.city, &address.country]);
            code
        });
        suppliers.collect()
    }

    /// Adds a product, with the prices that it had before; its key.
    fn product(&mut self, random: &mut Random, title: &str, supplier: Option<&String>) -> i32 {
        let mut price = random.between(15, 900) * 100 - 1;
        self.prices.push(Cents(price));
        let product_id = self.prices.len() as i32;
        self.products.push(&[&product_id, &title, &Cents(price), &supplier.cloned()]);
        let mut day = FIRST_DAY + DAYS;
        for _ in 0..random.between(PRICE_CHANGES_PER_PRODUCT.0, PRICE_CHANGES_PER_PRODUCT.1) {
            day -= random.between(60, 400);
            price -= price * random.between(-5, 15) / 100;
            self.price_changes.push(&[&product_id, &Day(day), &Cents(price)]);
        }
        product_id
    }
}
