//! SQL under snapshot test: the statement of a document, from the schema's type alone.

use onefold_schema::Schema;

use crate::config::Config;
use crate::engine::{Engine, Request};

/// Gives every schema a function that compiles documents to SQL; no database is needed.
///
/// ```
/// use onefold::prelude::*;
///
/// #[derive(Table)]
/// pub struct Artist {
///     #[key]
///     pub artist_id: i32,
///     pub name: Option<String>,
/// }
///
/// #[derive(Schema)]
/// #[schema(tables(Artist))]
/// pub struct Music;
///
/// let statement = Music::sql("{ artists(limit: 10) { name } }");
/// assert_eq!(
///     statement,
///     "SELECT artist.name\nFROM artist\nORDER BY artist.artist_id\nLIMIT 10"
/// );
/// ```
///
/// In a test, `insta::assert_snapshot!(Music::sql("{ … }"))` keeps the statement in a file, where a change of it is
/// seen in review.
pub trait Sql: Schema {
    /// The statement of a document's only operation, with the settings' defaults; empty when it reads nothing.
    /// Variables that are required are taken to be given, others not.
    ///
    /// # Panics
    /// When the schema or the document is wrong, with every mistake in the message.
    #[track_caller]
    fn sql(document: &str) -> String {
        let engine = match Engine::new(Self::SCHEMA, Config::default()) {
            Ok(engine) => engine,
            Err(error) => panic!("{error}"),
        };
        let request = Request { query: document.to_owned(), ..Request::default() };
        match engine.sql(&request) {
            Ok(statement) => statement,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<S: Schema> Sql for S {}
