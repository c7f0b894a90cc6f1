//! Settings: defaults, a TOML file, the environment and the command line, in rising order of precedence.

use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that can be set.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// What a request may ask for.
    pub limits: Limits,
    /// Page sizes of single tables, by GraphQL type name.
    pub tables: BTreeMap<String, TableLimits>,
}

/// Page sizes of one table; they come before those of its attribute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableLimits {
    /// Rows in a list that asks for no `limit`.
    pub default_limit: Option<u32>,
    /// The largest `limit` that a list may ask for.
    pub max_limit: Option<u32>,
}

/// What a request may ask for. Every refusal names the setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// How deep fields may be nested, and how deep `where` may be; 16. Introspection is exempt.
    pub max_depth: usize,
    /// The longest document in bytes; 64 KiB.
    pub max_document_bytes: usize,
    /// The most tokens in a document; 10,000.
    pub max_tokens: usize,
    /// The most fields of an operation after merging, each place counted; 2,000.
    pub max_fields: usize,
    /// Rows in a list that asks for no `limit`; 100. A table's own setting comes first.
    pub default_limit: u32,
    /// The largest `limit` that a list may ask for; 1,000. A table's own setting comes first.
    pub max_limit: u32,
    /// How many compiled operations are kept; 1,000.
    pub cached_operations: u64,
    /// How long a request may take in all; 30 s.
    pub request_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_depth: 16,
            max_document_bytes: 64 * 1024,
            max_tokens: 10_000,
            max_fields: 2_000,
            default_limit: 100,
            max_limit: 1_000,
            cached_operations: 1_000,
            request_timeout: Duration::from_secs(30),
        }
    }
}
