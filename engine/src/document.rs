//! Text → document: a GraphQL document that is valid against the schema, by `apollo-compiler`. Knows nothing of
//! tables; which operation is meant and what its variables are comes later.

use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::{DiagnosticList, Valid};

use crate::config::Limits;
use crate::error::{Code, GraphQLError, Location};
use crate::surface::Surface;

/// A document that is valid against the schema.
#[derive(Debug, Clone)]
pub struct Document(Arc<Valid<ExecutableDocument>>);

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
    let errors = |list: &DiagnosticList| errors(surface, list, limits);
    let document = Parser::new()
        .token_limit(limits.max_tokens)
        .recursion_limit(recursion_limit(limits))
        .parse_executable(&surface.schema, text, "document.graphql")
        .map_err(|invalid| errors(&invalid.errors))?;
    let document = document.validate(&surface.schema).map_err(|invalid| errors(&invalid.errors))?;
    Ok(Document(Arc::new(document)))
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
    let place = span?.line_column(sources)?;
    Some(Location { line: place.line, column: place.column })
}

fn errors(surface: &Surface, list: &DiagnosticList, limits: &Limits) -> Vec<GraphQLError> {
    let mut errors: Vec<_> = list
        .iter()
        .map(|diagnostic| {
            let mut message = diagnostic.error.to_string();
            let code = match diagnostic.error.unstable_error_name() {
                Some("RecursionLimitError" | "RecursionError" | "DeeplyNestedType") => {
                    message = format!("{message} (setting `limits.max_depth`)");
                    Code::LimitExceeded
                }
                Some(_) => Code::GraphqlValidationFailed,
                None if message.starts_with("syntax error") => Code::GraphqlParseFailed,
                None => {
                    message = if message.contains("token") {
                        format!(
                            "the document has more than {} tokens (setting `limits.max_tokens`)",
                            limits.max_tokens
                        )
                    } else {
                        "the document is nested too deep to be read (setting `limits.max_depth`)".into()
                    };
                    Code::LimitExceeded
                }
            };
            if let Some(name) = suggestion(surface, diagnostic.error.unstable_error_name(), &message) {
                message = format!("{message}; did you mean `{name}`?");
            }
            let place = diagnostic.line_column_range().map(|range| range.start);
            let place = place.map(|place| Location { line: place.line, column: place.column });
            GraphQLError::new(code, message).at(place)
        })
        .collect();
    // The parser reports what follows from a limit as further syntax errors: the limit is what helps.
    if errors.iter().any(|error| error.extensions.code == Code::LimitExceeded) {
        errors.retain(|error| error.extensions.code == Code::LimitExceeded);
    }
    errors
}

/// The name that was probably meant, for the mistakes that name something unknown.
fn suggestion(surface: &Surface, mistake: Option<&str>, message: &str) -> Option<String> {
    // The diagnostics carry their names in backticks and do not give them out otherwise.
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let schema = &surface.schema;
    match (mistake?, names.as_slice()) {
        ("UndefinedField", [parent, field]) => nearest(field, fields(schema.types.get(*parent)?).into_iter()),
        ("UndefinedArgument", [argument, coordinate]) => {
            if let Some(directive) = coordinate.strip_prefix('@') {
                let directive = schema.directive_definitions.get(directive)?;
                return nearest(argument, directive.arguments.iter().map(|argument| argument.name.as_str()));
            }
            let (parent, field) = coordinate.split_once('.')?;
            let ExtendedType::Object(parent) = schema.types.get(parent)? else { return None };
            let arguments = &parent.fields.get(field)?.arguments;
            nearest(argument, arguments.iter().map(|argument| argument.name.as_str()))
        }
        ("UndefinedInputValue" | "UndefinedEnumValue", [value, parent]) => {
            nearest(value, fields(schema.types.get(*parent)?).into_iter())
        }
        ("UndefinedDefinition", [name]) => nearest(name, schema.types.keys().map(|name| name.as_str())),
        (
            "UndefinedTypeInNamedFragmentTypeCondition" | "UndefinedTypeInInlineFragmentTypeCondition",
            [name, ..],
        ) => nearest(name, schema.types.keys().map(|name| name.as_str())),
        ("UndefinedDirective", [name]) => nearest(
            name.trim_start_matches('@'),
            schema.directive_definitions.keys().map(|name| name.as_str()),
        )
        .map(|name| format!("@{name}")),
        _ => None,
    }
}

/// What a type has: fields, input fields or values.
fn fields(ty: &ExtendedType) -> Vec<&str> {
    match ty {
        ExtendedType::Object(ty) => ty.fields.keys().map(|name| name.as_str()).collect(),
        ExtendedType::InputObject(ty) => ty.fields.keys().map(|name| name.as_str()).collect(),
        ExtendedType::Enum(ty) => ty.values.keys().map(|name| name.as_str()).collect(),
        ExtendedType::Scalar(_) | ExtendedType::Interface(_) | ExtendedType::Union(_) => Vec::new(),
    }
}

/// The name that is most like `wrong`, unless none is.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    names
        .filter(|name| !name.starts_with("__"))
        .map(|name| (strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name.to_owned())
}

/// The named type of a list or non-null type.
pub(crate) fn named_type(ty: &Type) -> &str {
    ty.inner_named_type().as_str()
}
