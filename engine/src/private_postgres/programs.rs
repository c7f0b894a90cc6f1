//! Finds `postgres` and `initdb` where distributions, Homebrew and Postgres.app put them, and runs `initdb`.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::{Account, run_as};
use super::files::Files;
use super::{Error, USER};

/// The environment variable that names the folder of the programs.
pub(super) const FOLDER_VARIABLE: &str = "ONEFOLD_PG_BIN";

/// The oldest major version that the engine's statements are written for.
const MINIMUM_VERSION: u32 = 15;

/// Folders with a folder per version in them, what the names of those begin with, and where the programs are.
const VERSIONED: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Character types that know upper and lower case beyond ASCII, by the names that systems give them; the last
/// is everywhere.
const CHARACTER_TYPES: [&str; 4] = ["C.UTF-8", "en_US.UTF-8", "UTF-8", "C"];

/// The folder with the server's programs.
#[derive(Debug)]
pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Finds the programs: in `folder` when it is given, else where `ONEFOLD_PG_BIN` points, else on the `PATH`,
    /// else the newest version that is installed.
    pub fn find(folder: Option<&Path>) -> Result<Programs, Error> {
        let named = folder.map(Path::to_owned).or_else(|| env::var_os(FOLDER_VARIABLE).map(PathBuf::from));
        let programs = match named {
            Some(folder) if has_programs(&folder) => Programs { folder },
            Some(folder) => return Err(Error::NotInFolder { folder }),
            None => {
                let path = env::var_os("PATH").unwrap_or_default();
                let folder = env::split_paths(&path).chain(versioned_folders()).find(|it| has_programs(it));
                Programs { folder: folder.ok_or(Error::NotInstalled)? }
            }
        };
        programs.check_version()?;
        Ok(programs)
    }

    /// The server.
    pub fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    /// Makes a cluster: UTF-8, sorted by code point, messages in English. The socket's folder is closed to
    /// others, so it asks for no password there.
    pub fn initdb(&self, files: &Files, account: Option<Account>) -> Result<(), Error> {
        let program = self.folder.join("initdb");
        let mut output = String::new();
        for character_type in CHARACTER_TYPES {
            let mut command = Command::new(&program);
            command
                .arg("-D")
                .arg(files.data())
                .arg("--pwfile")
                .arg(files.password_file())
                .args(["-U", USER, "-E", "UTF8", "--locale=C"])
                .arg(format!("--lc-ctype={character_type}"))
                .args(["--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", "--no-instructions"])
                .env("LC_ALL", "C")
                .current_dir(files.data());
            run_as(&mut command, account);
            let result =
                command.output().map_err(|source| Error::Run { program: program.clone(), source })?;
            if result.status.success() {
                return Ok(());
            }
            output = String::from_utf8_lossy(&result.stderr).trim().to_owned();
            if !output.contains("locale") {
                break;
            }
        }
        Err(Error::Initdb { output })
    }

    /// Makes a standby of the cluster that listens on a socket in this folder.
    pub fn basebackup(
        &self,
        files: &Files,
        account: Option<Account>,
        sockets: &Path,
        port: u16,
    ) -> Result<(), Error> {
        let program = self.other("pg_basebackup");
        let mut command = Command::new(&program);
        command
            .arg("-D")
            .arg(files.data())
            .arg("-h")
            .arg(sockets)
            .args(["-p", &port.to_string(), "-U", USER])
            .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
            .env("LC_ALL", "C")
            .current_dir(files.data());
        run_as(&mut command, account);
        let result = command.output().map_err(|source| Error::Run { program: program.clone(), source })?;
        if result.status.success() {
            return Ok(());
        }
        Err(Error::Basebackup { output: String::from_utf8_lossy(&result.stderr).trim().to_owned() })
    }

    /// A program that is not in every folder that has the server: links to it may be in another than all that is installed.
    fn other(&self, name: &str) -> PathBuf {
        let beside = self.folder.join(name);
        let installed = fs::canonicalize(self.postgres()).ok().map(|server| server.with_file_name(name));
        installed.filter(|installed| !beside.is_file() && installed.is_file()).unwrap_or(beside)
    }

    fn check_version(&self) -> Result<(), Error> {
        let program = self.postgres();
        let output = Command::new(&program)
            .arg("--version")
            .output()
            .map_err(|source| Error::Run { program: program.clone(), source })?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match major_version(&version) {
            // A version that does not say its number is new or home-made; let it try.
            Some(major) if major < MINIMUM_VERSION => {
                Err(Error::TooOld { program, version, minimum: MINIMUM_VERSION })
            }
            _ => Ok(()),
        }
    }
}

fn has_programs(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

/// The folders of all installed versions, newest first.
fn versioned_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, prefix, programs) in VERSIONED {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix(prefix));
            if let Some(version) = version.and_then(|version| version.parse::<f32>().ok()) {
                folders.push((version, entry.path().join(programs)));
            }
        }
    }
    folders.sort_by_key(|(version, folder)| (Reverse((version * 10.0) as u32), folder.clone()));
    folders.into_iter().map(|(_, folder)| folder).collect()
}

/// The first number in `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major_version(version: &str) -> Option<u32> {
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn versions_are_read() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("postgres"), None);
    }
}
