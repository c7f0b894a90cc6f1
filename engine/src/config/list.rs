//! A list of texts from a TOML array, or from one text with commas, which is easier to write in the environment.

use serde::{Deserialize, Deserializer};

/// Reads the list; empty entries are left out.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a list of texts, or one text with commas between the entries")]
    enum List {
        Array(Vec<String>),
        Text(String),
    }

    Ok(match List::deserialize(deserializer)? {
        List::Array(entries) => entries,
        List::Text(text) => {
            text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
        }
    })
}
