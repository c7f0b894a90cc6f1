//! Numbers of processes → the processor time and the memory that the kernel has counted for them.
//!
//! <https://man7.org/linux/man-pages/man5/proc.5.html>

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The number of a process.
pub type Pid = u32;

/// Why something is not known of a process.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be read", path.display())]
pub struct Error {
    path: PathBuf,
    source: io::Error,
}

/// Processor time of all threads of a process that still run.
pub fn process_cpu(pid: Pid) -> Result<Duration, Error> {
    let threads = PathBuf::from(format!("/proc/{pid}/task"));
    let entries = fs::read_dir(&threads).map_err(|source| Error { path: threads.clone(), source })?;
    let mut nanoseconds = 0;
    for entry in entries.flatten() {
        let path = entry.path().join("schedstat");
        match fs::read_to_string(&path) {
            // The first number is the time on a processor, in nanoseconds.
            Ok(text) => nanoseconds += text.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0),
            Err(error) if is_gone(&error) => {}
            Err(source) => return Err(Error { path, source }),
        }
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Processor time of a process and all its children, those that have ended too: a Postgres with all its backends.
pub fn family_cpu(parent: Pid) -> Result<Duration, Error> {
    let path = PathBuf::from("/proc");
    let entries = fs::read_dir(&path).map_err(|source| Error { path, source })?;
    let mut sum = process_cpu(parent)?;
    if let Some(stat) = Stat::of(parent) {
        sum += stat.ended_children;
    }
    for pid in entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
        if Stat::of(pid).is_some_and(|stat| stat.parent == parent) {
            match process_cpu(pid) {
                Ok(cpu) => sum += cpu,
                Err(error) if is_gone(&error.source) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sum)
}

/// Processor time of this thread.
pub fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Processor time that was used by anybody on this machine.
pub fn machine_cpu() -> Result<Duration, Error> {
    let path = PathBuf::from("/proc/stat");
    let text = fs::read_to_string(&path).map_err(|source| Error { path, source })?;
    // `cpu`, then the ticks of: user, nice, system, idle, iowait, irq, softirq, steal.
    let ticks = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<u64> = ticks.take(8).filter_map(|ticks| ticks.parse().ok()).collect();
    let busy = ticks.iter().enumerate().filter(|(at, _)| !matches!(at, 3 | 4)).map(|(_, ticks)| ticks).sum();
    Ok(from_ticks(busy))
}

/// Has the kernel count the most memory of a process anew.
pub fn forget_peak_memory(pid: Pid) -> Result<(), Error> {
    let path = PathBuf::from(format!("/proc/{pid}/clear_refs"));
    fs::write(&path, "5").map_err(|source| Error { path, source })
}

/// The most memory that a process has had since, in bytes.
pub fn peak_memory(pid: Pid) -> Result<u64, Error> {
    let path = PathBuf::from(format!("/proc/{pid}/status"));
    let status = fs::read_to_string(&path).map_err(|source| Error { path, source })?;
    Ok(kibibytes(&status, "VmHWM:").unwrap_or(0) * 1024)
}

/// The number behind a name in a file with a `Name: 1234 kB` on each line.
pub fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

/// The parent of a process that is called `postgres`, or as its packages rename it; `None` for other processes.
pub fn postmaster_of(backend: Pid) -> Option<Pid> {
    let stat = Stat::of(backend)?;
    stat.name.starts_with("post").then_some(stat.parent)
}

/// What is used of `/proc/PID/stat`.
struct Stat {
    name: String,
    parent: Pid,
    ended_children: Duration,
}

impl Stat {
    fn of(pid: Pid) -> Option<Stat> {
        let text = fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
        // `12 (name) S 1 …`; the name may have parentheses of its own.
        let (before, after) = text.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        // Counted from the state, which is the third field: 1 is `ppid`, 13 `cutime`, 14 `cstime`.
        let fields: Vec<&str> = after.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Stat {
            name: name.to_owned(),
            parent: number(1)? as Pid,
            ended_children: from_ticks(number(13)? + number(14)?),
        })
    }
}

fn from_ticks(ticks: u64) -> Duration {
    Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// A process may end between being listed and being read.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound
        || error.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error())
}
