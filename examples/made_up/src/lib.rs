//! What the demos make up their rows with: rows as `COPY` reads them, random numbers that are the same each time, and
//! people from several countries.
#![forbid(unsafe_code)]

mod copy;
mod countries;
pub mod people;
mod random;

pub use copy::{Cents, Day, Moment, Rows, Value};
pub use countries::{COUNTRIES, Country};
pub use random::Random;
