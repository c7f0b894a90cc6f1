use onefold::prelude::*;

#[derive(Scalar)]
pub struct Email(String);

#[derive(Scalar)]
pub struct WorkEmail(Email);

#[derive(Scalar)]
pub struct Emails(Vec<String>);

#[derive(Enum)]
pub enum State {
    Open,
}

#[derive(Scalar)]
pub struct OrderState(State);

#[derive(Scalar)]
pub struct Address(std::net::IpAddr);

fn main() {}
