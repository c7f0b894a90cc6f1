//! A server of the small schema as a process of its own, whose log and memory can be looked at.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A server that is running; killed when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    directory: TempDir,
}

impl Server {
    /// Starts a server on a free port. The settings are `limits.max_limit` and so on.
    pub fn start(database: &str, settings: &[(&str, &str)]) -> Server {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let log = File::create(directory.path().join("log")).expect("the directory is writable");
        let variable = |key: &str| format!("ONEFOLD_{}", key.replace('.', "__").to_ascii_uppercase());
        let mut child = Command::new(env!("CARGO_BIN_EXE_store"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .current_dir(directory.path())
            .env_clear()
            .env("DATABASE_URL", database)
            .envs(settings.iter().map(|(key, value)| (variable(key), value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("it has an output");
        BufReader::new(stdout).read_line(&mut line).expect("the program writes a line");
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("not the line expected: {line:?}")).to_owned();
        Server { child, address, directory }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("log")).expect("there is a log")
    }

    /// The most memory that it has taken so far, in KiB.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok());
        peak.unwrap_or_else(|| panic!("no peak in {status}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
