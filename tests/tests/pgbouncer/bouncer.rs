//! A PgBouncer in transaction mode, in front of the database of a test. It ends with the test.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use onefold_tests::TestDatabase;
use tempfile::TempDir;
use tokio_postgres::NoTls;
use tokio_postgres::config::{Config, Host};

/// `nobody`, for when this user is root, as which PgBouncer does not run.
const NOBODY: u32 = 65_534;

/// A running PgBouncer.
pub struct Bouncer {
    /// Where the database is by way of it, over a UNIX socket.
    pub url: String,
    process: Child,
    folder: TempDir,
}

impl Bouncer {
    /// Starts one with these settings besides; `None`, and says so, when there is no such program.
    pub async fn start(database: &TestDatabase, settings: &str) -> Option<Bouncer> {
        let Some(program) = program() else {
            eprintln!(
                "skipped: PgBouncer is not installed (`scripts/setup.sh test` does, ONEFOLD_PGBOUNCER names one)"
            );
            return None;
        };
        let folder = tempfile::Builder::new().prefix("onefold-").tempdir().expect("a folder can be made");
        let postgres: Config = database.url.parse().expect("the URL is right");
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, configuration(&database.name, &postgres, folder.path(), settings)).expect("a file");

        let log = fs::File::create(folder.path().join("log")).expect("a file");
        let mut command = Command::new(program);
        command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        if fs::metadata(&file).expect("it is there").uid() == 0 {
            let (user, group) = account(&postgres);
            for path in [folder.path(), &file] {
                chown(path, Some(user), Some(group)).expect("root can give files away");
            }
            command.uid(user).gid(group);
        }
        let process = command.spawn().expect("PgBouncer can be started");
        let sockets = folder.path().display().to_string().replace('/', "%2F");
        let url = format!("postgres://onefold@{sockets}:{PORT}/{}", database.name);
        let mut bouncer = Bouncer { url, process, folder };
        bouncer.ready().await;
        Some(bouncer)
    }

    async fn ready(&mut self) {
        while tokio_postgres::connect(&self.url, NoTls).await.is_err() {
            if let Ok(Some(status)) = self.process.try_wait() {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("PgBouncer has ended ({status}):\n{log}");
            }
            tokio::task::yield_now().await;
        }
    }

    /// The UNIX socket that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(format!(".s.PGSQL.{PORT}"))
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Only the name of the socket, which is in a folder of its own.
const PORT: u16 = 6432;

fn configuration(name: &str, postgres: &Config, folder: &Path, settings: &str) -> String {
    let host = match &postgres.get_hosts()[0] {
        Host::Tcp(host) => host.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    };
    let port = postgres.get_ports().first().copied().unwrap_or(5432);
    // PgBouncer does not read an empty one.
    let password = postgres.get_password().map_or_else(String::new, |password| {
        format!("password='{}'", String::from_utf8_lossy(password).replace('\'', "''"))
    });
    let user = postgres.get_user().expect("the URL names a user");
    let folder = folder.display();
    format!(
        "[databases]
{name} = host='{host}' port={port} user='{user}' {password}
[pgbouncer]
listen_port = {PORT}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 2
{settings}
"
    )
}

/// Who may enter the folder of Postgres' socket.
fn account(postgres: &Config) -> (u32, u32) {
    let folder = match &postgres.get_hosts()[0] {
        Host::Unix(folder) => fs::metadata(folder).ok(),
        Host::Tcp(_) => None,
    };
    let owner = folder.map(|folder| (folder.uid(), folder.gid())).filter(|(user, _)| *user != 0);
    owner.unwrap_or((NOBODY, NOBODY))
}

/// `scripts/test.sh` names it; a run by hand may have it on its `PATH`, or where Debian has it, which is not there for all.
fn program() -> Option<PathBuf> {
    if let Some(program) = env::var_os("ONEFOLD_PGBOUNCER") {
        return Some(program.into());
    }
    let folders = env::split_paths(&env::var_os("PATH")?).chain(["/usr/sbin".into()]).collect::<Vec<_>>();
    folders.into_iter().map(|folder| folder.join("pgbouncer")).find(|path| path.exists())
}
