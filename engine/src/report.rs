//! Mistakes in a document → text that shows each at its line, as the Rust compiler does: for terminals and builds.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::error::{GraphQLError, Location};

/// A text with mistakes.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What it is called, mostly its path.
    pub path: &'a str,
    /// All of it.
    pub text: &'a str,
}

/// How a report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text and nothing else.
    Plain,
    /// With the colours of a terminal.
    Colored,
}

/// Draws the mistakes of a document, each with its line and what of it is meant. It ends with a line end.
///
/// ```
/// use onefold::error::{Code, GraphQLError, Location};
/// use onefold::report::{Source, Style, draw};
///
/// let source = Source { path: "operations/album.graphql", text: "{\n  album(albumId: 1) { titel }\n}\n" };
/// let message = "type `Album` has no field `titel`; did you mean `title`?";
/// let place = Location { line: 2, column: 23 };
/// let error = GraphQLError::new(Code::GraphqlValidationFailed, message).at(Some(place));
/// assert_eq!(
///     draw(source, &[error], Style::Plain),
///     "\
/// error: type `Album` has no field `titel`
///  --> operations/album.graphql:2:23
///   |
/// 2 |   album(albumId: 1) { titel }
///   |                       ^^^^^ did you mean `title`?
/// "
/// );
/// ```
pub fn draw(source: Source<'_>, errors: &[GraphQLError], style: Style) -> String {
    let renderer = renderer(style);
    let drawn = errors.iter().map(|error| {
        let span = error.locations.first().and_then(|place| span(source.text, *place));
        let group: Group<'_> = match span {
            Some(span) => {
                let (title, hint) = split(&error.message);
                let title = Level::ERROR.primary_title(title);
                let annotation = AnnotationKind::Primary.span(span).label(hint);
                title.element(Snippet::source(source.text).path(source.path).annotation(annotation))
            }
            None => Level::ERROR.primary_title(error.message.as_str()).element(Origin::path(source.path)),
        };
        renderer.render(&[group]) + "\n"
    });
    drawn.collect::<Vec<_>>().join("\n")
}

/// Why a database does not take the statement of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'a> {
    /// What is wrong.
    pub message: &'a str,
    /// Where the operation is in its document.
    pub place: Option<Location>,
    /// What else Postgres says.
    pub notes: &'a [String],
    /// The statement.
    pub sql: &'a str,
    /// Where in the statement, in characters from 1.
    pub position: Option<usize>,
}

/// Draws what a database refuses: the operation in its document, and the place in the statement. It ends with a line end.
pub fn draw_refusal(source: Source<'_>, refusal: &Refusal<'_>, style: Style) -> String {
    let title = Level::ERROR.primary_title(refusal.message);
    let place = refusal.place.and_then(|place| span(source.text, place));
    let mut group: Group<'_> = match place {
        Some(span) => {
            let annotation = AnnotationKind::Primary.span(span);
            title.element(Snippet::source(source.text).path(source.path).annotation(annotation))
        }
        None => title.element(Origin::path(source.path)),
    };
    for note in refusal.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let mut groups = vec![group];
    let start =
        refusal.position.and_then(|position| refusal.sql.char_indices().nth(position.checked_sub(1)?));
    if let Some((start, _)) = start {
        let line = refusal.sql[start..].lines().next().unwrap_or_default();
        let annotation = AnnotationKind::Primary.span(start..start + name(line));
        let statement = Snippet::source(refusal.sql).annotation(annotation);
        groups.push(Level::NOTE.secondary_title("in its statement").element(statement));
    }
    renderer(style).render(&groups) + "\n"
}

fn renderer(style: Style) -> Renderer {
    match style {
        Style::Plain => Renderer::plain(),
        Style::Colored => Renderer::styled(),
    }
}

/// How long the name is that a line of SQL begins with, `artist.name`.
fn name(line: &str) -> usize {
    let is_name = |character: char| character.is_alphanumeric() || ['_', '.', '$'].contains(&character);
    let first = line.chars().next().map_or(0, char::len_utf8);
    line.find(|character| !is_name(character)).unwrap_or(line.len()).max(first)
}

/// A message and the hint that it ends with.
fn split(message: &str) -> (&str, Option<&str>) {
    let hint = ["; did you mean ", "; it has ", "; it takes "].iter().find_map(|hint| message.find(hint));
    match hint {
        Some(place) => (&message[..place], Some(&message[place + "; ".len()..])),
        None => (message, None),
    }
}

/// The bytes of the token at a place.
fn span(text: &str, place: Location) -> Option<Range<usize>> {
    let start = place.offset(text)?;
    let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
    Some(start..start + token(line))
}

/// How long the token is that a line begins with, in bytes.
/// <https://spec.graphql.org/draft/#sec-Language.Source-Text.Lexical-Tokens>
fn token(line: &str) -> usize {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let word =
        |from: usize| line[from..].find(|character| !is_word(character)).map_or(line.len(), |end| from + end);
    match line.chars().next() {
        None => 0,
        Some('.') if line.starts_with("...") => 3,
        Some('"') => string(line),
        Some('$' | '@' | '-') => word(1),
        Some(character) if is_word(character) => word(0),
        Some(character) => character.len_utf8(),
    }
}

/// How long a string is that ends in its line; else the rest of the line.
fn string(line: &str) -> usize {
    let mut escaped = false;
    let end = line.char_indices().skip(1).find(|(_, character)| {
        let ends = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        ends
    });
    end.map_or(line.trim_end().len(), |(end, _)| end + 1)
}
