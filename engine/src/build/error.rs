//! Why a build script, or a test of statements, cannot do its work.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::StaleFiles;
use crate::{compile, pool};

/// Why documents are not taken into a program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema contradicts itself.
    #[error("the schema is wrong")]
    Schema(#[source] compile::Error),
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is nothing to compile.
    #[error("`{}` has no documents; they are the files that end with `.graphql`", folder.display())]
    NoDocuments {
        /// The folder.
        folder: PathBuf,
    },
    /// Documents are wrong.
    #[error("{0}")]
    Documents(Mistakes),
    /// The database that statements are to fit cannot be asked.
    #[error("cannot ask the database of `ONEFOLD_DATABASE_URL`")]
    Database(#[source] pool::Error),
    /// Nothing can be asked.
    #[error("cannot wait for a database")]
    Runtime(#[source] io::Error),
    /// Statements beside documents are not theirs.
    #[error("{0}")]
    Stale(StaleFiles),
    /// It is not called by Cargo.
    #[error("`OUT_DIR` is not set; call it in a build script, `build.rs`")]
    NoBuildScript,
    /// What was made cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Every mistake in all documents.
#[derive(Debug, Default)]
pub struct Mistakes {
    /// Those of a document, as the Rust compiler shows them.
    pub(super) drawn: Vec<String>,
    pub(super) count: usize,
}

impl Mistakes {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.drawn.is_empty()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for drawn in &self.drawn {
            writeln!(f, "{drawn}")?;
        }
        let (mistakes, documents) = (self.count, self.drawn.len());
        let s = |count: usize| if count == 1 { "" } else { "s" };
        write!(f, "error: {mistakes} mistake{} in {documents} document{}", s(mistakes), s(documents))
    }
}

impl Error {
    /// The error with its cause, as it is printed.
    pub(super) fn report(&self) -> String {
        use std::error::Error as _;
        match (self, self.source()) {
            (Error::Documents(mistakes), _) => format!("{mistakes}\n"),
            (Error::Stale(files), _) => format!("{files}\n"),
            (_, Some(cause)) => format!("error: {self}: {cause}\n"),
            (_, None) => format!("error: {self}\n"),
        }
    }
}
