//! The rules of ARCHITECTURE.md that no compiler checks, read from the sources as text. Each test reports every
//! place where its rule is broken.

mod imports;
mod sources;

use std::collections::BTreeSet;

use sources::{Source, sources};

/// The modules of the engine, each with what it may import. A module may only name those above it, so there is no
/// cycle; where less than a whole module is meant, the path goes on.
///
/// A part of a module that has a line of its own, such as `plan::shape`, counts as a module.
const MODULES: &[(&str, &[&str])] = &[
    // What all stages speak of.
    ("error", &[]),
    ("config", &[]),
    ("cursor", &[]),
    ("plan::shape", &[]),
    ("wire", &[]),
    ("known", &[]),
    ("report", &["error"]),
    ("slots", &["config"]),
    ("model", &["config", "cursor"]),
    ("surface", &["model"]),
    ("value", &["cursor", "error", "surface::scalars", "wire"]),
    // The stages, in the order in which an operation passes through them.
    ("document", &["config", "error", "surface"]),
    (
        "operation",
        &["config", "cursor", "document", "error", "model", "plan::shape::ConditionId", "surface", "value"],
    ),
    ("introspection", &["document", "error", "operation::variables", "surface"]),
    ("plan", &["model", "operation", "plan::shape", "value", "wire"]),
    ("gather", &["operation", "wire"]),
    (
        "route",
        &[
            "config",
            "error",
            "gather::connection",
            "gather::order",
            "model",
            "operation",
            "plan",
            "plan::shape",
            "surface::scalars",
        ],
    ),
    ("citus", &["error", "model", "operation", "plan", "route"]),
    ("sql", &["error", "model", "operation", "plan", "plan::shape", "value"]),
    ("serializer", &["cursor", "plan::shape", "wire"]),
    // The database.
    ("pool", &["config", "wire"]),
    ("catalog", &["config", "pool", "slots", "sql", "wire"]),
    ("slot_table", &["config", "pool", "sql"]),
    ("private_postgres", &[]),
    // What puts it together.
    (
        "compile",
        &[
            "citus",
            "config",
            "document",
            "error",
            "known",
            "model",
            "operation",
            "plan",
            "plan::shape",
            "pool::Prepared",
            "pool::StatementId",
            "route",
            "serializer",
            "sql",
            "surface",
            "value",
            "wire",
        ],
    ),
    ("fold", &["compile", "config", "pool", "serializer", "sql", "value"]),
    ("cluster", &["compile", "config", "fold", "pool", "serializer", "slots", "value"]),
    (
        "scatter",
        &[
            "cluster",
            "compile",
            "gather",
            "operation",
            "plan",
            "plan::shape",
            "pool",
            "route",
            "slots",
            "sql",
            "value",
        ],
    ),
    (
        "engine",
        &[
            "cluster",
            "compile",
            "config",
            "error",
            "fold",
            "introspection",
            "known",
            "operation::variables",
            "pool",
            "scatter",
            "serializer",
            "slots",
            "sql",
            "value",
        ],
    ),
    ("snapshot", &["config", "engine"]),
    ("build", &["compile", "config", "error", "known", "pool", "report"]),
    ("explain", &["compile", "error", "operation::variables", "pool", "sql", "value"]),
    ("reload", &["config", "slot_table", "slots"]),
    ("server", &["config", "engine", "known", "reload", "slots"]),
    (
        "cli",
        &[
            "catalog",
            "cluster",
            "compile",
            "config",
            "engine",
            "explain",
            "known",
            "pool",
            "reload",
            "report",
            "server",
            "slot_table",
            "slots",
        ],
    ),
];

/// The modules that do no I/O and know no time: what they make depends on their input alone.
const PURE: &[&str] = &[
    "citus",
    "compile",
    "cursor",
    "document",
    "error",
    "gather",
    "introspection",
    "known",
    "model",
    "operation",
    "plan",
    "plan::shape",
    "report",
    "route",
    "serializer",
    "slots",
    "sql",
    "surface",
    "value",
    "wire",
];

