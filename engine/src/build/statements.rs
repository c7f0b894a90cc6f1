//! Documents → the SQL that is checked in beside each, and whether it is what is there.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use onefold_schema::Schema;
use serde_json::Map;
use similar::TextDiff;

use super::{Error, Mistakes, Source, compiler, documents};
use crate::compile::Compiler;
use crate::error::GraphQLError;

/// What tells [`assert_statements`] to write the files.
const UPDATE: &str = "ONEFOLD_UPDATE";

/// What is to become of files that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// They are reported.
    Never,
    /// They are written, and those that no document has are removed.
    Always,
}

/// A file that is not what a document is compiled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The file.
    pub path: PathBuf,
    /// What it says and should not, and the other way round, as `diff -u` shows it; empty where it should not be there.
    pub diff: String,
}

/// Files that are not what documents are compiled to.
#[derive(Debug)]
pub struct StaleFiles(pub Vec<Stale>);

impl fmt::Display for StaleFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Stale { path, diff } in &self.0 {
            match diff.as_str() {
                "" => writeln!(f, "`{}` is of no document", path.display())?,
                diff => write!(f, "{diff}")?,
            }
            writeln!(f)?;
        }
        write!(f, "statements have changed; with `{UPDATE}=1` they are written anew")
    }
}

/// Makes sure that beside each document of a folder there is the SQL that it is compiled to with the default settings:
/// `album.sql` beside `album.graphql`, with what `sql` prints for each of its operations. All of a test:
///
/// ```no_run
/// # use onefold::prelude::*;
/// # #[derive(Table)]
/// # pub struct Artist { #[key] pub artist_id: i32 }
/// # #[derive(Schema)]
/// # #[schema(tables(Artist))]
/// # pub struct Music;
/// #[test]
/// fn statements_are_as_checked_in() {
///     onefold::build::assert_statements::<Music>("operations");
/// }
/// ```
///
/// With `ONEFOLD_UPDATE=1` in the environment it writes the files instead.
///
/// # Panics
/// A file is another one, with the difference; or a document is wrong, with every mistake.
#[track_caller]
pub fn assert_statements<S: Schema>(folder: impl AsRef<Path>) {
    let update = match std::env::var_os(UPDATE).is_some_and(|value| !value.is_empty() && value != "0") {
        true => Update::Always,
        false => Update::Never,
    };
    if let Err(error) = check_statements::<S>(folder.as_ref(), update) {
        panic!("{}", error.report());
    }
}

/// What [`assert_statements`] does.
///
/// # Errors
/// [`Error::Stale`], or a document is wrong, or a file cannot be read or written.
pub fn check_statements<S: Schema>(folder: &Path, update: Update) -> Result<(), Error> {
    let compiler = compiler::<S>()?;
    let found = documents::read(folder)?;
    let (mut mistakes, mut stale) = (Mistakes::default(), Vec::new());
    for document in &found.documents {
        match statements(&compiler, &document.text) {
            Ok(statements) => stale.extend(compare(document, &statements, update)?),
            Err(errors) => mistakes.add(document, &errors),
        }
    }
    let has_document = |name: &String| found.documents.iter().any(|document| document.name == *name);
    for name in found.statements.iter().filter(|name| !has_document(name)) {
        let path = folder.join(format!("{name}.sql"));
        match update {
            Update::Never => stale.push(Stale { path, diff: String::new() }),
            Update::Always => fs::remove_file(&path).map_err(|source| Error::Write { path, source })?,
        }
    }
    if !mistakes.is_empty() {
        return Err(Error::Documents(mistakes));
    }
    if stale.is_empty() { Ok(()) } else { Err(Error::Stale(StaleFiles(stale))) }
}

/// The statements of all operations of a document; where there are several, each after its name.
fn statements(compiler: &Compiler, text: &str) -> Result<String, Vec<GraphQLError>> {
    let names = compiler.operations(text)?;
    let (mut all, mut errors) = (String::new(), Vec::new());
    for name in &names {
        match compiler.statements(text, name.as_deref(), &Map::new()) {
            Ok(statement) => {
                let (between, end) =
                    (if all.is_empty() { "" } else { "\n" }, if statement.is_empty() { "" } else { "\n" });
                // Writing to a text cannot fail.
                let _ = match name {
                    Some(name) if names.len() > 1 => {
                        write!(all, "{between}-- query {name}\n{statement}{end}")
                    }
                    _ => write!(all, "{statement}{end}"),
                };
            }
            Err(mistakes) => errors.extend(mistakes),
        }
    }
    if errors.is_empty() { Ok(all) } else { Err(errors) }
}

fn compare(document: &Source, statements: &str, update: Update) -> Result<Option<Stale>, Error> {
    let path = document.path.with_extension("sql");
    let before = match fs::read_to_string(&path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(source) => return Err(Error::Read { path, source }),
    };
    if before.as_deref() == Some(statements) {
        return Ok(None);
    }
    if update == Update::Always {
        let written: io::Result<()> = fs::write(&path, statements);
        return written.map(|()| None).map_err(|source| Error::Write { path, source });
    }
    let before = before.unwrap_or_default();
    let diff = TextDiff::from_lines(before.as_str(), statements);
    let (old, new) = (path.display().to_string(), format!("{}, compiled", document.path.display()));
    let diff = diff.unified_diff().header(&old, &new).to_string();
    Ok(Some(Stale { path, diff }))
}
