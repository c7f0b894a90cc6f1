//! Documents in files → what a program knows of them when it starts: for the build script of a user's crate, and for a test
//! of what is checked in beside them.
//!
//! ```no_run
//! # use onefold::prelude::*;
//! # #[derive(Table)]
//! # pub struct Artist { #[key] pub artist_id: i32 }
//! # #[derive(Schema)]
//! # #[schema(tables(Artist))]
//! # pub struct Music;
//! // build.rs
//! fn main() {
//!     onefold::build::operations::<Music>("operations");
//! }
//! ```

mod documents;
mod drift;
mod emit;
mod error;
mod statements;

use std::path::Path;
use std::{env, fs};

use onefold_schema::Schema;

use crate::compile::Compiler;
use crate::config::Config;
use crate::report::{self, Style};

pub use documents::Source;
pub use error::{Error, Mistakes};
pub use statements::{Stale, StaleFiles, Update, assert_statements, check_statements};

/// What the file is called that is written to `OUT_DIR`.
const FILE_NAME: &str = "onefold_operations.rs";

/// The variable that names the database that statements are to fit.
const DATABASE_URL: &str = "ONEFOLD_DATABASE_URL";

/// Compiles the documents of a folder, `**/*.graphql`, with the default settings, and writes down what
/// [`operations!()`](crate::operations!) takes into the program. All of a build script that has nothing else to do.
///
/// A mistake in a document is an error of the build, which shows the line. Cargo runs it again when a file of the folder
/// changes.
///
/// With `ONEFOLD_DATABASE_URL` in the environment the statements are also prepared in that database, and what it refuses is
/// an error too.
pub fn operations<S: Schema>(folder: impl AsRef<Path>) {
    let folder = folder.as_ref();
    // What Cargo reads of a build script is what it prints.
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-env-changed={DATABASE_URL}");
    if let Err(error) = write::<S>(folder) {
        eprint!("{}", error.report());
        std::process::exit(1);
    }
}

fn write<S: Schema>(folder: &Path) -> Result<(), Error> {
    let documents = compile::<S>(folder)?;
    if let Some(url) = env::var(DATABASE_URL).ok().filter(|url| !url.is_empty()) {
        check_database::<S>(&documents, &url)?;
    }
    let out = env::var_os("OUT_DIR").ok_or(Error::NoBuildScript)?;
    let path = Path::new(&out).join(FILE_NAME);
    fs::write(&path, emit::emit(&documents)).map_err(|source| Error::Write { path, source })
}

/// The documents of a folder, after they have been compiled with the default settings.
///
/// # Errors
/// The folder cannot be read or has no document, or every mistake of all documents.
pub fn compile<S: Schema>(folder: &Path) -> Result<Vec<Source>, Error> {
    let compiler = compiler::<S>()?;
    let documents = documents::read(folder)?.documents;
    let mut mistakes = Mistakes::default();
    for document in &documents {
        if let Err(errors) = compiler.compile_all(&document.text) {
            mistakes.add(document, &errors);
        }
    }
    if mistakes.is_empty() { Ok(documents) } else { Err(Error::Documents(mistakes)) }
}

/// Makes sure that a database takes the statements of documents, by having it prepare them.
///
/// # Errors
/// Every operation with a statement that it does not take, or why it cannot be asked.
pub fn check_database<S: Schema>(documents: &[Source], url: &str) -> Result<(), Error> {
    let mistakes = drift::find(&compiler::<S>()?, &Config::default(), url, documents)?;
    if mistakes.is_empty() { Ok(()) } else { Err(Error::Documents(mistakes)) }
}

fn compiler<S: Schema>() -> Result<Compiler, Error> {
    Compiler::new(S::SCHEMA, Config::default()).map_err(Error::Schema)
}

impl Mistakes {
    fn add(&mut self, document: &Source, errors: &[crate::error::GraphQLError]) {
        let path = document.path.display().to_string();
        let source = report::Source { path: &path, text: &document.text };
        self.drawn.push(report::draw(source, errors, Style::Plain));
        self.count += errors.len();
    }
}
