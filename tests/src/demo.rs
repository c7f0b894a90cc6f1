//! A program of `examples` as a newcomer runs it, with no database anywhere.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::{Value, json};

/// The running program; stopped when dropped.
#[derive(Debug)]
pub struct Demo {
    process: Child,
    /// `http://127.0.0.1:…`
    pub url: String,
    /// The temporary folder that it was given, where it also runs.
    pub folder: tempfile::TempDir,
}

impl Demo {
    /// Starts `PROGRAM serve` with these environment variables, and waits until it listens.
    ///
    /// # Panics
    /// It does not.
    pub fn start(program: &str, variables: &[(&str, &str)]) -> Demo {
        Demo::start_in(tempfile::tempdir().expect("a folder can be made"), program, variables)
    }

    /// The same in a folder that has settings for it.
    ///
    /// # Panics
    /// It does not listen.
    pub fn start_in(folder: tempfile::TempDir, program: &str, variables: &[(&str, &str)]) -> Demo {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        // Settings of whoever runs the tests must not get in.
        let own = env::vars_os().filter(|(name, _)| {
            name.to_str().is_some_and(|name| name.starts_with("ONEFOLD_") && name != "ONEFOLD_PG_BIN")
        });
        for (name, _) in own {
            command.env_remove(name);
        }
        open_to_others(folder.path());
        command.env_remove("DATABASE_URL").env("TMPDIR", folder.path()).current_dir(folder.path());
        command.envs(variables.iter().copied());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"));
        let mut line = String::new();
        let output = process.stdout.take().expect("the process was started with a pipe");
        BufReader::new(output).read_line(&mut line).expect("it can be read");
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it wrote `{line}`"));
        Demo { process, url: url.to_owned(), folder }
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What a query without variables is answered with.
    ///
    /// # Panics
    /// Not with JSON.
    pub fn query(&self, query: &str) -> Value {
        self.request(&json!({ "query": query }))
    }

    /// What a request is answered with.
    ///
    /// # Panics
    /// Not with JSON.
    pub fn request(&self, request: &Value) -> Value {
        let body = request.to_string();
        let headers = format!(
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let answer = self.send("POST", "/graphql", &headers, &body);
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}\n\n{answer}"))
    }

    /// The body of what a path is answered with.
    ///
    /// # Panics
    /// There is no answer.
    pub fn get(&self, path: &str) -> String {
        self.send("GET", path, "", "")
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let address = self.url.strip_prefix("http://").expect("the URL is one of HTTP");
        let mut stream = TcpStream::connect(address).expect("it listens");
        // HTTP 1.0: the answer ends with the connection.
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{headers}\r\n{body}")
            .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.split_once("\r\n\r\n").expect("an answer has headers").1.to_owned()
    }

    /// Stops it as a supervisor does.
    ///
    /// # Panics
    /// It does not end.
    pub fn stop(&mut self) -> ExitStatus {
        self.end("-TERM")
    }

    /// Sends a signal that ends it, such as `-HUP`, and waits.
    ///
    /// # Panics
    /// There is no such signal.
    pub fn end(&mut self, signal: &str) -> ExitStatus {
        let process = self.process.id().to_string();
        Command::new("kill").args([signal, &process]).status().expect("there is such a program");
        self.process.wait().expect("it ends")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// Postgres runs as another user when the tests run as root.
fn open_to_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).expect("the folder is ours");
}
