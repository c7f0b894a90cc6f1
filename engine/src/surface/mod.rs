//! Model → GraphQL schema: the types, fields and arguments that a client sees.

pub mod scalars;
mod sdl;

use apollo_compiler::Schema;
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::Implementers;
use apollo_compiler::validation::Valid;

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
        let sdl = sdl::print(model);
        let schema = Schema::parse_and_validate(format!("{sdl}\n{ONE_OF}"), "schema.graphql")
            .map_err(|invalid| Error(invalid.errors.to_string()))?;
        let implementers = schema.implementers_map();
        Ok(Surface { sdl, schema, implementers })
    }
}
