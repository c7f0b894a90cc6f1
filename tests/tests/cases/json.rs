//! JSON text → the same JSON with other white space, so that two texts can be compared and read.

use serde_json::value::RawValue;

/// What fits into a line of this many bytes is not broken.
const WIDTH: usize = 110;

/// The same values, keys and escapes in the same order, in lines that a person can read.
///
/// # Panics
/// It is not JSON.
pub fn layout(json: &str) -> String {
    if let Err(error) = serde_json::from_str::<&RawValue>(json) {
        panic!("{error} in {json}");
    }
    let mut out = String::new();
    write(&without_space(json), 0, &mut out);
    out
}

/// The lines around the first in which two texts differ.
pub fn difference(found: &str, expected: &str) -> String {
    let same = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    let around =
        |text: &str| text.lines().skip(same.saturating_sub(3)).take(9).collect::<Vec<_>>().join("\n");
    format!("found:\n{}\nexpected:\n{}", around(found), around(expected))
}

fn write(json: &str, indent: usize, out: &mut String) {
    let braces = json.starts_with('{') || json.starts_with('[');
    if !braces || indent + json.len() <= WIDTH {
        out.push_str(json);
        return;
    }
    let (open, close) = (&json[..1], &json[json.len() - 1..]);
    out.push_str(open);
    for (i, element) in elements(&json[1..json.len() - 1]).into_iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.extend(std::iter::repeat_n(' ', indent + 2));
        let value = if open == "{" { element.find("\":").map_or(0, |quote| quote + 2) } else { 0 };
        out.push_str(&element[..value]);
        write(&element[value..], indent + 2, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(close);
}

/// What stands between the commas of the outermost object or list.
fn elements(json: &str) -> Vec<&str> {
    let (mut elements, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, character) in outside_strings(json) {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                elements.push(&json[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    elements.push(&json[start..]);
    elements
}

fn without_space(json: &str) -> String {
    let spaces = outside_strings(json).filter(|(_, character)| character.is_ascii_whitespace());
    let mut out = String::with_capacity(json.len());
    let mut start = 0;
    for (at, _) in spaces {
        out.push_str(&json[start..at]);
        start = at + 1;
    }
    out.push_str(&json[start..]);
    out
}

/// The characters that are not part of a string, with where they stand.
fn outside_strings(json: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut within, mut escaped) = (false, false);
    json.char_indices().filter(move |(_, character)| {
        let quote = *character == '"' && !escaped;
        escaped = within && *character == '\\' && !escaped;
        within ^= quote;
        !within && !quote
    })
}

#[test]
fn only_white_space_changes() {
    let json = r#"{"a" : [1, "x, \"[y] : {"], "b\\" : {}}"#;
    assert_eq!(layout(json), r#"{"a":[1,"x, \"[y] : {"],"b\\":{}}"#);
    let long = format!(r#"{{"a":["{}",{{"b":1}}]}}"#, "x".repeat(WIDTH));
    assert_eq!(
        layout(&long),
        format!("{{\n  \"a\":[\n    \"{}\",\n    {{\"b\":1}}\n  ]\n}}", "x".repeat(WIDTH))
    );
}
