//! A folder → the documents in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Error;

/// A document in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file within the folder, without `.graphql`, with `/` between folders.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// What there is in a folder.
pub(super) struct Folder {
    /// The documents, by their names.
    pub(super) documents: Vec<Source>,
    /// Files with statements, as names of documents.
    pub(super) statements: Vec<String>,
}

/// Reads the documents of a folder, `**/*.graphql`, in the order of their names.
pub(super) fn read(folder: &Path) -> Result<Folder, Error> {
    let mut found = Folder { documents: Vec::new(), statements: Vec::new() };
    read_into(folder, "", &mut found)?;
    if found.documents.is_empty() {
        return Err(Error::NoDocuments { folder: folder.to_owned() });
    }
    found.documents.sort_by(|a, b| a.name.cmp(&b.name));
    found.statements.sort();
    Ok(found)
}

fn read_into(folder: &Path, prefix: &str, found: &mut Folder) -> Result<(), Error> {
    let error = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| Error::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(error(folder))? {
        let path = entry.map_err(error(folder))?.path();
        let (Some(stem), Some(file)) = (path.file_stem(), path.file_name()) else { continue };
        let (stem, file) = (stem.to_string_lossy(), file.to_string_lossy());
        if path.is_dir() {
            read_into(&path, &format!("{prefix}{file}/"), found)?;
        } else if file.ends_with(".graphql") {
            let text = fs::read_to_string(&path).map_err(error(&path))?;
            found.documents.push(Source { name: format!("{prefix}{stem}"), path, text });
        } else if file.ends_with(".sql") {
            found.statements.push(format!("{prefix}{stem}"));
        }
    }
    Ok(())
}
