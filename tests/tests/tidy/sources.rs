//! The text files of this repository: found, read, and taken apart into code and names.

use std::fs;
use std::path::{Path, PathBuf};

/// What is made and not written.
const MADE: [&str; 3] = ["target", "node_modules", ".git"];

/// Files of others, taken as they are.
const FOREIGN: &str = "engine/assets/graphiql/";

/// A text file.
pub struct Source {
    /// From the root of the repository, with `/` between its parts.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// The lines that are not comments, as [`code`] gives them.
    pub fn code(&self) -> impl Iterator<Item = (usize, String)> {
        code(&self.text)
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace").to_owned()
}

/// All text files below a folder whose names end with an extension, or with any.
pub fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root(), &root().join(folder), extension, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &Path, extension: &str, found: &mut Vec<Source>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // In a second work tree `.git` is a file.
        if MADE.contains(&name) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, extension, found);
            continue;
        }
        let ends = extension.is_empty() || path.extension().is_some_and(|found| found == extension);
        let relative = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        let relative = parts.join("/");
        let is_foreign = relative.starts_with(FOREIGN) && !relative.ends_with(".md");
        // What is not UTF-8 is an image, or gone again since the folder was read.
        if ends
            && !is_foreign
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push(Source { path: relative, text });
        }
    }
}

/// The lines of Rust text that are not comments, with their numbers from 1 and without what is in string literals.
pub fn code(text: &str) -> impl Iterator<Item = (usize, String)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.map(|(index, line)| (index + 1, without_literals(line)))
}

/// A line without what stands between double quotes. A literal over several lines is taken for code on its later ones.
fn without_literals(line: &str) -> String {
    let mut code = String::with_capacity(line.len());
    let mut within = false;
    // A quote in a character literal opens nothing.
    let line = line.replace("'\"'", "' '");
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => within = !within,
            // The next one is part of an escape.
            '\\' if within => drop(characters.next()),
            character if !within => code.push(character),
            _ => {}
        }
    }
    code
}

/// What stands in backticks in Markdown, outside of blocks of code, and where its links lead within the repository.
pub fn names(markdown: &str) -> Vec<String> {
    let mut names = Vec::new();
    // A block begins and ends with a fence, so every other part is prose.
    for prose in markdown.split("```").step_by(2) {
        names.extend(prose.split('`').skip(1).step_by(2).map(str::to_owned));
        for link in prose.split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            if !target.contains("://") {
                names.push(target.to_owned());
            }
        }
    }
    names
}

#[test]
fn literals_are_no_code() {
    let text = "// a\nlet b = \"c \\\" d\" + '\"' + e;\n";
    assert_eq!(code(text).collect::<Vec<_>>(), [(2, "let b =  + ' ' + e;".to_owned())]);
}

#[test]
fn names_stand_in_backticks_and_links() {
    let text = "See `a/b.rs` and [that](c.md#d), not [this](https://e.org/f).\n```sh\n`g/h`\n```\n`i/j`\n";
    assert_eq!(names(text), ["a/b.rs", "c.md", "i/j"]);
}
