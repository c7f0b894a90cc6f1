//! GraphQL errors in the form in which a client sees them.
//!
//! <https://spec.graphql.org/draft/#sec-Errors.Error-Result-Format>

use std::fmt;

use serde::Serialize;

/// What kind of mistake it is; `extensions.code` of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document is not valid against the schema.
    GraphqlValidationFailed,
    /// The variables do not fit the operation.
    BadUserInput,
    /// A cursor is none, or one of another table or order.
    InvalidCursor,
    /// A global id is none, or one of no table of the schema.
    InvalidId,
    /// There is no such operation in the document, or several to choose from.
    OperationResolutionFailure,
    /// No known document has the id; a client may send its text instead.
    PersistedQueryNotFound,
    /// Documents are refused that are not known.
    PersistedQueryOnly,
    /// All shards would have to be asked, which nobody has allowed.
    ShardKeyRequired,
    /// The database refuses what the operation asks, as it was set up.
    UnsupportedByDatabase,
    /// Rows of several shards cannot be put in the order that is asked for.
    NotMergeable,
    /// A limit of the configuration was passed.
    LimitExceeded,
    /// The database is away.
    DatabaseUnavailable,
    /// No connection became free in time.
    DatabaseBusy,
    /// A time limit passed.
    Timeout,
    /// The database refused the statement or answered with something else than the schema says.
    DatabaseError,
    /// A defect of the engine.
    InternalError,
}

/// A place in a document; both counted from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Location {
    /// The place that many bytes from the beginning of a text.
    ///
    /// <https://spec.graphql.org/draft/#LineTerminator>
    pub fn at(text: &str, offset: usize) -> Location {
        let mut place = Location { line: 1, column: 1 };
        let mut characters = text.char_indices().take_while(|(start, _)| *start < offset).peekable();
        while let Some((_, character)) = characters.next() {
            let is_first_of_two =
                character == '\r' && characters.peek().is_some_and(|(_, next)| *next == '\n');
            if ends_line(character) && !is_first_of_two {
                place = Location { line: place.line + 1, column: 1 };
            } else {
                place.column += 1;
            }
        }
        place
    }

    /// How many bytes from the beginning of a text the place is; `None` where it is not in it.
    pub fn offset(self, text: &str) -> Option<usize> {
        let ends = text.char_indices().map(|(offset, _)| offset).chain([text.len()]);
        let (mut line, mut column) = (1, 1);
        for (offset, character) in ends.zip(text.chars().map(Some).chain([None])) {
            if (line, column) == (self.line, self.column) {
                return Some(offset);
            }
            let is_first_of_two = character == Some('\r') && text[offset + 1..].starts_with('\n');
            (line, column) = match character {
                Some(character) if ends_line(character) && !is_first_of_two => (line + 1, 1),
                _ => (line, column + 1),
            };
        }
        None
    }
}

fn ends_line(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

/// One entry of a response's `errors`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct GraphQLError {
    /// What is wrong, for a person.
    pub message: String,
    /// Where in the document; empty when it is not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// What is wrong, for a program.
    pub extensions: Extensions,
}

/// The `extensions` of an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Extensions {
    /// The kind of the mistake.
    pub code: Code,
}

impl GraphQLError {
    /// An error that has no place in the document.
    pub fn new(code: Code, message: impl Into<String>) -> GraphQLError {
        GraphQLError { message: message.into(), locations: Vec::new(), extensions: Extensions { code } }
    }

    /// The same error at a place of the document.
    pub fn at(mut self, location: Option<Location>) -> GraphQLError {
        self.locations.extend(location);
        self
    }
}

impl fmt::Display for GraphQLError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for location in &self.locations {
            write!(f, "{}:{}: ", location.line, location.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for GraphQLError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_of_characters_in_lines() {
        let text = "{\n  é🎵x\r\ny\rz\n";
        for (part, line, column) in [("{", 1, 1), ("x", 2, 5), ("y", 3, 1), ("z", 4, 1)] {
            let offset = text.find(part).unwrap();
            assert_eq!(Location::at(text, offset), Location { line, column }, "{part}");
            assert_eq!(Location { line, column }.offset(text), Some(offset), "{part}");
        }
        assert_eq!(Location::at(text, text.len()), Location { line: 5, column: 1 });
        assert_eq!(Location { line: 5, column: 1 }.offset(text), Some(text.len()));
        assert_eq!(Location { line: 5, column: 2 }.offset(text), None);
        assert_eq!(Location { line: 0, column: 0 }.offset(text), None);
    }
}
