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

#[derive(Schema)]
#[schema(tables(Node, Edge))]
pub struct Graph;
