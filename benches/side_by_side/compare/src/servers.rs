//! The servers that are compared, each a process of its own on a free port.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::ValueEnum;

use crate::kernel::Pid;

/// How many connections to Postgres each server has.
pub const POOL: u32 = 20;

/// The setting of Onefold that has identical reads that wait at the same moment be one.
const COALESCE: &str = "ONEFOLD_FOLDING__COALESCE";

/// A server that has not said its address by then does not start.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs `"$@"` with a watcher beside it that reads from this process, so that the server ends with this process,
/// however that ends. `exec` keeps the number of the process, so `$$` is the server.
const WATCHED: &str = r#"
exec 3<&0 </dev/null
( { read -r _ <&3; kill -KILL $$; } >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
"#;

/// A server, or a way of running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Every request is a statement.
    Onefold,
    /// Identical reads that come at once are one statement.
    OnefoldCoalescing,
    /// A statement for each operation, written by hand.
    Hand,
    /// Resolvers and data loaders.
    AsyncGraphql,
}

impl Kind {
    /// All that can be had.
    pub fn all() -> impl Iterator<Item = Kind> {
        [Kind::Onefold, Kind::OnefoldCoalescing, Kind::Hand, Kind::AsyncGraphql].into_iter()
    }

    /// What it is called in the report.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Onefold => "Onefold",
            Kind::OnefoldCoalescing => "Onefold, coalescing",
            Kind::Hand => "by hand",
            Kind::AsyncGraphql => "async-graphql",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Kind::Onefold | Kind::OnefoldCoalescing => "onefold-server",
            Kind::Hand => "hand-server",
            Kind::AsyncGraphql => "async-graphql-server",
        }
    }
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{program}` is not beside this program: build them all with `cargo build --release`")]
    NotBuilt { program: &'static str },
    #[error("`{program}` could not be started")]
    Start { program: &'static str, source: io::Error },
    #[error("`{program}` does not say where it listens, but `{said}`")]
    NoAddress { program: &'static str, said: String },
}

/// A running server; dropping it stops it.
pub struct Server {
    /// Which one.
    pub kind: Kind,
    /// Where it listens.
    pub address: SocketAddr,
    process: Child,
    /// Closed when the server is to end.
    watcher: Option<ChildStdin>,
}

impl Server {
    /// Starts a server and waits until it listens.
    pub fn start(kind: Kind, database: &str) -> Result<Server, Error> {
        let program = kind.program();
        let failed = |source| Error::Start { program, source };
        let path = env::current_exe().map_err(failed)?.with_file_name(program);
        if !path.is_file() {
            return Err(Error::NotBuilt { program });
        }
        let mut process = command(kind, path, database)?.spawn().map_err(failed)?;
        let watcher = process.stdin.take();
        let output = process.stdout.take().expect("the process was started with a pipe");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            // An empty line is no address either.
            let _ = BufReader::new(output).read_line(&mut line);
            // Nobody listens any more when it comes too late.
            let _ = sender.send(line);
        });
        // From here on it is stopped when something fails.
        let mut server = Server { kind, address: ([127, 0, 0, 1], 0).into(), process, watcher };
        let line = receiver.recv_timeout(START_TIMEOUT).unwrap_or_default();
        let said = line.trim();
        let address = said.strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        server.address = address.ok_or_else(|| Error::NoAddress { program, said: said.to_owned() })?;
        Ok(server)
    }

    /// The number of its process.
    pub fn pid(&self) -> Pid {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.take());
        // An error means that it has ended already.
        let _ = self.process.wait();
    }
}

/// With an environment of its own, so that no setting of the user has an influence.
fn command(kind: Kind, path: PathBuf, database: &str) -> Result<Command, Error> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCHED, "sh"]).arg(path).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("DATABASE_URL", database);
    match kind {
        Kind::Hand | Kind::AsyncGraphql => {
            command.env("CONNECTIONS", POOL.to_string());
        }
        Kind::Onefold | Kind::OnefoldCoalescing => {
            command.args(["serve", "--listen", "127.0.0.1:0"]);
            command.env("ONEFOLD_DATABASE__MAX_CONNECTIONS", POOL.to_string());
            command.env("ONEFOLD_LOG__LEVEL", "warn");
            command.env(COALESCE, (kind == Kind::OnefoldCoalescing).to_string());
        }
    }
    Ok(command)
}
