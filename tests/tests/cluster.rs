//! Several real servers behind one engine: which of them is read, and what becomes of requests when one goes away.

mod failure;
mod limits;
mod replicas;
mod servers;
mod tokens;
