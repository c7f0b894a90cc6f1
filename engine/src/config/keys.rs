//! The names of all settings as a tree: which there are, and which one a wrong name may have meant.

use figment::value::{Dict, Value};
use onefold_schema::SchemaDef;
use serde::Serialize;
use strsim::osa_distance;

use super::{Config, DatabaseServer, Shard, TableLimits};

/// The settings of a server of one schema, with values of the right kind in their places.
pub(super) struct Keys {
    tree: Dict,
    /// Sections with sections whose names users choose, and the settings of each of those.
    named: [(&'static str, Dict); 2],
}

impl Keys {
    /// The settings that there are: those of the defaults, and the limits of each table.
    pub(super) fn of(schema: &SchemaDef) -> Keys {
        let mut tree = dict(&Config::default());
        let limits = dict(&TableLimits { default_limit: Some(0), max_limit: Some(0) });
        let limits = Value::from(limits);
        let tables = schema.tables.iter().map(|table| (table.name.to_owned(), limits.clone()));
        tree.insert("tables".to_owned(), Value::from(tables.collect::<Dict>()));
        let server = DatabaseServer { max_connections: Some(0), ..DatabaseServer::default() };
        let shard = Shard { database: Some(String::new()), ..Shard::default() };
        Keys { tree, named: [("servers", dict(&server)), ("shards", dict(&shard))] }
    }

    /// Makes the names of servers and shards known that there are settings for.
    pub(super) fn learn(&mut self, settings: &Dict) {
        for (section, _) in self.named.clone() {
            let given = settings.get(section).and_then(Value::as_dict);
            for name in given.into_iter().flat_map(Dict::keys) {
                self.learn_name(section, name);
            }
        }
    }

    /// The same for a setting by its path, if it is one of a server or shard. Names that differ in case are one.
    pub(super) fn learn_path(&mut self, path: &[String]) {
        if let [section, name, _] = path {
            self.learn_name(section, name);
        }
    }

    fn learn_name(&mut self, section: &str, name: &str) {
        let Some((_, settings)) = self.named.iter().find(|(named, _)| *named == section) else { return };
        let Some(Value::Dict(_, known)) = self.tree.get_mut(section) else { return };
        if entry(known, name).is_none() {
            known.insert(name.to_owned(), Value::from(settings.clone()));
        }
    }

    /// The paths among the given settings that are none of ours.
    pub(super) fn unknown(&self, settings: &Dict) -> Vec<Vec<String>> {
        let mut unknown = Vec::new();
        collect_unknown(&self.tree, settings, &mut Vec::new(), &mut unknown);
        unknown
    }

    /// A setting by its path in any case: its path as it is written and a value of its kind. Sections are none.
    pub(super) fn find(&self, path: &[String]) -> Option<(Vec<String>, &Value)> {
        let (last, sections) = path.split_last()?;
        let mut found = Vec::new();
        let mut dict = &self.tree;
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
        collect_paths(&self.tree, &mut Vec::new(), &mut all);
        all.retain(|path| self.find(path).is_some());
        all
    }

    /// The setting whose name is so near to a wrong one that it was probably meant, as a path with dots.
    pub(super) fn nearest(&self, path: &[String]) -> Option<String> {
        let (last, section) = path.split_last()?;
        let named = self.nearest_named(path);
        if path.len() > 2 && named.is_some() {
            return named;
        }
        let mut all = Vec::new();
        collect_paths(&self.tree, &mut Vec::new(), &mut all);
        all.into_iter()
            .filter_map(|candidate| {
                let (name, parent) = candidate.split_last()?;
                let elsewhere = parent.len() != section.len()
                    || parent.iter().zip(section).any(|(ours, given)| !ours.eq_ignore_ascii_case(given));
                let distance = osa_distance(&name.to_ascii_lowercase(), &last.to_ascii_lowercase());
                // The name itself can only be a section, which has no value of its own.
                let same = distance == 0 && !elsewhere;
                (!same && distance <= last.len() / 3)
                    .then(|| (distance + usize::from(elsewhere), candidate.join(".")))
            })
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, path)| path)
            .or(named)
    }

    /// `servers.north` for `server.north`: not the last name is wrong.
    fn nearest_named(&self, path: &[String]) -> Option<String> {
        let (section, rest) = path.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let (named, _) = self.named.iter().find(|(named, _)| osa_distance(named, section) == 1)?;
        Some(format!("{named}.{}", rest.join(".")))
    }
}

/// What there is of a part of the settings.
fn dict(part: &impl Serialize) -> Dict {
    // They are plain structs and maps.
    Value::serialize(part).ok().and_then(Value::into_dict).unwrap_or_default()
}

/// The name that a wrong one was probably meant for.
pub(super) fn closest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n String>) -> Option<&'n String> {
    names
        .into_iter()
        .map(|name| (osa_distance(&name.to_ascii_lowercase(), &wrong.to_ascii_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
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
