//! The English rule of plurals: `track` → `tracks`, `category` → `categories`, `mediaType` → `mediaTypes`.
//! It knows nothing of attributes; whoever wants another word writes `plural = "…"`.

/// Words whose plural no rule tells.
const IRREGULAR: &[(&str, &str)] = &[
    ("analysis", "analyses"),
    ("axis", "axes"),
    ("basis", "bases"),
    ("calf", "calves"),
    ("child", "children"),
    ("crisis", "crises"),
    ("criterion", "criteria"),
    ("datum", "data"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("index", "indexes"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("loaf", "loaves"),
    ("man", "men"),
    ("medium", "media"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("person", "people"),
    ("phenomenon", "phenomena"),
    ("potato", "potatoes"),
    ("quiz", "quizzes"),
    ("shelf", "shelves"),
    ("thesis", "theses"),
    ("thief", "thieves"),
    ("tomato", "tomatoes"),
    ("tooth", "teeth"),
    ("wife", "wives"),
    ("wolf", "wolves"),
    ("woman", "women"),
];

/// Words that are their own plural.
const UNCHANGED: &[&str] = &[
    "aircraft",
    "data",
    "deer",
    "equipment",
    "feedback",
    "fish",
    "furniture",
    "headquarters",
    "information",
    "luggage",
    "means",
    "media",
    "metadata",
    "money",
    "music",
    "news",
    "offspring",
    "people",
    "rice",
    "series",
    "sheep",
    "species",
    "staff",
    "traffic",
];

/// The plural of a `camelCase` name, of which the last word changes. It is the name itself when that is its own
/// plural.
pub fn plural(name: &str) -> String {
    let start = name.rfind(|character: char| character.is_ascii_uppercase()).unwrap_or(0);
    let (front, last) = name.split_at(start);
    let lower = last.to_ascii_lowercase();
    let plural = plural_of_word(&lower);
    // Only the first letter of the last word can be a capital.
    match last.chars().next() {
        Some(first) if first.is_ascii_uppercase() => {
            format!("{front}{first}{}", &plural[1..])
        }
        _ => format!("{front}{plural}"),
    }
}

/// The plural of one word in lower case.
fn plural_of_word(word: &str) -> String {
    if UNCHANGED.contains(&word) {
        return word.to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let before_y = word.chars().rev().nth(1);
    if word.ends_with('y') && before_y.is_some_and(|letter| !"aeiou".contains(letter)) {
        format!("{}ies", &word[..word.len() - 1])
    } else if ends(&["s", "x", "z", "ch", "sh"]) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn english_plurals() {
        for (singular, expected) in [
            ("track", "tracks"),
            ("album", "albums"),
            ("genre", "genres"),
            ("category", "categories"),
            ("day", "days"),
            ("key", "keys"),
            ("box", "boxes"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("bus", "buses"),
            ("branch", "branches"),
            ("wish", "wishes"),
            ("waltz", "waltzes"),
            ("playlist", "playlists"),
            ("photo", "photos"),
            ("house", "houses"),
            ("person", "people"),
            ("child", "children"),
            ("woman", "women"),
            ("analysis", "analyses"),
            ("mouse", "mice"),
            ("knife", "knives"),
        ] {
            assert_eq!(plural(singular), expected);
        }
    }

    #[test]
    fn the_last_word_changes() {
        for (singular, expected) in [
            ("mediaType", "mediaTypes"),
            ("invoiceLine", "invoiceLines"),
            ("productCategory", "productCategories"),
            ("salesPerson", "salesPeople"),
            ("playlistTrack", "playlistTracks"),
            ("columnIndex", "columnIndexes"),
            ("track2", "track2s"),
        ] {
            assert_eq!(plural(singular), expected);
        }
    }

    #[test]
    fn some_words_are_their_own_plural() {
        for word in ["series", "sheep", "newsSeries", "metadata"] {
            assert_eq!(plural(word), word);
        }
    }
}
