use onefold::prelude::*;

#[derive(Scalar)]
#[scalar(plain, graphql = "Email", specified_by = "https://example.org/email")]
pub struct Email(String);

#[derive(Scalar)]
#[scalar(schema = "shop")]
pub struct Money(Decimal);

#[derive(Scalar)]
#[scalar(typ = "citext")]
pub struct Name(String);

#[derive(Scalar)]
#[scalar(graphql = "post-code", domain = "")]
pub struct PostalCode(String);

fn main() {}
