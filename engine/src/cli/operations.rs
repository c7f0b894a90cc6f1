//! The command `operations`: what the program knows before a request comes, and by which ids.

use onefold_schema::Schema;
use serde::Serialize;

use super::Error;
use crate::config::Config;
use crate::engine::Engine;
use crate::known::Document;

/// A document as clients and their build tools read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    document_id: &'static str,
    /// The file within the folder of operations.
    file: String,
    /// The names of its operations; null for one that has none.
    operations: Vec<Option<String>>,
    document: &'static str,
}

/// What there is to be printed.
pub(super) fn list<S: Schema>(
    config: Config,
    documents: &'static [Document],
    json: bool,
) -> Result<String, Error> {
    let engine = Engine::with_operations(S::SCHEMA, config, documents).map_err(Error::Engine)?;
    let entry = |document: &'static Document| Entry {
        document_id: document.id,
        file: format!("{}.graphql", document.name),
        // The engine has compiled it.
        operations: engine.operations(document.text).unwrap_or_default(),
        document: document.text,
    };
    let entries: Vec<_> = documents.iter().map(entry).collect();
    if json {
        return serde_json::to_string_pretty(&entries).map_err(Error::Json);
    }
    let line = |Entry { document_id, file, operations, .. }: &Entry| {
        let names: Vec<_> = operations.iter().flatten().map(|name| format!(" {name}")).collect();
        format!("{document_id} {file}{}\n", names.concat())
    };
    Ok(entries.iter().map(line).collect())
}
