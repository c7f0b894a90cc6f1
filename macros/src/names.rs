//! The rules of names: Rust identifiers to GraphQL and Postgres names, which GraphQL names are allowed, and which
//! name somebody may have meant.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::attributes::Errors;

/// A name and where it was written.
pub struct Name {
    pub text: String,
    pub span: Span,
}

impl Name {
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), span }
    }
}

/// The identifier without `r#`.
pub fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `InvoiceLine` → `invoice_line`, `HTTPServer` → `http_server`.
pub fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, &character) in characters.iter().enumerate() {
        let starts_word = character.is_uppercase()
            && index > 0
            && characters[index - 1] != '_'
            && (!characters[index - 1].is_uppercase()
                || characters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// `InTransit` → `IN_TRANSIT`.
pub fn screaming_snake_case(name: &str) -> String {
    snake_case(name).to_uppercase()
}

/// `unit_price` and `UnitPrice` → `unitPrice`. Underscores at either end stay.
pub fn camel_case(name: &str) -> String {
    let snake = snake_case(name);
    let start = snake.len() - snake.trim_start_matches('_').len();
    let mut camel = snake[..start].to_owned();
    let mut underscores = 0;
    for character in snake[start..].chars() {
        match character {
            '_' => underscores += 1,
            _ if underscores > 0 => {
                camel.extend(character.to_uppercase());
                underscores = 0;
            }
            _ => camel.push(character),
        }
    }
    camel.extend(std::iter::repeat_n('_', underscores));
    camel
}

/// Checks a GraphQL name; `rename` is the attribute that chooses another.
///
/// <https://spec.graphql.org/draft/#Name>, <https://spec.graphql.org/draft/#sec-Names.Reserved-Names>
pub fn check_graphql(name: &Name, rename: &str, errors: &mut Errors) {
    let text = &name.text;
    let valid = text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && text.chars().next().is_some_and(|first| !first.is_ascii_digit());
    if !valid {
        errors.at(
            name.span,
            format!(
                "`{text}` is not a GraphQL name, which has only the letters `a` to `z` and `A` to `Z`, digits and \
                 `_`, and does not begin with a digit; write `{rename}`"
            ),
        );
    } else if text.starts_with("__") {
        errors.at(
            name.span,
            format!("GraphQL reserves the name `{text}`, as all that begin with `__`; write `{rename}`"),
        );
    }
}

/// Checks the name of a Postgres object.
///
/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>
pub fn check_postgres(name: &Name, errors: &mut Errors) {
    let text = &name.text;
    if text.is_empty() || text.contains('\0') {
        errors.at(name.span, "a Postgres name is not empty and has no null character");
    } else if text.len() > 63 {
        errors.at(
            name.span,
            format!("the name `{text}` has {} bytes, and Postgres names have at most 63", text.len()),
        );
    }
}

/// Reports each name that an earlier one has already; `what` they are, and `rename` as in [`check_graphql`].
pub fn check_distinct<'a>(
    names: impl IntoIterator<Item = &'a Name>,
    what: &str,
    rename: &str,
    errors: &mut Errors,
) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name.text.as_str()) {
            errors
                .at(name.span, format!("two {what} are called `{}`; rename one with `{rename}`", name.text));
        }
        seen.push(&name.text);
    }
}

/// ``; did you mean `title`?`` when one of the choices is near, and otherwise a list of the choices.
pub fn suggestion(name: &str, choices: &[String]) -> String {
    let nearest = choices.iter().map(|choice| (distance(name, choice), choice)).min();
    match nearest {
        Some((distance, choice)) if distance <= choice.len().max(name.len()).div_ceil(3) => {
            format!("; did you mean `{choice}`?")
        }
        Some(_) => format!("; choose from {}", list(choices)),
        None => String::new(),
    }
}

/// `` `a`, `b` and `c` ``
pub fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The Levenshtein distance: how many characters must be put in, taken out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    // Row `i` of the usual matrix: the distances from the first `i` characters of `left`.
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(convert: fn(&str) -> String, cases: &[(&str, &str)]) {
        for (name, expected) in cases {
            assert_eq!(convert(name), *expected, "of `{name}`");
        }
    }

    #[test]
    fn types_become_snake_case() {
        check(
            snake_case,
            &[
                ("Track", "track"),
                ("InvoiceLine", "invoice_line"),
                ("HTTPServer", "http_server"),
                ("UserID", "user_id"),
                ("Utf8Text", "utf8_text"),
                ("Line2", "line2"),
                ("already_snake", "already_snake"),
                ("Mixed_Case", "mixed_case"),
                ("_hidden", "_hidden"),
            ],
        );
    }

    #[test]
    fn variants_become_screaming_snake_case() {
        check(screaming_snake_case, &[("Open", "OPEN"), ("InTransit", "IN_TRANSIT"), ("Mp3", "MP3")]);
    }

    #[test]
    fn fields_and_types_become_camel_case() {
        check(
            camel_case,
            &[
                ("track_id", "trackId"),
                ("name", "name"),
                ("InvoiceLine", "invoiceLine"),
                ("HTTPServer", "httpServer"),
                ("address_2", "address2"),
                ("line2_text", "line2Text"),
                ("two__scores", "twoScores"),
                ("_hidden_name", "_hiddenName"),
                ("__reserved", "__reserved"),
                ("type_", "type_"),
            ],
        );
    }

    #[test]
    fn near_names_are_suggested() {
        let choices = ["album_id", "title", "artist_id"].map(String::from);
        assert_eq!(suggestion("titel", &choices), "; did you mean `title`?");
        assert_eq!(suggestion("artist", &choices), "; did you mean `artist_id`?");
        assert_eq!(suggestion("price", &choices), "; choose from `album_id`, `title` and `artist_id`");
        assert_eq!(suggestion("price", &[]), "");
    }

    #[test]
    fn distances() {
        for (left, right, expected) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(left, right), expected);
        }
    }
}
