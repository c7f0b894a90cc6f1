mod tables;

use onefold::prelude::*;
use tables::{Customer, Employee};

#[derive(Table)]
#[table(function)]
pub struct Hit {
    #[key]
    pub hit_id: i32,
    pub name: String,
}

#[derive(Enum)]
pub enum Rank {
    High,
    Low,
}

#[derive(Enum)]
#[pg(name = "other_rank", graphql = "Rank")]
pub enum OtherRank {
    High,
}

#[derive(Enum)]
pub enum Level {
    Low,
}

#[derive(Enum)]
#[pg(name = "other_level", graphql = "Level")]
pub enum OtherLevel {
    Low,
}

/// A function answers its root field.
#[interface(tables(Customer), plural = "found")]
pub trait Findable {
    fn name(&self) -> String;
}

/// An enum that only functions take has its name.
#[interface(tables(Customer), graphql = "Rank", plural = "ranked")]
pub trait Ranked {
    fn name(&self) -> String;
}

/// Rows of a function are in no table.
#[interface(tables(Hit, Customer))]
pub trait Shown {
    fn name(&self) -> String;
}

/// No root field of the rows of a function is in the way.
#[interface(tables(Customer), plural = "hits")]
pub trait Struck {
    fn name(&self) -> String;
}

#[derive(Schema)]
#[schema(tables(Customer, Employee, Hit), interfaces(Findable, Ranked, Shown, Struck))]
pub struct Shop {
    #[sql("found($rank)", args(rank: Rank))]
    pub found: Many<Customer>,
    #[sql("other($rank)", args(rank: OtherRank))]
    pub other: Many<Customer>,
    #[sql("between($low, $high)", args(low: Level, high: OtherLevel))]
    pub between: Many<Customer>,
}

fn main() {}
