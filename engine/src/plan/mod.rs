//! Operation → plan: a tree of selections over tables, with every output value at a fixed cell.

pub mod shape;
