//! Settings of a pool → what the driver connects with: session options, time limits, TLS.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::config::Config;

use super::{Beforehand, Error, error};
use crate::config::{self, StatementMode};

/// Where the database is and how many connections to it are kept.
#[derive(Clone, PartialEq)]
pub struct Settings {
    /// A `postgres://` URL or a libpq string of `key=value` pairs, as
    /// [`tokio_postgres::Config`] documents them: TCP (`postgres://user:secret@host:5432/name`), UNIX sockets
    /// (`postgres:///name?host=/run/postgresql`), several hosts that are tried in turn. Empty by default, which is
    /// an error when a pool is made of it.
    ///
    /// `sslmode` says whether the connection is encrypted, and differs from libpq in one point:
    /// - `disable`: never;
    /// - `prefer`, the default: when the server can. Who the server is, is not verified (as with libpq) unless
    ///   [`ca_file`](Settings::ca_file) is given;
    /// - `require`: always, and the server's certificate **is** verified, its name too, against `ca_file` or else the
    ///   system's roots: what libpq calls `verify-full`.
    ///
    /// Server settings given by `options` (`options=-c search_path=shop`) come after the pool's own `jit=off` and
    /// `TimeZone=UTC`, so they win. Those are not sent where statements are
    /// [unnamed](StatementMode::Unnamed): poolers refuse them.
    pub url: String,
    /// The database, instead of that of the URL.
    pub database: Option<String>,
    /// What the server must be. A connection to another one is closed as soon as it is open.
    pub role: Option<Role>,
    /// The most connections that are open at a time; 20.
    pub max_connections: u32,
    /// How long opening a connection may take for each host of the URL, until the server is ready for a query; 5 s.
    pub connect_timeout: Duration,
    /// How long a query may wait for a connection; 5 s.
    pub acquire_timeout: Duration,
    /// How long a query may take, from the moment it has a connection to its last row; 30 s. It is then cancelled
    /// in Postgres. [`Rows::renew`](super::Rows::renew) begins the time anew.
    pub statement_timeout: Duration,
    /// How statements are sent; prepared.
    pub statements: StatementMode,
    /// How many prepared statements each connection keeps; 256. The least recently used goes first.
    pub statement_cache: usize,
    /// Which statements are prepared when a connection is opened, unless they are sent unnamed; none.
    pub beforehand: Beforehand,
    /// A PEM file with the certificates of the authorities that may have signed the server's certificate; the
    /// system's when there is none.
    pub ca_file: Option<PathBuf>,
}

/// What a server is to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is written to.
    Primary,
    /// It follows a primary, and is in recovery all the time.
    Standby,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            url: String::new(),
            database: None,
            role: None,
            max_connections: 20,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            statements: StatementMode::Prepared,
            statement_cache: 256,
            beforehand: Beforehand::default(),
            ca_file: None,
        }
    }
}

impl From<&config::Database> for Settings {
    /// Without a URL the pool refuses to be made, and says so.
    fn from(database: &config::Database) -> Settings {
        Settings {
            url: database.url.clone().unwrap_or_default(),
            database: None,
            role: None,
            max_connections: database.max_connections,
            connect_timeout: database.connect_timeout,
            acquire_timeout: database.acquire_timeout,
            statement_timeout: database.statement_timeout,
            statements: database.statements,
            statement_cache: database.statement_cache,
            beforehand: Beforehand::default(),
            ca_file: database.ca_file.clone(),
        }
    }
}

impl Settings {
    /// The default settings for the database at `url`.
    pub fn new(url: impl Into<String>) -> Settings {
        Settings { url: url.into(), ..Settings::default() }
    }

