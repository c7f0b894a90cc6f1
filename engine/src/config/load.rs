//! Defaults < `onefold.toml` < the environment < the command line: merged into a [`Config`], every mistake with the
//! place it was made in.

use std::fmt;
use std::io;
use std::path::PathBuf;

use figment::error::Kind;
use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use onefold_schema::SchemaDef;

use super::keys::Keys;
use super::{Config, check};

/// The file that is read from the working directory when there is one and no other is named.
pub const FILE_NAME: &str = "onefold.toml";

/// The variable that names another file.
const FILE_VARIABLE: &str = "ONEFOLD_CONFIG";

/// What the variables of all settings begin with: `ONEFOLD_LIMITS__MAX_DEPTH` is `limits.max_depth`.
const PREFIX: &str = "ONEFOLD_";

/// Variables of build scripts and tests, which mean nothing to a server.
const BUILD_VARIABLES: [&str; 2] = ["ONEFOLD_DATABASE_URL", "ONEFOLD_UPDATE"];

/// Variables that other programs read too, and the settings that they stand for.
const SHARED_VARIABLES: [(&str, &str); 2] = [("DATABASE_URL", "database.url"), ("RUST_LOG", "log.level")];

/// Where settings come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file named on the command line. It must exist.
    pub file: Option<PathBuf>,
    /// Where `onefold.toml` is looked for when no file is named.
    pub directory: PathBuf,
    /// The variables of the environment, any others among them. An empty one counts as not set.
    pub environment: Vec<(String, String)>,
    /// The settings among the command line's options.
    pub arguments: Vec<Argument>,
}

/// A setting on the command line.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The option, `--listen`.
    pub option: &'static str,
    /// The setting, `server.listen`.
    pub key: &'static str,
    /// Its value.
    pub value: String,
}

impl Sources {
    /// The environment and the working directory of this process.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, arguments: Vec<Argument>) -> Sources {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Sources { file, directory: PathBuf::from("."), environment: environment.collect(), arguments }
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .iter()
            .find(|(n, value)| n == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// Reads the settings of a server of this schema.
///
/// # Errors
/// A file that cannot be read, or every setting that is unknown or has a value that does not fit.
pub fn load(schema: &SchemaDef, sources: &Sources) -> Result<Config, Error> {
    let mut keys = Keys::of(schema);
    let mut layers = Vec::new();
    let mut problems = Vec::new();
    layers.extend(file(sources, &mut keys, &mut problems)?);
    environment(sources, &mut keys, &mut layers, &mut problems);
    for argument in &sources.arguments {
        let path: Vec<String> = argument.key.split('.').map(ToOwned::to_owned).collect();
        let value = match keys.find(&path) {
            Some((_, example)) => value_like(example, &argument.value),
            None => Value::from(argument.value.clone()),
        };
        layers.push(Layer {
            origin: Origin::Option(argument.option),
            settings: nest(argument.key.split('.'), value),
        });
    }

    let mut merged = Figment::from(Serialized::defaults(Config::default()));
    for layer in layers {
        // Each layer is tried by itself over the defaults, so that every layer's first mistake is found.
        let alone = Figment::from(Serialized::defaults(Config::default())).merge(&layer);
        match alone.extract::<Config>() {
            Ok(_) => merged = merged.merge(&layer),
            Err(error) => {
                problems.extend(error.into_iter().map(|error| Problem::of_value(&layer.origin, &error)))
            }
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(Problems(problems)));
    }
    let config: Config = merged.extract().map_err(|error| {
        let problems = error.into_iter().map(|error| Problem { origin: None, message: error.to_string() });
        Error::Invalid(Problems(problems.collect()))
    })?;
    let problems = contradictions(schema, &config);
    if problems.is_empty() { Ok(config) } else { Err(Error::Invalid(Problems(problems))) }
}

/// The settings of one origin.
struct Layer {
    origin: Origin,
    settings: Dict,
}

impl Provider for &Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.settings.clone()))
    }
}

