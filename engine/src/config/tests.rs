//! Where settings come from, which of them wins, and what is said about wrong ones.

mod sharding;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use onefold_schema::{ColumnDef, ScalarType, SchemaDef, TableDef};

use super::*;

static TRACK: TableDef = TableDef {
    name: "Track",
    kind: onefold_schema::TableKind::Table,
    singular: "track",
    plural: "tracks",
    schema: None,
    table: "track",
    description: None,
    columns: &[ColumnDef {
        name: "trackId",
        column: "track_id",
        scalar: ScalarType::Int4,
        nullable: false,
        description: None,
        deprecation: None,
        hidden: false,
        computed: None,
    }],
    key: &[0],
    relations: &[],
    functions: &[],
    placement: onefold_schema::Placement::Reference,
    default_limit: None,
    max_limit: None,
};

static SCHEMA: SchemaDef =
    SchemaDef { name: "Music", description: None, tables: &[&TRACK], functions: &[], abstract_types: &[] };

/// Sources with `onefold.toml` in a directory of their own, and these variables.
struct Given {
    directory: tempfile::TempDir,
    sources: Sources,
}

fn given(file: &str, environment: &[(&str, &str)]) -> Given {
    let directory = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        fs::write(directory.path().join(FILE_NAME), file).unwrap();
    }
    let environment = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let sources = Sources { directory: directory.path().to_owned(), environment, ..Sources::default() };
    Given { directory, sources }
}

impl Given {
    fn load(&self) -> Config {
        load(&SCHEMA, &self.sources).unwrap()
    }

    /// The mistakes, with file names without their directory.
    fn mistakes(&self) -> String {
        let error = load(&SCHEMA, &self.sources).unwrap_err().to_string();
        error.replace(&format!("{}/", self.directory.path().display()), "")
    }
}

#[test]
fn without_any_source_there_are_the_defaults() {
    assert_eq!(given("", &[]).load(), Config::default());
}

