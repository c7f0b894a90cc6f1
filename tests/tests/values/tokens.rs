//! JSON texts → whether they are the same JSON, to the letter but for white space and the spelling of floats.

use serde_json::value::RawValue;

/// Asserts that two texts are the same JSON: the same keys, strings and escapes in the same order, and numbers that
/// are written alike or are the same `f64`; for a key with `float4` in it, the same `f32`: of the shortest texts of one
/// there can be two.
///
/// # Panics
/// They are not; the message shows where they begin to differ.
pub fn assert_same(found: &str, expected: &str) {
    for text in [found, expected] {
        if let Err(error) = serde_json::from_str::<&RawValue>(text) {
            panic!("{error} in {text}");
        }
    }
    let (left, right) = (tokens(found), tokens(expected));
    let is_single =
        |at: usize| at > 1 && left[at - 1] == ":" && left[at - 2].to_lowercase().contains("float4");
    let pairs = left.iter().zip(&right).enumerate();
    let differs = { pairs }.position(|(at, (a, b))| !(same(a, b) || is_single(at) && same_single(a, b)));
    let differs = differs.or((left.len() != right.len()).then_some(left.len().min(right.len())));
    if let Some(at) = differs {
        let around = |tokens: &[&str]| tokens[at.saturating_sub(4)..tokens.len().min(at + 4)].concat();
        panic!("found    {}\nexpected {}", around(&left), around(&right));
    }
}

fn same(a: &str, b: &str) -> bool {
    let float = |text: &str| text.parse::<f64>().ok().filter(|_| !text.starts_with('"')).map(f64::to_bits);
    a == b || float(a).is_some_and(|a| Some(a) == float(b))
}

fn same_single(a: &str, b: &str) -> bool {
    let float = |text: &str| text.parse::<f32>().ok().map(f32::to_bits);
    float(a).is_some_and(|a| Some(a) == float(b))
}

/// Strings with their quotes, numbers and words, and each brace, colon and comma.
fn tokens(json: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ':' | ',' => 1,
            _ if first.is_ascii_whitespace() => {
                rest = &rest[1..];
                continue;
            }
            _ => rest.find(|c: char| "{}[]:,".contains(c) || c.is_ascii_whitespace()).unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// The length of the string that a text begins with.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
