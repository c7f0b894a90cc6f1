//! A case's folder → its document, runs and oracles.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// A query and what to expect of it.
pub struct Case {
    /// The folder's name.
    pub name: String,
    pub folder: PathBuf,
    pub document: String,
    /// Which schema it asks: `Extended`, or else that of the example `music`.
    pub schema: Option<String>,
    /// Which of the document's operations is meant.
    pub operation: Option<String>,
    /// How many statements Postgres is to see.
    pub statements: usize,
    /// Never empty.
    pub runs: Vec<Run>,
}

/// One request of a case.
pub struct Run {
    /// Counted from 1; 0 when the case has one run only.
    pub number: usize,
    pub variables: Map<String, Value>,
    /// SQL that answers with the expected `data`.
    pub oracle: String,
}

impl Run {
    /// `response`, or `response.2` for the second of several runs.
    pub fn file(&self, name: &str) -> String {
        if self.number == 0 { name.to_owned() } else { format!("{name}.{}", self.number) }
    }
}

/// All cases of a folder of folders, by name.
pub fn cases(of: &str) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(of);
    let mut folders: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap_or_else(|error| panic!("{}: {error}", root.display()))
        .map(|entry| entry.expect("a folder can be listed").path())
        .collect();
    folders.sort();
    folders.iter().map(|folder| case(folder)).collect()
}

fn case(folder: &Path) -> Case {
    let document = read(&folder.join("document.graphql"));
    let comment = |name: &str| {
        let line = document.lines().find_map(|line| line.strip_prefix(&format!("# {name}: ")));
        line.map(|value| value.trim().to_owned())
    };
    let sets = match fs::read_to_string(folder.join("variables.json")) {
        Err(_) => Value::Object(Map::new()),
        Ok(text) => {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        }
    };
    let runs = match sets {
        Value::Array(sets) => sets.into_iter().enumerate().map(|(i, set)| run(folder, i + 1, set)).collect(),
        set => vec![run(folder, 0, set)],
    };
    Case {
        name: folder.file_name().expect("a folder has a name").to_string_lossy().into_owned(),
        folder: folder.to_owned(),
        schema: comment("schema"),
        operation: comment("operation"),
        statements: comment("statements")
            .map_or(1, |number| number.parse().expect("`# statements:` is a number")),
        document,
        runs,
    }
}

fn run(folder: &Path, number: usize, variables: Value) -> Run {
    let Value::Object(variables) = variables else { panic!("{}: variables are objects", folder.display()) };
    let mut run = Run { number, variables, oracle: String::new() };
    run.oracle = read(&folder.join(run.file("oracle")).with_added_extension("sql"));
    run
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