#[test]
fn later_sources_win() {
    let mut given = given(
        "[server]\nlisten = 'file:1'\n[limits]\nmax_depth = 5\nmax_fields = 6\nrequest_timeout = '5m'\n\
         [database]\nurl = 'file'\nca_file = '/ca.pem'\n[log]\nformat = 'json'",
        &[
            ("DATABASE_URL", "postgres://shared"),
            ("ONEFOLD_DATABASE__URL", "postgres://own"),
            ("ONEFOLD_SERVER__LISTEN", "environment:1"),
            ("ONEFOLD_LIMITS__MAX_DEPTH", "7"),
            ("ONEFOLD_LIMITS__MAX_FIELDS", ""),
            ("ONEFOLD_SERVER__CORS", "https://a.example, https://b.example:8080"),
            ("ONEFOLD_SERVER__GRAPHIQL", "false"),
            ("ONEFOLD_TABLES__TRACK__MAX_LIMIT", "9"),
            ("ONEFOLDER", "someone else's"),
        ],
    );
    given.sources.arguments.push(Argument {
        option: "--listen",
        key: "server.listen",
        value: "127.0.0.1:0".to_owned(),
    });
    let config = given.load();
    assert_eq!(config.server.listen, "127.0.0.1:0");
    assert_eq!(config.server.cors, ["https://a.example", "https://b.example:8080"]);
    assert!(!config.server.graphiql);
    assert_eq!(config.database.url.as_deref(), Some("postgres://own"));
    assert_eq!(config.database.ca_file, Some(PathBuf::from("/ca.pem")));
    assert_eq!(config.limits.max_depth, 7);
    assert_eq!(config.limits.max_fields, 6);
    assert_eq!(config.limits.request_timeout, Duration::from_secs(300));
    assert_eq!(config.tables["Track"], TableLimits { default_limit: None, max_limit: Some(9) });
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn the_shared_variables_are_understood() {
    let config =
        given("", &[("DATABASE_URL", "postgres://shared"), ("RUST_LOG", "warn,onefold=debug")]).load();
    assert_eq!(config.database.url.as_deref(), Some("postgres://shared"));
    assert_eq!(config.log.level, "warn,onefold=debug");
}

#[test]
fn the_variable_names_another_file() {
    let mut given = given("[limits]\nmax_depth = 5", &[]);
    let other = given.directory.path().join("other.toml");
    fs::write(&other, "[limits]\nmax_fields = 6").unwrap();
    given.sources.environment.push(("ONEFOLD_CONFIG".to_owned(), other.display().to_string()));
    let config = given.load();
    assert_eq!((config.limits.max_depth, config.limits.max_fields), (16, 6));

    fs::remove_file(other).unwrap();
    assert_eq!(given.mistakes(), "cannot read `other.toml`");
}

#[test]
fn mistakes_say_where_they_are_and_what_was_meant() {
    let given = given(
        "[limits]\nmax_dept = 5\n[tables.Trak]\nmax_limit = 1\n[servr]\nlisten = 'x'",
        &[
            ("ONEFOLD_MAX_DEPTH", "3"),
            ("ONEFOLD_LIMITS__MAX_TOKENS", "many"),
            ("ONEFOLD_LIMITS__REQUEST_TIMEOUT", "30"),
            ("ONEFOLD_NOTHING__LIKE_IT", "x"),
            ("ONEFOLD_PORT", "tcp://10.0.0.1:80"),
        ],
    );
    assert_eq!(
        given.mistakes(),
        "`onefold.toml`: there is no setting `limits.max_dept`; did you mean `limits.max_depth`?\n\
         `onefold.toml`: there is no setting `servr`; did you mean `server`?\n\
         `onefold.toml`: there is no setting `tables.Trak`; did you mean `tables.Track`?\n\
         environment variable `ONEFOLD_MAX_DEPTH`: there is no such setting; \
         did you mean `ONEFOLD_LIMITS__MAX_DEPTH`?\n\
         environment variable `ONEFOLD_NOTHING__LIKE_IT`: there is no such setting\n\
         environment variable `ONEFOLD_LIMITS__MAX_TOKENS`: invalid type: found string \"many\", expected usize\n\
         environment variable `ONEFOLD_LIMITS__REQUEST_TIMEOUT`: invalid value string \"30\", \
         expected a duration with its unit, like `500ms`, `30s`, `5m` or `1h`"
    );
}

#[test]
fn a_value_in_the_file_must_be_of_its_kind() {
    for (file, mistake) in [
        ("[limits]\nmax_depth = -1", "`onefold.toml`: `limits.max_depth`: "),
        ("[limits]\nmax_depth = 'deep'", "`onefold.toml`: `limits.max_depth`: "),
        ("[limits]\nmax_limit = 5000000000", "`onefold.toml`: `limits.max_limit`: "),
        ("[server]\ncors = [1]", "`onefold.toml`: `server.cors`: expected a list of texts"),
        (
            "[database]\nstatements = 'simple'",
            "`onefold.toml`: `database.statements`: `simple` is none of `prepared`, `unnamed`",
        ),
        ("[log]\nformat = 'xml'", "`onefold.toml`: `log.format`: `xml` is none of `text`, `json`"),
        ("limits = 3", "`onefold.toml`: `limits`: "),
        ("[limits]\nmax_depth = 0", "`limits.max_depth` must be at least 1"),
        ("[server]\nwrite_timeout = '0s'", "`server.write_timeout` must be more than 0"),
        ("[limits]\nmax_limit = 10", "`limits.default_limit` is 100, more than `limits.max_limit`, 10"),
        (
            "[server]\ncors = ['https://a.example/']",
            "`server.cors` has `https://a.example/`, which is no origin",
        ),
        ("[server]\nadmin_token = 'two words'", "`server.admin_token` has to be of visible ASCII"),
        ("[limits", "`onefold.toml` is not TOML"),
    ] {
        let mistakes = given(file, &[]).mistakes();
        assert!(mistakes.starts_with(mistake), "{file}: {mistakes}");
    }
}

#[test]
fn what_is_printed_for_debugging_holds_no_password() {
    let variables =
        [("DATABASE_URL", "postgres://me:secret@db/music"), ("ONEFOLD_SERVER__ADMIN_TOKEN", "secret")];
    let config = given("", &variables).load();
    assert_eq!(config.server.admin_token.as_deref(), Some("secret"));
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn the_reference_has_every_setting() {
    let reference = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md"));
    let mut keys = keys::Keys::of(&SCHEMA);
    keys.learn_path(&["servers", "north", ""].map(str::to_owned));
    keys.learn_path(&["shards", "one", ""].map(str::to_owned));
    for path in keys.settings() {
        let variable = format!("`ONEFOLD_{}`", path.join("__").to_ascii_uppercase());
        let (name, value) = keys.find(&path).unwrap();
        let key = format!("| `{}` |", name.last().unwrap());
        let row = reference.lines().find(|line| line.starts_with(&key) && line.contains(&variable));
        assert!(row.is_some(), "`{}` is not documented", path.join("."));
        // Defaults of tables are those of the attributes, and servers and shards have none.
        if let Some(value) = default(value).filter(|_| path.len() == 2) {
            assert!(
                row.is_some_and(|row| row.contains(&format!("| `{value}` |"))),
                "{row:?} has not {value}"
            );
        }
    }

    // The whole files are ones that are read: that of one database, which has every setting but those of several, and that
    // of several, which has these.
    let [one, several] = ["# A whole file", "# A whole file with shards"].map(|heading| {
        let text = reference.split(&format!("{heading}\n")).nth(1).unwrap();
        text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
    });
    assert_eq!(given(one, &[]).load().limits, Limits::default());
    assert_eq!(given(several, &[]).load().shards.len(), 4);
    for path in keys.settings() {
        let file = match &*path[0] {
            "servers" | "shards" | "sharding" => several,
            _ => one,
        };
        let key = format!("{} = ", path.last().unwrap());
        // What another setting excludes is commented out.
        let lines = file.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
        assert!(lines.into_iter().any(|line| line.starts_with(&key)), "{key} is not in the whole file");
    }
}

/// A default as TOML; `None` for settings that have none.
fn default(value: &figment::value::Value) -> Option<String> {
    use figment::value::Value;
    match value {
        Value::String(_, text) => Some(format!("{text:?}")),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => number.to_u128().map(|number| number.to_string()),
        Value::Array(_, entries) if entries.is_empty() => Some("[]".to_owned()),
        _ => None,
    }
}
