//! What the numbers are about: the machine, the versions and the day.

use std::fs;
use std::process::Command;
use std::thread;

use jiff::Timestamp;

use crate::database::Database;
use crate::kernel;
use crate::servers::POOL;

/// What cargo has chosen for this workspace.
const LOCK: &str = include_str!("../../Cargo.lock");

/// The crates that decide on what the peers can do.
const CRATES: [&str; 9] = [
    "async-graphql",
    "async-graphql-axum",
    "axum",
    "deadpool-postgres",
    "hyper",
    "mimalloc",
    "serde_json",
    "tokio",
    "tokio-postgres",
];

/// Names and values, in the order of the report.
pub fn facts(database: &Database) -> Vec<(&'static str, String)> {
    let unknown = || "unknown".to_owned();
    let settings: Vec<_> =
        database.settings().iter().map(|(name, value)| format!("`{name}` {value}")).collect();
    let crates: Vec<_> = CRATES.iter().map(|name| format!("{name} {}", locked(name))).collect();
    vec![
        ("Date", Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string()),
        ("Processor", processor().unwrap_or_else(unknown)),
        ("Cores", thread::available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string())),
        ("Memory", memory().unwrap_or_else(unknown)),
        ("Kernel", read("/proc/sys/kernel/osrelease").map_or_else(unknown, |text| text.trim().to_owned())),
        ("Postgres", format!("{}; {}", database.version(), settings.join(", "))),
        ("Connections", format!("{POOL} to Postgres for each server, by TCP on the loopback interface")),
        ("Rust", env!("COMPILER").to_owned()),
        ("Onefold", format!("{} ({})", locked("onefold"), commit().unwrap_or_else(unknown))),
        ("Crates", crates.join(", ")),
    ]
}

fn processor() -> Option<String> {
    let text = read("/proc/cpuinfo")?;
    // ARM's processors have no name here, but a number.
    let line = text.lines().find(|line| line.starts_with("model name"));
    let line = line.or_else(|| text.lines().find(|line| line.starts_with("CPU part")))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory() -> Option<String> {
    let total = kernel::kibibytes(&read("/proc/meminfo")?, "MemTotal:")?;
    Some(format!("{:.1} GiB", total as f64 / f64::from(1 << 20)))
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// The commit that is checked out.
fn commit() -> Option<String> {
    let mut git = Command::new("git");
    git.args(["-C", env!("CARGO_MANIFEST_DIR"), "describe", "--always", "--dirty", "--abbrev=10"]);
    let output = git.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of a crate in the lock file.
fn locked(name: &str) -> &'static str {
    let package = LOCK.split_once(&format!("\nname = \"{name}\"\nversion = \"")).map(|(_, rest)| rest);
    package.and_then(|rest| rest.split('"').next()).unwrap_or("unknown")
}

#[test]
fn the_crates_are_in_the_lock_file() {
    for name in CRATES {
        assert_ne!(locked(name), "unknown", "{name}");
    }
}
