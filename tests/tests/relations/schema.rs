//! A tree of nodes with edges beside it; its columns are called what a statement calls things of its own.

use onefold::prelude::*;

#[derive(Table)]
pub struct Node {
    #[key]
    id: i32,
    record: Option<i32>,
    order_1: String,
    #[one(record)]
    parent: Option<One<Node>>,
    #[many(Node::record)]
    children: Many<Node>,
    #[many(through(Edge::from_id), to(Edge::to_id))]
    peers: Many<Node>,
    /// The children once more, in the form that lists have without an index.
    #[many(Node::record)]
    #[relation(unindexed)]
    offspring: Many<Node>,
    /// The peers once more, by a join table that has each pair once.
    #[many(through(Pair::from_id), to(Pair::to_id))]
    #[relation(unindexed)]
    friends: Many<Node>,
}

/// From one node to another, perhaps more than once.
#[derive(Table)]
pub struct Edge {
    #[key]
    id: i32,
    from_id: i32,
    to_id: i32,
    #[one(from_id)]
    from: One<Node>,
}

/// The edges, each once.
#[derive(Table)]
pub struct Pair {
    #[key]
    to_id: i32,
    #[key]
    from_id: i32,
}

#[derive(Schema)]
#[schema(tables(Node, Edge, Pair))]
pub struct Graph;
