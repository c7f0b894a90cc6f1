//! The operations that the benches compile and run: one of each common kind.
#![forbid(unsafe_code)]

use onefold::engine::Request;
use serde_json::{Map, Value};

/// An operation over the music store.
pub struct Workload {
    /// What it is called in the results.
    pub name: &'static str,
    /// The document.
    pub document: &'static str,
    /// The values of its variables, as JSON.
    pub variables: &'static str,
}

/// A point read, a flat list and a nested one with filters and an order at each level.
pub const WORKLOADS: [Workload; 3] = [
    Workload {
        name: "point read",
        document: "query Track($id: Int!) { track(trackId: $id) { trackId name milliseconds unitPrice } }",
        variables: r#"{"id": 42}"#,
    },
    Workload {
        name: "flat list",
        document: "{ invoices(limit: 100) { invoiceId invoiceDate billingCity billingCountry total } }",
        variables: "{}",
    },
    Workload {
        name: "nested lists",
        document: "query Nested($artists: Int = 5, $albums: TrackWhere) {
            artists(limit: $artists, orderBy: {name: ASC}) {
              artistId
              name
              albums(where: {tracks: {some: $albums}}, limit: 3) {
                title
                tracks(orderBy: [{milliseconds: DESC}], limit: 5) {
                  name
                  unitPrice
                  genre { name }
                  mediaType { name }
                }
              }
            }
          }",
        variables: r#"{"artists": 5, "albums": {"milliseconds": {"gt": 100000}}}"#,
    },
];

impl Workload {
    /// The values of its variables.
    ///
    /// # Panics
    /// When they are no JSON object.
    pub fn values(&self) -> Map<String, Value> {
        serde_json::from_str(self.variables).expect("the variables are an object")
    }

    /// The request that asks for it.
    ///
    /// # Panics
    /// When its variables are no JSON object.
    pub fn request(&self) -> Request {
        let variables = self.values().into();
        Request { query: self.document.to_owned(), variables, ..Request::default() }
    }
}
