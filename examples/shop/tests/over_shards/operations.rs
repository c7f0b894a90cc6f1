//! The documents of `operations`, each with its variables.

use std::fs;
use std::path::{Path, PathBuf};

use onefold::engine::Request;
use serde_json::{Map, Value};

/// A document with the values of its variables.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The file's name without its end.
    pub name: String,
    pub document: String,
    pub variables: Map<String, Value>,
}

/// Where they are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("operations")
}

/// All operations, by name.
pub fn operations() -> Vec<Operation> {
    let entries = fs::read_dir(folder()).expect("there is a folder of operations");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "graphql")).collect();
    paths.sort();
    let operations: Vec<Operation> = paths.iter().map(|path| read(path)).collect();
    assert!(operations.len() > 12, "there are operations");
    operations
}

fn read(path: &Path) -> Operation {
    let text =
        |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let variables = serde_json::from_str(&text(&path.with_extension("json")));
    Operation {
        name: path.file_stem().expect("a file has a name").to_string_lossy().into_owned(),
        document: text(path),
        variables: variables.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    }
}

impl Operation {
    /// The request.
    pub fn request(&self) -> Request {
        Request {
            query: self.document.clone(),
            variables: self.variables.clone().into(),
            ..Request::default()
        }
    }

    /// The same with another value of a variable.
    pub fn with(&self, variable: &str, value: Value) -> Operation {
        let mut operation = self.clone();
        operation.variables.insert(variable.to_owned(), value);
        operation
    }

    /// The same with another limit; `None` where it has none as a variable.
    pub fn with_limit(&self, limit: u32) -> Option<Operation> {
        self.document.contains("$limit: Int!").then(|| self.with("limit", limit.into()))
    }
}