    /// What the driver needs for a connection whose sessions have these settings besides.
    pub(super) fn driver(&self, session: &str) -> Result<Config, Error> {
        self.check_limits()?;
        if self.url.trim().is_empty() {
            return Err(Error::Settings { setting: "url", reason: "there is none".into() });
        }
        let mut config: Config = self.url.parse().map_err(|error| Error::Settings {
            setting: "url",
            reason: format!("{}{}", error::chain(&error), self.advice()),
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(Error::Settings { setting: "url", reason: "it names no host".into() });
        }

        if let Some(database) = &self.database {
            config.dbname(database);
        }
        if self.statements == StatementMode::Prepared {
            // JIT costs more than it saves on short statements; text output of timestamps is promised in UTC.
            let mut options = format!("-c jit=off -c TimeZone=UTC{session}");
            if let Some(given) = config.get_options() {
                options.push(' ');
                options.push_str(given);
            }
            config.options(options);
        }
        if config.get_application_name().is_none() {
            config.application_name("onefold");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(self.connect_timeout);
        }
        Ok(config)
    }

    /// What to write instead of what libpq has and the driver does not.
    fn advice(&self) -> &'static str {
        if self.url.contains("sslmode=verify-") {
            "; write `sslmode=require`, which verifies the server's certificate"
        } else if self.url.contains("sslrootcert") {
            "; leave `sslrootcert` out and set `ca_file`"
        } else {
            ""
        }
    }

    fn check_limits(&self) -> Result<(), Error> {
        let limits = [
            ("connect_timeout", self.connect_timeout),
            ("acquire_timeout", self.acquire_timeout),
            ("statement_timeout", self.statement_timeout),
        ];
        let zero = limits.iter().find(|(_, limit)| limit.is_zero()).map(|(setting, _)| *setting);
        let zero = zero.or((self.max_connections == 0).then_some("max_connections"));
        let zero = zero.or((self.statement_cache == 0).then_some("statement_cache"));
        match zero {
            Some(setting) => Err(Error::Settings { setting, reason: "it must be more than 0".into() }),
            None => Ok(()),
        }
    }
}

/// Without the URL, which may hold a password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database", &self.database)
            .field("role", &self.role)
            .field("max_connections", &self.max_connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("statements", &self.statements)
            .field("statement_cache", &self.statement_cache)
            .field("ca_file", &self.ca_file)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_options_come_before_those_of_the_url() {
        let settings = Settings::new("postgres://me@localhost/shop?options=-c%20search_path%3Dshop");
        let config = settings.driver("").expect("the url is valid");
        assert_eq!(config.get_options(), Some("-c jit=off -c TimeZone=UTC -c search_path=shop"));
        assert_eq!(config.get_application_name(), Some("onefold"));
    }

    #[test]
    fn unnamed_statements_come_without_session_options() {
        let options = |url: &str| {
            let settings = Settings { statements: StatementMode::Unnamed, ..Settings::new(url) };
            settings.driver(" -c x=y").expect("the url is valid").get_options().map(ToOwned::to_owned)
        };
        assert_eq!(options("postgres://me@localhost/shop"), None);
        let given = "postgres://me@localhost/shop?options=-c%20search_path%3Dshop";
        assert_eq!(options(given).as_deref(), Some("-c search_path=shop"));
    }

    #[test]
    fn mistakes_name_the_setting() {
        let message = |settings: Settings| settings.driver("").expect_err("a mistake").to_string();
        assert_eq!(message(Settings::default()), "setting `url` of the database: there is none");
        assert_eq!(
            message(Settings::new("postgres://localhost/shop?pool=3")),
            "setting `url` of the database: invalid connection string: unknown option `pool`"
        );
        assert_eq!(
            message(Settings::new("postgres://localhost/shop?sslmode=verify-full")),
            "setting `url` of the database: invalid connection string: invalid value for option `sslmode`; \
             write `sslmode=require`, which verifies the server's certificate"
        );
        assert_eq!(message(Settings::new("dbname=shop")), "setting `url` of the database: it names no host");
        assert_eq!(
            message(Settings { max_connections: 0, ..Settings::new("host=localhost") }),
            "setting `max_connections` of the database: it must be more than 0"
        );
    }
}
