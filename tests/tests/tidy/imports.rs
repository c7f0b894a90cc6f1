//! Rust text → the paths into its own crate that it names, in `use` and elsewhere: `use crate::plan::{self, Plan};`
//! gives `plan` and `plan::Plan`.

use super::sources;

/// The paths behind every `crate::`, without it.
pub fn of(text: &str) -> Vec<String> {
    const CRATE: &str = "crate::";
    let code: Vec<String> = sources::code(text).map(|(_, line)| line).collect();
    let code = code.join("\n");
    let mut paths = Vec::new();
    // What a macro names is for the crates that call it.
    for (at, _) in code.match_indices(CRATE).filter(|(at, _)| !code[..*at].ends_with('$')) {
        tree(&code[at + CRATE.len()..], "", &mut paths);
    }
    paths
}

/// Whether a path is another one or leads further into it.
pub fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Reads one tree of `use`, and returns what follows it.
fn tree<'t>(text: &'t str, prefix: &str, paths: &mut Vec<String>) -> &'t str {
    let mut text = text.trim_start();
    if let Some(mut items) = text.strip_prefix('{') {
        loop {
            items = items.trim_start().trim_start_matches(',').trim_start();
            if let Some(rest) = items.strip_prefix('}') {
                return rest;
            }
            let before = items.len();
            items = tree(items, prefix, paths);
            assert!(items.len() < before, "no item of a `use` tree: {items:.40}");
        }
    }
    text = text.strip_prefix("r#").unwrap_or(text);
    let end =
        text.find(|next: char| !next.is_alphanumeric() && next != '_' && next != '*').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = match (prefix, name) {
        ("", name) => name.to_owned(),
        (prefix, "self" | "*") => prefix.to_owned(),
        (prefix, name) => format!("{prefix}::{name}"),
    };
    // `crate::plan::lower::<T>` goes no further than its name.
    if let Some(inner) = rest.strip_prefix("::").filter(|inner| !inner.starts_with('<')) {
        return tree(inner, &path, paths);
    }
    paths.push(path);
    match rest.trim_start().strip_prefix("as ") {
        Some(renamed) => renamed.trim_start_matches(|next: char| next.is_alphanumeric() || next == '_'),
        None => rest,
    }
}

#[test]
fn trees_are_read_to_their_leaves() {
    let text = "// crate::comment\n$crate::macros!();\nuse crate::config::{self, Config};\nuse crate::{a as b, c::{d, e::*}};\n\
                fn f() -> crate::g::H<crate::i> { crate::j::k::<u8>() }\n";
    assert_eq!(of(text), ["config", "config::Config", "a", "c::d", "c::e", "g::H", "i", "j::k"]);
    assert!(is_within("plan::shape::Shape", "plan::shape"));
    assert!(!is_within("plans", "plan"));
}
