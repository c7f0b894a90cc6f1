//! A shop whose tables are spread over several shards, and a demo of it that needs no database.
//!
//! All that belongs to a customer is on one shard, and all that belongs to a supplier on one too, mostly another. The
//! products are on every shard, and the prices that they once had are in an archive.
#![forbid(unsafe_code)]

pub mod customers;
pub mod demo;
pub mod goods;

use onefold::prelude::*;

use customers::{Customer, Purchase, PurchaseLine};
use goods::{Delivery, PriceChange, Product, Supplier};

/// A shop that sells furniture.
#[derive(Schema)]
#[schema(tables(Customer, Purchase, PurchaseLine, Product, Supplier, Delivery, PriceChange))]
pub struct Shop;
