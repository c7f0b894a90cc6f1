//! Text → document: a GraphQL document that is valid against the schema, by `apollo-compiler` and what it leaves out.
//! Knows nothing of tables; which operation is meant and what its variables are comes later.

mod errors;
mod merging;
mod suggestion;
mod syntax;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_compiler::validation::Valid;

use crate::config::Limits;
use crate::error::{Code, GraphQLError, Location};
use crate::surface::Surface;

use errors::Errors;

pub(crate) use suggestion::nearest;

/// A document that is valid against the schema.
#[derive(Debug, Clone)]
pub struct Document(Arc<Valid<ExecutableDocument>>);

/// What errors would call the text; they are printed without it.
const FILE: &str = "document.graphql";

/// Parses and validates a document.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn parse(surface: &Surface, text: &str, limits: &Limits) -> Result<Document, Vec<GraphQLError>> {
    if text.len() > limits.max_document_bytes {
        let message = format!(
            "the document has {} bytes, above the limit of {} (setting `limits.max_document_bytes`)",
            text.len(),
            limits.max_document_bytes
        );
        return Err(vec![GraphQLError::new(Code::LimitExceeded, message)]);
    }
    let schema = &surface.schema;
    let mut errors = Errors::new(schema, limits);
    let mut parser = Parser::new().token_limit(limits.max_tokens).recursion_limit(recursion_limit(limits));
    let document = match parser.parse_executable(schema, text, FILE) {
        Ok(document) => document,
        Err(invalid) => {
            errors.of_building(&invalid.errors);
            if errors.is_unreadable() {
                return Err(errors.finish());
            }
            // The document goes on without the selections that could not be built; only the syntax tree has every
            // use of a variable or fragment.
            if let Ok(tree) = parser.parse_ast(text, FILE)
                && let Err(unresolved) = tree.validate_standalone_executable()
            {
                errors.of_names(&unresolved);
            }
            invalid.partial
        }
    };
    let unread = syntax::check(text);
    if !unread.is_empty() {
        return Err(unread);
    }
    match document.validate(schema) {
        Ok(document) => {
            errors.of_values(values::check(schema, &document));
            errors.of_values(merging::check(schema, &document, limits.max_fields));
            if errors.is_empty() { Ok(Document(Arc::new(document))) } else { Err(errors.finish()) }
        }
        Err(invalid) => {
            errors.of_validation(&invalid.errors);
            errors.of_values(values::check(schema, &invalid.partial));
            Err(errors.finish())
        }
    }
}

impl Document {
    /// The parsed document.
    pub fn executable(&self) -> &Valid<ExecutableDocument> {
        &self.0
    }

    /// The operation that a request means.
    ///
    /// <https://spec.graphql.org/draft/#GetOperation()>
    ///
    /// # Errors
    /// When there is none of that name, or no name and several operations.
    pub fn operation(&self, name: Option<&str>) -> Result<&Operation, GraphQLError> {
        let operations = &self.0.operations;
        let error = |message: String| GraphQLError::new(Code::OperationResolutionFailure, message);
        let names = || {
            let names: Vec<_> = operations.named.keys().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        match operations.get(name) {
            Ok(operation) => Ok(operation),
            Err(_) if operations.is_empty() => Err(error("the document has no operation".into())),
            Err(_) => Err(error(match name {
                Some(name) if operations.named.is_empty() => {
                    format!("the document has no operation `{name}`, only one without a name")
                }
                Some(name) => format!("the document has no operation `{name}`; it has {}", names()),
                None => format!("`operationName` must say which operation is meant: {}", names()),
            })),
        }
    }

    /// Where something of the document stands.
    pub fn location(&self, span: Option<SourceSpan>) -> Option<Location> {
        location(span, &self.0.sources)
    }
}

/// How deep the parser may recurse: enough for any document within the depth limit, each level of which is a
/// selection set, an argument, an object and a list.
fn recursion_limit(limits: &Limits) -> usize {
    limits.max_depth.saturating_mul(4).clamp(64, 256)
}

fn location(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Location> {
    let span = span?;
    Some(Location::at(sources.get(&span.file_id())?.source_text(), span.offset()))
}

/// The named type of a list or non-null type.
pub(crate) fn named_type(ty: &Type) -> &str {
    ty.inner_named_type().as_str()
}