/// What only modules that do I/O have a use for.
const IMPURE: [&str; 10] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::time",
    "tokio::",
    "tokio_postgres::Client",
    ".await",
    "async ",
];

/// Files over 600 lines, and why they are not split.
const LONG: [(&str, &str); 0] = [];

const LONGEST: usize = 600;

#[test]
fn imports_point_one_way() {
    let mut broken = Vec::new();
    for (position, (module, allowed)) in MODULES.iter().enumerate() {
        for import in *allowed {
            let above = MODULES[..position].iter().any(|(above, _)| imports::is_within(import, above));
            if !above {
                broken.push(format!("the table lets `{module}` import `{import}`, which is not above it"));
            }
        }
    }
    let mut found = BTreeSet::new();
    for source in sources("engine/src", "rs") {
        let path = source.path.trim_start_matches("engine/src/").trim_end_matches(".rs");
        let file = path.trim_end_matches("/mod").replace('/', "::");
        if file == "lib" {
            continue;
        }
        let Some((module, allowed)) = module(&file) else {
            broken.push(format!("{}: there is no module for it in the table", source.path));
            continue;
        };
        found.insert(module);
        for import in imports::of(&source.text) {
            let own = self::module(&import).is_some_and(|(owner, _)| owner == module);
            if !own && !allowed.iter().any(|allowed| imports::is_within(&import, allowed)) {
                broken.push(format!("{}: `{module}` may not import `crate::{import}`", source.path));
            }
        }
    }
    for (module, _) in MODULES {
        if !found.contains(module) {
            broken.push(format!("the table has `{module}`, which is no module"));
        }
    }
    report(&broken);
}

#[test]
fn stages_do_no_io() {
    let mut broken = Vec::new();
    for source in sources("engine/src", "rs") {
        let path = source.path.trim_start_matches("engine/src/").trim_end_matches(".rs");
        let file = path.trim_end_matches("/mod").replace('/', "::");
        if module(&file).is_none_or(|(module, _)| !PURE.contains(&module)) {
            continue;
        }
        for (number, line) in source.code() {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                broken.push(format!("{}:{number}: a stage has no use for `{}`", source.path, word.trim()));
            }
        }
    }
    report(&broken);
}

#[test]
fn files_begin_with_what_they_are() {
    let mut broken = Vec::new();
    for source in rust() {
        let first = source.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") {
            broken.push(format!("{}: the first line is not `//! …`", source.path));
        }
    }
    report(&broken);
}

#[test]
fn files_are_short() {
    let mut broken = Vec::new();
    for source in rust() {
        let lines = source.text.lines().count();
        let listed = LONG.iter().any(|(path, _)| *path == source.path);
        match (lines > LONGEST, listed) {
            (true, false) => broken.push(format!("{} has {lines} lines; split it", source.path)),
            (false, true) => broken.push(format!("{} is short; take it off the list", source.path)),
            _ => {}
        }
    }
    report(&broken);
}

#[test]
fn unsafe_code_is_explained_and_in_few_files() {
    const FOLDER: &str = "engine/src/serializer/";
    let mut broken = Vec::new();
    for source in rust() {
        let may = source.path.strip_prefix(FOLDER).is_some_and(|file| {
            ["jit.rs", "jit/", "abi.rs", "abi/"].iter().any(|allowed| file.starts_with(allowed))
        });
        let lines: Vec<&str> = source.text.lines().collect();
        for (number, line) in source.code() {
            let is_unsafe = ["unsafe {", "unsafe impl", "unsafe fn", "unsafe extern", "(unsafe_code)"]
                .iter()
                .any(|word| line.contains(word));
            let forbids = line.starts_with("#![forbid(") || line.starts_with("#![deny(");
            if is_unsafe && !may && !forbids {
                broken.push(format!("{}:{number}: unsafe code belongs to {FOLDER}jit and abi", source.path));
            }
            let needs_reason = line.contains("unsafe {") || line.contains("unsafe impl");
            let before = &lines[number.saturating_sub(6)..number - 1];
            if needs_reason && !before.iter().any(|line| line.contains("// SAFETY: ")) {
                broken.push(format!("{}:{number}: no `// SAFETY:` above it", source.path));
            }
        }
    }
    report(&broken);
}

