//! What the servers are asked: operations with the documents of each server, and the bodies of requests.

use serde_json::{Value, json};

use crate::random::Random;
use crate::servers::Kind;

/// How many requests with different variables are prepared; then they are sent from the start again.
const BODIES: usize = 2_000;

/// An operation that is measured.
#[derive(Debug)]
pub struct Workload {
    /// What it is called in requests and in the report.
    pub name: &'static str,
    /// What it asks for.
    pub about: &'static str,
    /// How many clients ask at once.
    pub connections: usize,
    /// The document, for all whose schema has the arguments that are needed.
    document: &'static str,
    /// Onefold's document where its arguments are others.
    onefold: Option<&'static str>,
    /// Whether each request has the id of another user as its variable.
    by_id: bool,
}

impl Workload {
    const fn new(name: &'static str, about: &'static str, document: &'static str) -> Workload {
        Workload { name, about, connections: 64, document, onefold: None, by_id: false }
    }

    /// Bodies of requests, the same ones for every server. There is one where no variables differ.
    pub fn bodies(&self, server: Kind, users: &[String]) -> Vec<String> {
        let document = match (server, self.onefold) {
            (Kind::Onefold | Kind::OnefoldCoalescing, Some(document)) => document,
            _ => self.document,
        };
        let body = |variables: Option<Value>| {
            let mut body = json!({"operationName": self.name, "query": document});
            if let Some(variables) = variables {
                body["variables"] = variables;
            }
            body.to_string()
        };
        if !self.by_id {
            return vec![body(None)];
        }
        let mut random = Random::new(BODIES as u64);
        (0..BODIES).map(|_| body(Some(json!({"id": users[random.below(users.len())]})))).collect()
    }
}

/// The workload of this name.
pub fn named(name: &str) -> Result<&'static Workload, String> {
    ALL.iter().find(|workload| workload.name == name).ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|workload| workload.name).collect();
        format!("there are {}", names.join(", "))
    })
}

/// From no data at all to a long and to a deep answer. Lists come in the order of primary keys, which is everybody's
/// default here.
pub static ALL: [Workload; 12] = [
    Workload::new("P0", "no data: HTTP, and finding the operation", "query P0 { __typename }"),
    Workload::new("Q1", "20 users", "query Q1 { users(limit: 20) { id username fullName } }"),
    Workload::new("Q2", "10 posts", "query Q2 { posts(limit: 10) { id title } }"),
    Workload::new(
        "Q2b",
        "10 posts with their authors",
        "query Q2b { posts(limit: 10) { id title author { username fullName } } }",
    ),
    Workload::new(
        "Q3",
        "20 comments with their authors and posts",
        "query Q3 { comments(limit: 20) { id content author { username } post { title } } }",
    ),
    Workload {
        onefold: Some("query C3($id: UUID!) { user: userById(id: $id) { id username fullName } }"),
        by_id: true,
        ..Workload::new(
            "C3",
            "one user by id, another one in each request",
            "query C3($id: UUID!) { user(id: $id) { id username fullName } }",
        )
    },
    Workload {
        onefold: Some("query F1 { posts(where: {published: {eq: true}}, limit: 10) { id title } }"),
        ..Workload::new(
            "F1",
            "10 published posts",
            "query F1 { posts(published: true, limit: 10) { id title } }",
        )
    },
    Workload {
        onefold: Some(
            "query F2 { posts(where: {published: {eq: true}}, limit: 10) { id title author { username fullName } } }",
        ),
        ..Workload::new(
            "F2",
            "10 published posts with their authors",
            "query F2 { posts(published: true, limit: 10) { id title author { username fullName } } }",
        )
    },
    Workload::new(
        "T3",
        "5 users × 3 posts × 5 comments",
        "query T3 { users(limit: 5) { id username posts(limit: 3) { id title comments(limit: 5) { id content } } } }",
    ),
    Workload::new(
        "MR",
        "3 root fields of 10 rows each",
        "query MR { users(limit: 10) { id username } posts(limit: 10) { id title } comments(limit: 10) { id content } }",
    ),
    Workload {
        connections: 16,
        ..Workload::new(
            "L1",
            "1,000 posts with their texts and times",
            "query L1 { posts(limit: 1000) { id title content published createdAt } }",
        )
    },
    Workload {
        connections: 8,
        ..Workload::new(
            "D",
            "50 users × 10 posts × 5 comments with their authors",
            "query D { users(limit: 50) { id username posts(limit: 10) { id title \
             comments(limit: 5) { id content author { id username } } } } }",
        )
    },
];
