use onefold::prelude::*;

#[derive(Table)]
pub struct Item {
    #[key]
    pub item_id: i32,
    pub price: Decimal,
    #[sql("{price} * $rate")]
    pub undeclared: Decimal,
    #[sql("{price} * $rat", args(rate: Decimal))]
    pub misspelt: Decimal,
    #[sql("{price} * $rate", args(rate: Decimal = f(), factor: i32 = 2))]
    pub odd: Decimal,
    #[sql("{price} * $1")]
    pub number: Decimal,
    #[sql("{price} * $rate", args(rate: u64))]
    pub not_a_type: Decimal,
}

fn main() {}
