//! Text by machine code, which copies it in blocks of several sizes: each length around them, with what needs an escape
//! or is not ASCII at each place.

use onefold_schema::ScalarType::{Json, Jsonb, Text};

use super::super::Malformed;
use super::*;

/// Around the sizes of words, blocks and pieces, once and several times.
fn lengths() -> impl Iterator<Item = usize> {
    (0..=70).chain(126..=131).chain(158..=162).chain([1023, 1024, 1025, 1056])
}

/// Places in a text: all of a short one, those at the end of a longer one.
fn places(length: usize) -> std::ops::Range<usize> {
    length.saturating_sub(if length > 1000 { 35 } else { 170 })..length
}

/// One value, in memory of exactly its size, so that tools see every byte read beyond it.
struct OneValue {
    compiled: Serializer,
    interpreted: Serializer,
}

impl OneValue {
    fn new(scalar: ScalarType) -> Self {
        let record = Record { cells: 1, fields: vec![field("value", required(0, scalar))] };
        let shape = Shape { cells: 0, fields: vec![field("one", Value::Rows { nullable: false, record })] };
        OneValue { compiled: Serializer::compile(&shape), interpreted: Serializer::interpreted(&shape) }
    }

    /// What machine code writes twice, the second time with all room at hand, and the interpreter too.
    fn respond(&self, data: &[u8]) -> Result<String, Error> {
        let rows = [vec![Some(data.to_vec().into_boxed_slice().into_vec())]];
        let expected = respond_with(&self.interpreted, Inputs::default(), &rows);
        for _ in 0..2 {
            assert_eq!(respond_with(&self.compiled, Inputs::default(), &rows), expected, "{data:?}");
        }
        expected
    }

    fn check(&self, data: &[u8], json: &str) {
        assert_eq!(self.respond(data), Ok(format!(r#"{{"data":{{"one":[{{"value":{json}}}]}}}}"#)));
    }
}

#[test]
fn escapes_at_every_place() {
    let one = OneValue::new(Text);
    for length in lengths() {
        for place in places(length) {
            for special in ["\"", "\u{1f}", "é", "x"] {
                let mut text = "a".repeat(place);
                text.push_str(special);
                text.push_str(&"b".repeat(length - place - 1));
                one.check(text.as_bytes(), &serde_json::to_string(&text).expect("a string is JSON"));
            }
        }
    }
    one.check(b"", "\"\"");
}

#[test]
fn every_byte_has_its_escape() {
    let one = OneValue::new(Text);
    for byte in 0..0x80_u8 {
        for length in [1, 2, 5, 12, 20, 40] {
            let mut text = vec![b'.'; length];
            text[length / 2] = byte;
            let text = String::from_utf8(text).expect("ASCII is UTF-8");
            one.check(text.as_bytes(), &serde_json::to_string(&text).expect("a string is JSON"));
        }
    }
    for text in ["\"".repeat(3000), "\u{1}".repeat(3000), "日本語\n".repeat(500)] {
        one.check(text.as_bytes(), &serde_json::to_string(&text).expect("a string is JSON"));
    }
}

#[test]
fn what_is_not_utf8_is_malformed_at_every_place() {
    for (scalar, version) in [(Text, &b""[..]), (Json, b""), (Jsonb, b"\x01")] {
        let one = OneValue::new(scalar);
        for length in lengths().filter(|length| *length > 0) {
            for place in places(length).step_by(if length > 70 { 7 } else { 1 }) {
                let mut text = vec![b'a'; length];
                text[place] = 0xff;
                let response = one.respond(&[version, &text].concat());
                assert!(
                    matches!(response, Err(Error::Malformed { fault: Malformed::Utf8(_), .. })),
                    "{response:?}"
                );
            }
        }
    }
}

#[test]
fn json_of_every_length() {
    for (scalar, version) in [(Json, &b""[..]), (Jsonb, b"\x01")] {
        let one = OneValue::new(scalar);
        for length in lengths().filter(|length| *length >= 4) {
            for inner in ["\\n", "é"] {
                let json = format!("\"{inner}{}\"", "a".repeat(length - 4));
                one.check(&[version, json.as_bytes()].concat(), &json);
            }
        }
        assert!(one.respond(version).is_err());
    }
    assert!(OneValue::new(Jsonb).respond(b"").is_err());
    assert!(OneValue::new(Jsonb).respond(b"\x02{}").is_err());
}