#[test]
fn every_crate_says_how_it_holds_with_unsafe_code() {
    let mut broken = Vec::new();
    for source in rust().filter(|source| source.path.ends_with("src/lib.rs")) {
        let word = if source.path == "engine/src/lib.rs" {
            "#![deny(unsafe_code)]"
        } else {
            "#![forbid(unsafe_code)]"
        };
        if !source.text.lines().any(|line| line == word) {
            broken.push(format!("{} has no `{word}`", source.path));
        }
    }
    report(&broken);
}

#[test]
fn documents_name_what_there_is() {
    /// What looks like a path and is none of this repository.
    const OTHERS: [&str; 6] = [
        "application/json",
        "application/graphql-response+json",
        // A user's own.
        "onefold.toml",
        "src/main.rs",
        "src/schema/mod.rs",
        // In a package of npm.
        "umd/",
    ];
    let root = sources::root();
    let mut broken = Vec::new();
    for source in sources("", "md") {
        let folder = root.join(&source.path).parent().map(ToOwned::to_owned).unwrap_or_default();
        for name in sources::names(&source.text) {
            let is_path = name.contains('/') || [".rs", ".md", ".toml"].iter().any(|end| name.ends_with(end));
            let is_other = name.starts_with('/')
                || name.contains([' ', '(', '{', '…', '*', '"', '<', '$', ':'])
                || OTHERS.iter().any(|other| name.starts_with(other));
            if is_path && !is_other && !root.join(&name).exists() && !folder.join(&name).exists() {
                broken.push(format!("{}: there is no `{name}`", source.path));
            }
        }
    }
    report(&broken);
}

#[test]
fn nothing_is_left_unfinished_or_tied_to_a_machine() {
    // In parts, so that this file has none of them.
    let words = [
        ["/wo", "rk/"],
        ["/tmp/", "target"],
        ["/ro", "ot/"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["#[ig", "nore"],
        ["TO", "DO"],
        ["dbg", "!("],
    ]
    .map(|parts| parts.concat());
    let mut broken = Vec::new();
    for source in sources("", "") {
        for (number, line) in source.text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                broken.push(format!("{}:{}: `{word}`", source.path, number + 1));
            }
        }
    }
    report(&broken);
}

#[test]
fn the_architecture_names_every_module() {
    let architecture = std::fs::read_to_string(sources::root().join("ARCHITECTURE.md")).expect("it is there");
    let named = sources::names(&architecture);
    let missing: Vec<_> = MODULES
        .iter()
        .filter(|(module, _)| {
            let path = format!("engine/src/{}", module.replace("::", "/"));
            !named.iter().any(|name| *name == path || *name == format!("{path}.rs"))
        })
        .map(|(module, _)| format!("ARCHITECTURE.md names no file or folder of the module `{module}`"))
        .collect();
    report(&missing);
}

/// The sources of this project: not the inputs of the tests of compile errors.
fn rust() -> impl Iterator<Item = Source> {
    sources("", "rs").into_iter().filter(|source| !source.path.starts_with("tests/compile_fail/"))
}

/// The module of the table that a path is in, the longest that there is.
fn module(path: &str) -> Option<(&'static str, &'static [&'static str])> {
    let within = MODULES.iter().filter(|(module, _)| imports::is_within(path, module));
    within.max_by_key(|(module, _)| module.len()).copied()
}

fn report(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
