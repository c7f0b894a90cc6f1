//! Several real servers behind one engine: which of them is read, and what becomes of requests when one goes away.

mod broken_off;
mod failure;
mod http;
mod limits;
mod replicas;
pub mod servers;
mod tokens;