fn file(sources: &Sources, keys: &mut Keys, problems: &mut Vec<Problem>) -> Result<Option<Layer>, Error> {
    let named = sources.file.clone().or_else(|| sources.variable(FILE_VARIABLE).map(PathBuf::from));
    let (path, required) = match named {
        Some(path) => (path, true),
        None => (sources.directory.join(FILE_NAME), false),
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => return Ok(None),
        Err(source) => return Err(Error::Read { path, source }),
    };
    let shown = path.strip_prefix(".").unwrap_or(&path).to_owned();
    let settings: Dict = Toml::from_str(&text)
        .map_err(|source| Error::Syntax { path: shown.clone(), source: Box::new(source) })?;
    keys.learn(&settings);
    let unknown = keys.unknown(&settings);
    if unknown.is_empty() {
        return Ok(Some(Layer { origin: Origin::File(shown), settings }));
    }
    problems.extend(unknown.into_iter().map(|key| {
        let hint = keys.nearest(&key).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Problem {
            origin: Some(Origin::File(shown.clone())),
            message: format!("there is no setting `{}`{hint}", key.join(".")),
        }
    }));
    Ok(None)
}

fn environment(sources: &Sources, keys: &mut Keys, layers: &mut Vec<Layer>, problems: &mut Vec<Problem>) {
    for (name, key) in SHARED_VARIABLES {
        if let Some(value) = sources.variable(name) {
            let settings = nest(key.split('.'), Value::from(value));
            layers.push(Layer { origin: Origin::Variable(name.to_owned()), settings });
        }
    }
    for (name, text) in &sources.environment {
        let is_setting =
            name != FILE_VARIABLE && !BUILD_VARIABLES.contains(&name.as_str()) && !text.is_empty();
        let Some(key) = name.strip_prefix(PREFIX).filter(|_| is_setting) else {
            continue;
        };
        let origin = Origin::Variable(name.clone());
        let key: Vec<String> = key.split("__").map(str::to_ascii_lowercase).collect();
        keys.learn_path(&key);
        let Some((path, example)) = keys.find(&key) else {
            let near = keys.nearest(&key);
            // Others name variables like this too: Kubernetes sets `ONEFOLD_PORT` in pods beside a service `onefold`.
            if key.len() == 1 && near.is_none() {
                continue;
            }
            let hint = near
                .map(|near| {
                    format!("; did you mean `{PREFIX}{}`?", near.replace('.', "__").to_ascii_uppercase())
                })
                .unwrap_or_default();
            problems
                .push(Problem { origin: Some(origin), message: format!("there is no such setting{hint}") });
            continue;
        };
        let value = value_like(example, text);
        layers.push(Layer { origin, settings: nest(path.iter().map(String::as_str), value) });
    }
}

/// A value that is given as text. Texts are taken as they are: a URL or a log level may look like a number or a list.
fn value_like(example: &Value, text: &str) -> Value {
    match example {
        Value::Num(..) | Value::Bool(..) => match text.parse::<Value>() {
            Ok(value) => value,
            Err(never) => match never {},
        },
        _ => Value::from(text),
    }
}

/// `{limits: {max_depth: value}}` of `limits.max_depth`.
fn nest<'k>(key: impl DoubleEndedIterator<Item = &'k str>, value: Value) -> Dict {
    let mut dict = value;
    for part in key.rev() {
        dict = Value::from(Dict::from([(part.to_owned(), dict)]));
    }
    dict.into_dict().unwrap_or_default()
}

/// Settings that fit by themselves but not together.
fn contradictions(schema: &SchemaDef, config: &Config) -> Vec<Problem> {
    check::mistakes(schema, config).into_iter().map(|message| Problem { origin: None, message }).collect()
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("`{}` is not TOML", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where it stops being TOML.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Settings are unknown or have values that do not fit.
    #[error("{0}")]
    Invalid(Problems),
}

/// Every mistake in the settings; one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// A mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it was made; `None` when several places make it together.
    pub origin: Option<Origin>,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Problem {
    fn of_value(origin: &Origin, error: &figment::Error) -> Problem {
        let kind = match &error.kind {
            Kind::UnknownVariant(found, choices) => {
                let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
                format!("`{found}` is none of {}", choices.join(", "))
            }
            other => other.to_string(),
        };
        let message = match origin {
            Origin::File(_) => format!("`{}`: {kind}", error.path.join(".")),
            Origin::Variable(_) | Origin::Option(_) => kind,
        };
        Problem { origin: Some(origin.clone()), message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{origin}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Where a setting was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a TOML file.
    File(PathBuf),
    /// In a variable of the environment.
    Variable(String),
    /// In an option of the command line.
    Option(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path) => write!(f, "`{}`", path.display()),
            Origin::Variable(name) => write!(f, "environment variable `{name}`"),
            Origin::Option(option) => write!(f, "option `{option}`"),
        }
    }
}
