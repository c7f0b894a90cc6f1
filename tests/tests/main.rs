//! The integration tests, as one program: it links once.

mod private_postgres;
