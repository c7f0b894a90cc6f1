//! Why a request has no data → the response that says so.

use tokio_postgres::error::SqlState;

use super::{Outcome, Response, error_response};
use crate::compile::Compiled;
use crate::error::{Code, GraphQLError};
use crate::pool;
use crate::scatter;
use crate::serializer;
use crate::sql::Bind;

/// Why a request has no `data`.
pub(super) enum Failure {
    Refused(Vec<GraphQLError>),
    Pool(pool::Error),
    Scatter(scatter::Error),
    Serializer(serializer::Error),
}

impl From<scatter::Error> for Failure {
    fn from(error: scatter::Error) -> Failure {
        match error {
            scatter::Error::Cluster(error) => Failure::Pool(error.cause),
            other => Failure::Scatter(other),
        }
    }
}

impl From<pool::Error> for Failure {
    fn from(error: pool::Error) -> Failure {
        Failure::Pool(error)
    }
}

impl From<serializer::Error> for Failure {
    fn from(error: serializer::Error) -> Failure {
        Failure::Serializer(error)
    }
}

impl Failure {
    /// What it is of an operation: Postgres alone can say that a path into JSON is wrong, which is the client's mistake. Where the
    /// operation has a path, what a path can be refused with is taken to be its.
    pub(super) fn of_operation(self, operation: &Compiled) -> Failure {
        let Failure::Pool(pool::Error::Statement(refusal)) = &self else { return self };
        let has_paths =
            || operation.statements().iter().any(|ready| ready.binds.iter().any(Bind::is_json_path));
        if is_of_path(refusal.code()) && has_paths() {
            let message = format!("a path into JSON is wrong: {}", refusal.message());
            return Failure::Refused(vec![GraphQLError::new(Code::BadUserInput, message)]);
        }
        self
    }

    pub(super) fn response(self) -> Response {
        match self {
            Failure::Refused(errors) => error_response(Outcome::Refused, &errors),
            Failure::Pool(error) => {
                let (outcome, code) = match &error {
                    pool::Error::Unavailable { .. } => (Outcome::Unavailable, Code::DatabaseUnavailable),
                    pool::Error::Busy { .. } => (Outcome::Unavailable, Code::DatabaseBusy),
                    pool::Error::TimedOut { .. } => (Outcome::TimedOut, Code::Timeout),
                    pool::Error::Statement(_) | pool::Error::MixedUp(_) | pool::Error::Column { .. } => {
                        (Outcome::Failed, Code::DatabaseError)
                    }
                    _ => (Outcome::Failed, Code::InternalError),
                };
                match outcome {
                    Outcome::Failed => tracing::error!(%error, "a statement failed"),
                    _ => tracing::warn!(%error, "a statement was not answered"),
                }
                error_response(outcome, &[GraphQLError::new(code, error.to_string())])
            }
            Failure::Scatter(error) => {
                let code = match &error {
                    scatter::Error::TooLarge { .. } => Code::LimitExceeded,
                    scatter::Error::UnknownShard(_) => Code::InternalError,
                    _ => Code::DatabaseError,
                };
                tracing::error!(%error, "an operation over several shards failed");
                error_response(Outcome::Failed, &[GraphQLError::new(code, error.to_string())])
            }
            Failure::Serializer(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "rows do not fit the schema");
                let message = format!("the database does not fit the schema: {error}");
                error_response(Outcome::Failed, &[GraphQLError::new(Code::DatabaseError, message)])
            }
        }
    }
}

/// Whether Postgres refuses a path into JSON so: one that cannot be read, with a number or a regular expression that is none, or
/// that asks for what there is not, as variables and time zones. What else fails while a statement runs, as a division by zero
/// in the SQL of a field, is not the client's.
fn is_of_path(code: &SqlState) -> bool {
    [
        SqlState::SYNTAX_ERROR,
        SqlState::UNDEFINED_OBJECT,
        SqlState::FEATURE_NOT_SUPPORTED,
        SqlState::INVALID_TEXT_REPRESENTATION,
        SqlState::INVALID_REGULAR_EXPRESSION,
        SqlState::INVALID_DATETIME_FORMAT,
        SqlState::NUMERIC_VALUE_OUT_OF_RANGE,
        SqlState::UNTRANSLATABLE_CHARACTER,
        SqlState::STATEMENT_TOO_COMPLEX,
    ]
    .contains(code)
}
