//! `graphql-js` as a process that says of documents whether they are valid.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The process.
pub struct Judge {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Judge {
    /// Starts it; nothing where there is no Node.js.
    ///
    /// # Panics
    /// The packages of `tests/node` are not installed.
    pub fn new() -> Option<Judge> {
        if Command::new("node").arg("--version").output().is_err() {
            eprintln!("Node.js is not installed: mutated documents were not compared");
            return None;
        }
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
        assert!(
            directory.join("node_modules").exists(),
            "the packages of `tests/node` are not installed: run `npm ci` there, or `make test`"
        );
        let mut child = Command::new("node")
            .arg("validate.mjs")
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js starts");
        let input = child.stdin.take().expect("it has an input");
        let output = BufReader::new(child.stdout.take().expect("it has an output"));
        Some(Judge { child, input, output })
    }

    /// Says for which schema the documents are that follow: what an introspection answers.
    pub fn schema(&mut self, introspection: &Value) {
        self.send(&json!({ "schema": introspection }));
    }

    /// Gives it a document to look at.
    pub fn ask(&mut self, document: &str) {
        self.send(&json!({ "document": document }));
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("Node.js reads its input");
    }

    /// What is wrong with the document that it was given; nothing when it is valid.
    pub fn errors(&mut self) -> Vec<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("Node.js answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in `{line}` of Node.js"))
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
