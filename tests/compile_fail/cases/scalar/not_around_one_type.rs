use onefold::prelude::*;

#[derive(Scalar)]
pub struct Email;

#[derive(Scalar)]
pub struct Money(Decimal, String);

#[derive(Scalar)]
pub struct Code {
    pub code: String,
}

#[derive(Scalar)]
pub enum Color {
    Red,
}

#[derive(Scalar)]
pub struct Of<T>(T);

fn main() {}
