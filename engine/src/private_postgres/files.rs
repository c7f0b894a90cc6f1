//! The files of a cluster: data, log, password and the folder of its socket; temporary ones go when dropped.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::Error;
use super::account::{Account, is_open_to_others};

/// The longest path of a UNIX socket: 107 bytes on Linux, 103 on macOS.
const MAX_SOCKET_PATH: usize = 103;

/// The longest name that Postgres gives a socket.
const SOCKET_NAME: &str = ".s.PGSQL.65535.lock";

/// Every Unix has it, it is short, and everybody may enter it.
const FALLBACK: &str = "/tmp";

/// How much of the log's end is quoted in an error.
const LOG_LINES: usize = 20;

/// Where a cluster lives.
#[derive(Debug)]
pub(super) struct Files {
    directory: PathBuf,
    /// Deletes `directory` when dropped, unless it is to be kept.
    temporary: Option<TempDir>,
    /// In a folder of its own, because a socket's path must be short and its folder closed to others.
    sockets: TempDir,
    password: String,
}

impl Files {
    /// Makes what is not there yet; `kept` is a folder to keep the data in.
    pub fn create(kept: Option<PathBuf>, account: Option<Account>) -> Result<Files, Error> {
        let place = std::env::temp_dir();
        let place = match account {
            Some(_) if !is_open_to_others(&place) => PathBuf::from(FALLBACK),
            _ => place,
        };
        let (directory, temporary) = match kept {
            Some(directory) => {
                fs::create_dir_all(&directory).map_err(at(&directory))?;
                (fs::canonicalize(&directory).map_err(at(&directory))?, None)
            }
            None => {
                let temporary = temporary_directory(&place, account)?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let data = directory.join("data");
        if !data.exists() {
            fs::create_dir(&data).map_err(at(&data))?;
            fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).map_err(at(&data))?;
            give(&data, account)?;
        }
        let mut sockets = temporary_directory(&place, account)?;
        if sockets.path().as_os_str().len() + 1 + SOCKET_NAME.len() > MAX_SOCKET_PATH {
            sockets = temporary_directory(Path::new(FALLBACK), account)?;
        }
        let password = password(&directory.join("password"), account)?;
        Ok(Files { directory, temporary, sockets, password })
    }

    /// Whether `initdb` has done its work here.
    pub fn has_cluster(&self) -> bool {
        self.data().join("PG_VERSION").exists()
    }

    /// The data directory of Postgres.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// The folder of the UNIX socket.
    pub fn sockets(&self) -> &Path {
        self.sockets.path()
    }

    /// The password of the superuser; asked for over TCP only.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The file that has the password.
    pub fn password_file(&self) -> PathBuf {
        self.directory.join("password")
    }

    /// The folder that goes when the cluster does; `None` when it is kept.
    pub fn temporary(&self) -> Option<&Path> {
        self.temporary.as_ref().map(TempDir::path)
    }

    /// A new, empty log.
    pub fn create_log(&self) -> Result<File, Error> {
        File::create(self.log_file()).map_err(at(&self.log_file()))
    }

    /// The last lines of the log.
    pub fn end_of_log(&self) -> String {
        let log = fs::read(self.log_file()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }

    fn log_file(&self) -> PathBuf {
        self.directory.join("log")
    }
}

/// A TCP port of the loopback interface that nothing listens on at the moment.
pub(super) fn free_port() -> Result<u16, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::Port)?;
    Ok(listener.local_addr().map_err(Error::Port)?.port())
}

/// A new folder that only `account` (or this user) may enter.
fn temporary_directory(place: &Path, account: Option<Account>) -> Result<TempDir, Error> {
    let directory = tempfile::Builder::new().prefix("onefold-").tempdir_in(place).map_err(at(place))?;
    give(directory.path(), account)?;
    Ok(directory)
}

/// Reads the password, or makes one up when there is none yet.
fn password(file: &Path, account: Option<Account>) -> Result<String, Error> {
    match fs::read_to_string(file) {
        Ok(password) => return Ok(password.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(at(file)(error)),
    }
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 16];
    File::open(source).and_then(|mut random| random.read_exact(&mut bytes)).map_err(at(source))?;
    let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(file).and_then(|mut file| writeln!(file, "{password}")).map_err(at(file))?;
    give(file, account)?;
    Ok(password)
}

fn give(path: &Path, account: Option<Account>) -> Result<(), Error> {
    match account {
        Some(Account { uid, gid }) => chown(path, Some(uid), Some(gid)).map_err(at(path)),
        None => Ok(()),
    }
}

/// Adds the path to an error of the operating system.
fn at(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::File { path: path.to_owned(), source }
}
