//! The server's process: started, waited for until it accepts connections, and ended with its owner.

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Error;
use super::account::{Account, run_as};
use super::files::Files;
use super::programs::Programs;

/// Long enough for the recovery of a kept cluster that was not stopped properly.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A server that has not ended by then is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Neither a process that ends nor a file that changes can be waited for with the standard library alone.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Runs `"$3" …` with a watcher beside it that reads from this process. A line asks the server to stop; the end
/// of the stream means that this process has died, by whatever signal, and that nobody else will clean up.
///
/// The watcher is forked twice so that the server does not find a child that it knows nothing of, and `exec`
/// keeps the number of the process, so that `$$` is the server. SIGINT asks for a fast shutdown.
const WATCHED: &str = r#"
sockets=$1 directory=$2
shift 2
exec 3<&0 </dev/null
(
    {
        trap '' HUP INT TERM
        if read -r _ <&3; then
            kill -INT $$
        else
            kill -INT $$
            tries=0
            while kill -0 $$ && [ $tries -lt 200 ]; do
                tries=$((tries + 1))
                sleep 0.1
            done
            kill -KILL $$
            rm -rf "$sockets" "$directory"
        fi
    } >/dev/null 2>&1 &
)
exec 3<&-
exec "$@"
"#;

/// A running server; dropping it stops it.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    watcher: ChildStdin,
}

impl Server {
    /// Starts the server and waits until it accepts connections.
    pub fn start(
        programs: &Programs,
        arguments: &[String],
        files: &Files,
        account: Option<Account>,
    ) -> Result<Server, Error> {
        let program = programs.postgres();
        let failed = |source| Error::Run { program: program.clone(), source };
        let log = files.create_log()?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", WATCHED, "sh"])
            .arg(files.sockets())
            .arg(files.temporary().unwrap_or(files.sockets()))
            .arg(&program)
            .args(arguments)
            // The server must not be asked for a locale that is not there, and must not take other settings
            // from the environment than those it is given.
            .env("LC_ALL", "C")
            .current_dir(files.data())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            // Ctrl-C in a terminal is meant for this process, which then stops the server in its own time.
            .process_group(0);
        run_as(&mut command, account);
        let mut process = command.spawn().map_err(failed)?;
        let watcher = process.stdin.take().expect("the process was started with a pipe");
        let mut server = Server { process, watcher };
        server.wait_until_ready(files)?;
        Ok(server)
    }

    /// The number of the process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Ends the process at once.
    pub fn kill(mut self) {
        // An error means that it has ended already; the rest is done when it is dropped.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn wait_until_ready(&mut self, files: &Files) -> Result<(), Error> {
        let deadline = Instant::now() + START_TIMEOUT;
        while !self.is_ready(files) {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return Err(Error::Exited { log: files.end_of_log() });
            }
            if Instant::now() > deadline {
                return Err(Error::NotReady { seconds: START_TIMEOUT.as_secs(), log: files.end_of_log() });
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    /// Reads the server's lock file as `pg_ctl --wait` does: the first line is the number of the process and
    /// the eighth its status.
    ///
    /// <https://www.postgresql.org/docs/current/storage-file-layout.html>
    fn is_ready(&self, files: &Files) -> bool {
        let Ok(lock) = fs::read_to_string(files.data().join("postmaster.pid")) else { return false };
        let mut lines = lock.lines().map(str::trim);
        lines.next() == Some(&self.process.id().to_string())
            && matches!(lines.nth(6), Some("ready" | "standby"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that the server and its watcher have ended already.
        let _ = self.watcher.write_all(b"stop\n");
        let deadline = Instant::now() + STOP_TIMEOUT;
        while matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                tracing::warn!("Postgres did not stop in time and is killed");
                let _ = self.process.kill();
                let _ = self.process.wait();
                break;
            }
            thread::sleep(POLL_INTERVAL);
        }
    }
}
