//! An operation called from Rust → a value of a Rust type, without HTTP.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{BrokenOff, Engine, Request};

/// Why an operation has not given a value of the type that was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The variables are not a JSON object: a struct or a map, or `()` for none.
    #[error("the variables are not an object: {0}")]
    Variables(String),
    /// The response has errors, of the request or of fields. What `data` there is beside them is not given:
    /// [`Engine::execute`] has it.
    #[error("{}", Listed(.0))]
    Errors(Vec<ResponseError>),
    /// The database did not answer to the end.
    #[error(transparent)]
    BrokenOff(#[from] BrokenOff),
    /// `data` is not of the type: the type asks for a field that the document does not, for instance.
    #[error("the data is no `{ty}`: {source}")]
    Data {
        /// The name of the type.
        ty: &'static str,
        /// What does not fit, and where in the response.
        source: serde_json::Error,
    },
}

/// One of the `errors` of a response: <https://spec.graphql.org/draft/#sec-Errors.Error-Result-Format>.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ResponseError {
    /// What is wrong, for a person.
    pub message: String,
    /// The response keys and positions of the field that is wrong; empty for the whole request.
    #[serde(default)]
    pub path: Vec<Value>,
    /// What is wrong, for a program: `code` and what belongs to it.
    #[serde(default)]
    pub extensions: Map<String, Value>,
}

impl ResponseError {
    /// `extensions.code`, such as `BAD_USER_INPUT`.
    pub fn code(&self) -> Option<&str> {
        self.extensions.get("code")?.as_str()
    }
}

/// A response, whose `data` is read when it has no errors.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    errors: Vec<ResponseError>,
}

/// Errors, one on a line.
struct Listed<'a>(&'a [ResponseError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let end = if i > 0 { "\n" } else { "" };
            write!(f, "{end}{}", error.message)?;
        }
        Ok(())
    }
}

impl Engine {
    /// Answers the only operation of a document, and reads `data` as `T`: a type with serde's `Deserialize`, or one of
    /// `cynic`'s query fragments, whose operation has the document and the variables.
    ///
    /// ```no_run
    /// # use onefold::engine::{Engine, QueryError};
    /// #[derive(serde::Deserialize)]
    /// struct Found {
    ///     album: Option<Album>,
    /// }
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Album {
    ///     title: String,
    /// }
    ///
    /// # async fn title(engine: &Engine) -> Result<Option<String>, QueryError> {
    /// let document = "query ($id: Int!) { album(albumId: $id) { title } }";
    /// let found: Found = engine.query(document, serde_json::json!({"id": 1})).await?;
    /// # Ok(found.album.map(|album| album.title))
    /// # }
    /// ```
    ///
    /// # Errors
    /// The response has errors, even if it has data as well; or the data is no `T`.
    pub async fn query<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: impl Serialize,
    ) -> Result<T, QueryError> {
        let variables = match serde_json::to_value(variables) {
            Ok(Value::Object(variables)) => variables,
            Ok(Value::Null) => Map::new(),
            Ok(other) => return Err(QueryError::Variables(format!("they are `{other}`"))),
            Err(error) => return Err(QueryError::Variables(error.to_string())),
        };
        let request =
            Request { query: document.to_owned(), variables: variables.into(), ..Request::default() };
        let body = self.execute(&request).await.body.whole().await?;
        let mismatch = |source| QueryError::Data { ty: std::any::type_name::<T>(), source };
        let answer: Answer<'_> = serde_json::from_slice(&body).map_err(mismatch)?;
        match answer.errors.is_empty() {
            true => serde_json::from_str(answer.data.map_or("null", RawValue::get)).map_err(mismatch),
            false => Err(QueryError::Errors(answer.errors)),
        }
    }
}
