//! JSON with everything that a reader usually drops: the order of members, members that are there twice, and the digits of
//! numbers.

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Reads a text; nothing when it is not JSON.
pub fn parse(text: &str) -> Option<Json> {
    let mut rest = text;
    let value = value(&mut rest)?;
    rest.trim().is_empty().then_some(value)
}

fn value(rest: &mut &str) -> Option<Json> {
    *rest = rest.trim_start();
    match rest.chars().next()? {
        '{' => members(rest, '}', |rest| {
            let Json::Text(name) = value(rest)? else { return None };
            *rest = rest.trim_start().strip_prefix(':')?;
            Some((name, value(rest)?))
        })
        .map(Json::Object),
        '[' => members(rest, ']', value).map(Json::List),
        '"' => {
            let mut escaped = false;
            let end = rest[1..].find(|character| {
                let is_end = character == '"' && !escaped;
                escaped = character == '\\' && !escaped;
                is_end
            })?;
            let (text, behind) = rest.split_at(end + 2);
            *rest = behind;
            serde_json::from_str(text).ok().map(Json::Text)
        }
        _ => {
            let end = rest.find([',', ']', '}', ' ', '\n']).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            *rest = behind;
            match word {
                "null" => Some(Json::Null),
                "true" => Some(Json::Bool(true)),
                "false" => Some(Json::Bool(false)),
                number => {
                    serde_json::from_str::<serde_json::Number>(number).ok()?;
                    Some(Json::Number(number.to_owned()))
                }
            }
        }
    }
}

fn members<T>(rest: &mut &str, end: char, one: impl Fn(&mut &str) -> Option<T>) -> Option<Vec<T>> {
    let mut found = Vec::new();
    *rest = rest[1..].trim_start();
    if let Some(behind) = rest.strip_prefix(end) {
        *rest = behind;
        return Some(found);
    }
    loop {
        found.push(one(rest)?);
        *rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix(end) {
            *rest = behind;
            return Some(found);
        }
        *rest = rest.strip_prefix(',')?;
    }
}

impl Json {
    /// A member of an object.
    pub fn field(&self, name: &str) -> Option<&Json> {
        let Json::Object(fields) = self else { return None };
        fields.iter().find(|(other, _)| other == name).map(|(_, field)| field)
    }

    /// The items of a list.
    pub fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    /// A text or the digits of a number.
    pub fn text(&self) -> String {
        match self {
            Json::Text(text) | Json::Number(text) => text.clone(),
            other => format!("{other:?}"),
        }
    }
}
