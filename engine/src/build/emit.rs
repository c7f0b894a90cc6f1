//! Documents → the Rust that has them as constants.

use super::Source;
use crate::known;

/// An expression for `operations!()`:
///
/// ```text
/// &[
///     ::onefold::known::Document {
///         name: "album",
///         id: "sha256:…",
///         text: "query Album($id: Int!) {\n  album(albumId: $id) {\n    title\n  }\n}\n",
///     },
/// ]
/// ```
pub(super) fn emit(documents: &[Source]) -> String {
    let mut rust = String::from("&[\n");
    for Source { name, text, .. } in documents {
        let id = known::id(text);
        rust.push_str(&format!(
            "    ::onefold::known::Document {{\n        name: {name:?},\n        id: {id:?},\n        text: {text:?},\n    }},\n"
        ));
    }
    rust.push_str("]\n");
    rust
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_a_literal() {
        let text = "# \"quoted\" \\ é \u{1F3B5}\r\n{ a }\n".to_owned();
        let document = Source { name: "mobile/a".into(), path: "mobile/a.graphql".into(), text };
        let id = known::id(&document.text);
        assert_eq!(
            emit(&[document]),
            format!(
                "&[\n    ::onefold::known::Document {{\n        name: \"mobile/a\",\n        id: \"{id}\",\n        \
                 text: \"# \\\"quoted\\\" \\\\ é \u{1F3B5}\\r\\n{{ a }}\\n\",\n    }},\n]\n"
            )
        );
    }
}
