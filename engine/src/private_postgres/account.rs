//! Which user runs the server: this one, or an unprivileged one when this one is root, as in a container.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;

/// A user and its main group, by number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// The account that the server must run as; `None` when this process may run it as it is.
    pub fn to_drop_to() -> Result<Option<Account>, Error> {
        if !is_root()? {
            return Ok(None);
        }
        for user in ["postgres", "nobody"] {
            if let (Some(uid), Some(gid)) = (id("-u", user), id("-g", user)) {
                return Ok(Some(Account { uid, gid }));
            }
        }
        Err(Error::NoAccount)
    }
}

/// Makes `command` run as `account`; the standard library drops root's supplementary groups with it.
pub(super) fn run_as(command: &mut Command, account: Option<Account>) {
    if let Some(Account { uid, gid }) = account {
        command.uid(uid).gid(gid);
    }
}

/// Whether users other than its owner can get at what is in `directory`.
pub(super) fn is_open_to_others(directory: &Path) -> bool {
    const OTHERS_MAY_ENTER: u32 = 0o001;
    directory
        .ancestors()
        .all(|folder| folder.metadata().is_ok_and(|metadata| metadata.mode() & OTHERS_MAY_ENTER != 0))
}

/// A file that this process makes belongs to its effective user, which the standard library does not tell.
fn is_root() -> Result<bool, Error> {
    let failed = |source| Error::File { path: std::env::temp_dir(), source };
    let file = tempfile::tempfile().map_err(failed)?;
    Ok(file.metadata().map_err(failed)?.uid() == 0)
}

/// What `id` prints: it also knows users that are not in `/etc/passwd`.
fn id(flag: &str, user: &str) -> Option<u32> {
    let program = ["/usr/bin/id", "/bin/id"].map(PathBuf::from).into_iter().find(|path| path.exists());
    let output = Command::new(program.unwrap_or("id".into())).args([flag, user]).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
