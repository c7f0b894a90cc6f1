//! Introspection fields → JSON. Knows nothing of tables.
//!
//! What is selected is the same for all objects of a level, so it is collected once (`select`); then the schema is walked and
//! written as it is met (`resolve`), without a tree of it in between: that of a schema of hundreds of tables takes many times
//! the memory of its JSON.

mod resolve;
mod select;
#[cfg(test)]
mod tests;

use bytes::Bytes;

use crate::document::Document;
use crate::error::{Code, GraphQLError};
use crate::operation::variables::{self, Variables};
use crate::surface::Surface;
use select::Selecting;

/// The JSON of the operation's introspection fields, in the order of their response keys. It is empty for a field
/// that `@skip` or `@include` leaves out.
///
/// # Errors
/// A variable of `@skip` or `@include` is null.
pub fn answer(
    surface: &Surface,
    document: &Document,
    operation: Option<&str>,
    variables: &Variables,
    keys: &[String],
) -> Result<Vec<Bytes>, Vec<GraphQLError>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let definition = document.operation(operation).map_err(|error| vec![error])?;
    let fields = Selecting { document, variables }
        .root(&definition.selection_set)
        .map_err(|null| vec![variables::null_condition(document, operation, null)])?;
    let json = |key: &String| {
        let mut json = Vec::new();
        if let Some(field) = fields.iter().find(|field| field.key == key) {
            resolve::root(surface, field, &mut json)?;
        }
        Ok::<_, serde_json::Error>(Bytes::from(json))
    };
    let json = keys.iter().map(json).collect::<Result<_, _>>();
    json.map_err(|error| vec![GraphQLError::new(Code::InternalError, error.to_string())])
}
