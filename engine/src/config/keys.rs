//! The names of all settings as a tree: which there are, and which one a wrong name may have meant.

use figment::value::{Dict, Value};
use onefold_schema::SchemaDef;

use super::{Config, TableLimits};

/// The settings of a server of one schema, with values of the right kind in their places.
pub(super) struct Keys(Dict);

impl Keys {
    /// The settings that there are: those of the defaults, and the limits of each table.
    pub(super) fn of(schema: &SchemaDef) -> Keys {
        let dict =
            |value: Result<Value, figment::Error>| value.ok().and_then(Value::into_dict).unwrap_or_default();
        let mut keys = dict(Value::serialize(Config::default()));
        let limits = TableLimits { default_limit: Some(0), max_limit: Some(0) };
        let tables = schema
            .tables
            .iter()
            .map(|table| (table.name.to_owned(), Value::from(dict(Value::serialize(&limits)))))
            .collect::<Dict>();
        keys.insert("tables".to_owned(), Value::from(tables));
        Keys(keys)
    }

    /// The paths among the given settings that are none of ours.
    pub(super) fn unknown(&self, settings: &Dict) -> Vec<Vec<String>> {
        let mut unknown = Vec::new();
        collect_unknown(&self.0, settings, &mut Vec::new(), &mut unknown);
        unknown
    }

    /// A setting by its path in any case: its path as it is written and a value of its kind. Sections are none.
    pub(super) fn find(&self, path: &[String]) -> Option<(Vec<String>, &Value)> {
        let (last, sections) = path.split_last()?;
        let mut found = Vec::new();
        let mut dict = &self.0;
        for section in sections {
            let (name, value) = entry(dict, section)?;
            found.push(name.clone());
            dict = value.as_dict()?;
        }
        let (name, value) = entry(dict, last)?;
        found.push(name.clone());
        value.as_dict().is_none().then_some((found, value))
    }

    /// The paths of all settings; sections are none.
    #[cfg(test)]
    pub(super) fn settings(&self) -> Vec<Vec<String>> {
        let mut all = Vec::new();
        collect_paths(&self.0, &mut Vec::new(), &mut all);
        all.retain(|path| self.find(path).is_some());
        all
    }

    /// The setting whose name is so near to a wrong one that it was probably meant, as a path with dots.
    pub(super) fn nearest(&self, path: &[String]) -> Option<String> {
        let (last, section) = path.split_last()?;
        let mut all = Vec::new();
        collect_paths(&self.0, &mut Vec::new(), &mut all);
        all.into_iter()
            .filter_map(|candidate| {
                let (name, parent) = candidate.split_last()?;
                let elsewhere = parent.len() != section.len()
                    || parent.iter().zip(section).any(|(ours, given)| !ours.eq_ignore_ascii_case(given));
                let distance = edit_distance(&name.to_ascii_lowercase(), &last.to_ascii_lowercase());
                // The name itself can only be a section, which has no value of its own.
                let same = distance == 0 && !elsewhere;
                (!same && distance <= last.len() / 3)
                    .then(|| (distance + usize::from(elsewhere), candidate.join(".")))
            })
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, path)| path)
    }
}

fn entry<'d>(dict: &'d Dict, name: &str) -> Option<(&'d String, &'d Value)> {
    dict.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))
}

fn collect_unknown(known: &Dict, given: &Dict, path: &mut Vec<String>, unknown: &mut Vec<Vec<String>>) {
    for (name, value) in given {
        path.push(name.clone());
        match (known.get(name), value.as_dict()) {
            (None, _) => unknown.push(path.clone()),
            (Some(known), Some(given)) => {
                // A table where a plain value belongs is a mistake of type, which is found when it is read.
                if let Some(known) = known.as_dict() {
                    collect_unknown(known, given, path, unknown);
                }
            }
            (Some(_), None) => {}
        }
        path.pop();
    }
}

fn collect_paths(dict: &Dict, path: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    for (name, value) in dict {
        path.push(name.clone());
        all.push(path.clone());
        if let Some(inner) = value.as_dict() {
            collect_paths(inner, path, all);
        }
        path.pop();
    }
}

/// How many characters must be changed, added or removed to turn one text into the other (Levenshtein).
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}
