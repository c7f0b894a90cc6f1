//! Model → GraphQL schema: the types, fields and arguments that a client sees.

mod abstract_type;
mod aggregate;
mod connection;
pub mod functions;
mod node;
mod operators;
mod page;
pub mod scalars;
mod sdl;

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{Component, ExtendedType, Implementers};
use apollo_compiler::validation::{Valid, WithErrors};
use apollo_compiler::{Schema, name, ty};

use crate::model::Model;

/// `apollo-compiler` does not know the directive yet, so it is told what it is.
const ONE_OF: &str = "directive @oneOf on INPUT_OBJECT\n";

/// The GraphQL schema of a model.
#[derive(Debug)]
pub struct Surface {
    /// The schema in the definition language.
    pub sdl: String,
    /// What documents are validated against.
    pub schema: Valid<Schema>,
    /// What introspection needs and is dear to compute.
    pub implementers: HashMap<apollo_compiler::Name, Implementers>,
}

/// The schema data make no valid GraphQL schema: two tables whose names collide, for instance.
#[derive(Debug, thiserror::Error)]
#[error("the tables make no valid GraphQL schema:\n{0}")]
pub struct Error(String);

impl Surface {
    /// Prints and parses the GraphQL schema of a model.
    ///
    /// # Errors
    /// When two types or fields have the same name, or a name is not one in GraphQL.
    pub fn new(model: &Model) -> Result<Surface, Error> {
        Surface::parse(sdl::print(model))
    }

    /// Parses a GraphQL schema.
    pub(crate) fn parse(sdl: String) -> Result<Surface, Error> {
        let error = |invalid: WithErrors<Schema>| Error(invalid.errors.to_string());
        let mut schema = Schema::parse(format!("{sdl}\n{ONE_OF}"), "schema.graphql").map_err(error)?;
        add_is_one_of(&mut schema);
        let schema = schema.validate().map_err(error)?;
        let implementers = schema.implementers_map();
        Ok(Surface { sdl, schema, implementers })
    }
}

/// Adds `isOneOf: Boolean` to the built-in type `__Type`, for documents to be validated; `introspection` answers it.
///
/// <https://spec.graphql.org/September2025/#sec-Schema-Introspection.Schema-Introspection-Schema>
fn add_is_one_of(schema: &mut Schema) {
    let Some(ExtendedType::Object(ty)) = schema.types.get_mut("__Type") else { return };
    let field = FieldDefinition {
        description: None,
        name: name!("isOneOf"),
        arguments: Vec::new(),
        ty: ty!(Boolean),
        directives: Default::default(),
    };
    ty.make_mut().fields.insert(field.name.clone(), Component::new(field));
}
