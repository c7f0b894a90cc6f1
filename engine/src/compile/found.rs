//! A request whose operation is compiled: what is bound for it, and what is wrong with that.

use std::sync::Arc;

use super::Compiled;
use crate::document::Document;
use crate::error::GraphQLError;
use crate::operation::variables::{self, Variables};
use crate::sql::{self, Bind, BindSource};
use crate::value::SqlValue;

/// A request whose operation is compiled and whose variables are right.
#[derive(Debug)]
pub struct Found {
    /// The operation.
    pub operation: Arc<Compiled>,
    /// The values of its variables; where they are bound already, only those that conditions may depend on.
    pub variables: Variables,
    /// The values of the binds without those of conditions, where they were read with the variables.
    pub(super) values: Option<Vec<SqlValue>>,
    /// The document, from which introspection is answered.
    pub document: Document,
    /// The name of the operation in it.
    pub name: Option<String>,
}

impl Found {
    /// The values of the operation's conditions.
    ///
    /// # Errors
    /// A variable of `@skip` or `@include` is null.
    pub fn conditions(&self) -> Result<Vec<bool>, Vec<GraphQLError>> {
        let value = |name: &str| self.variables.boolean(name);
        let conditions = self.operation.conditions.iter();
        conditions
            .map(|condition| condition.holds(value))
            .collect::<Result<_, _>>()
            .map_err(|name| vec![variables::null_condition(&self.document, self.name.as_deref(), name)])
    }

    /// The values of the statement's binds.
    ///
    /// # Errors
    /// Every variable whose value does not fit where it is used.
    pub fn bind(&mut self, binds: &[Bind], conditions: &[bool]) -> Result<Vec<SqlValue>, Vec<GraphQLError>> {
        if let Some(mut values) = self.values.take() {
            for (value, bind) in values.iter_mut().zip(binds) {
                if let BindSource::Condition(condition) = bind.source {
                    *value = SqlValue::Bool(conditions[condition.0]);
                }
            }
            return Ok(values);
        }
        sql::bind(binds, &self.variables, conditions).map_err(|errors| self.bind_errors(&errors))
    }

    /// What a client is told of variables that do not fit.
    pub fn bind_errors(&self, errors: &[sql::Error]) -> Vec<GraphQLError> {
        let error = |error: &sql::Error| {
            let variable = &error.path.variable;
            let place = variables::declared_at(&self.document, self.name.as_deref(), variable);
            GraphQLError::new(error.mistake.code(), error.to_string()).at(place)
        };
        errors.iter().map(error).collect()
    }
}
