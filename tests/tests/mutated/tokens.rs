//! A GraphQL document as tokens, and its text again.
//!
//! <https://spec.graphql.org/draft/#sec-Language.Source-Text.Lexical-Tokens>

/// A lexical token.
#[derive(Debug, Clone, PartialEq)]
pub struct Token(pub String);

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.0 == text
    }

    pub fn is_name(&self) -> bool {
        self.0.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    }

    /// A number, a text or a name, which a value can be.
    pub fn is_value(&self) -> bool {
        self.is_name()
            || self.0.starts_with(|first: char| first.is_ascii_digit() || first == '"' || first == '-')
    }
}

/// The tokens of a document that was written by the generator: without comments and block strings.
pub fn tokens(document: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = document;
    loop {
        rest = rest.trim_start_matches([' ', ',', '\n']);
        let Some(first) = rest.chars().next() else { return found };
        let length = if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|character| {
                let is_end = character == '"' && !escaped;
                escaped = character == '\\' && !escaped;
                is_end
            });
            end.map_or(rest.len(), |end| end + 2)
        } else if first.is_ascii_alphanumeric() || first == '_' || first == '-' {
            let is_part = |character: char| {
                character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '+')
            };
            rest.find(|character| !is_part(character)).unwrap_or(rest.len())
        } else if rest.starts_with("...") {
            3
        } else {
            first.len_utf8()
        };
        found.push(Token(rest[..length].to_owned()));
        rest = &rest[length..];
    }
}

/// The document of some tokens.
pub fn text(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.0.as_str()).collect::<Vec<_>>().join(" ")
}

/// The end of the group that begins with the bracket at a place, behind its closing one.
pub fn group(tokens: &[Token], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        match token.0.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place + 1);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
