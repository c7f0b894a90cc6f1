//! A server in this process, and requests to it byte by byte: a client library would refuse to send some of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use onefold::config::Config;
use onefold::engine::Engine;
use onefold::known::Document;
use onefold::schema::{Schema, SchemaDef};
use onefold::server::{self, Router};
use onefold_tests::store::Store;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server; dropped, it ends at once.
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    stopped: JoinHandle<()>,
    runtime: Runtime,
}

/// A server that has been told to stop.
pub struct Stopping {
    stopped: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    /// Starts a server of the small schema with these settings.
    pub fn start(config: Config) -> Server {
        Server::of(Store::SCHEMA, config)
    }

    /// Starts a server on a free port. Unless the settings name a database, it has one that is away.
    pub fn of(schema: &'static SchemaDef, config: Config) -> Server {
        Server::with(schema, config, Router::new())
    }

    /// Starts a server that has further routes.
    pub fn with(schema: &'static SchemaDef, config: Config, further: Router) -> Server {
        Server::knowing(schema, config, further, &[])
    }

    /// Starts a server that knows documents.
    pub fn knowing(
        schema: &'static SchemaDef,
        mut config: Config,
        further: Router,
        documents: &[Document],
    ) -> Server {
        let runtime = Runtime::new().expect("a runtime can be made");
        // Nothing listens on port 1.
        config.database.url.get_or_insert_with(|| "postgres://nobody@127.0.0.1:1/none".to_owned());
        let (stop, stopping) = oneshot::channel::<()>();
        let (address, stopped) = runtime.block_on(async {
            let engine = Engine::with_operations(schema, config.clone(), documents);
            let engine = engine.expect("the schema, the settings and the documents are right");
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
            let address = listener.local_addr().expect("a listener has an address");
            let stop = async {
                let _ = stopping.await;
            };
            let stopped = tokio::spawn(async move {
                let served = server::serve_with(listener, Arc::new(engine), &config, further, stop).await;
                served.expect("the listener works");
            });
            (address, stopped)
        });
        Server { address, stop, stopped, runtime }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request over a connection of its own.
    pub fn send(&self, request: &Request) -> Response {
        let stream = TcpStream::connect(self.address).expect("the server listens");
        let mut reader = stream.try_clone().expect("a stream can be cloned");
        let bytes = request.bytes();
        std::thread::scope(|scope| {
            // A server may answer before it has read all, so whatever becomes of the writing.
            scope.spawn(|| (&stream).write_all(&bytes));
            Response::read(&mut reader)
        })
    }

    /// Tells the server to stop.
    pub fn stop(self) -> Stopping {
        self.stop.send(()).expect("the server runs");
        Stopping { stopped: self.stopped, runtime: self.runtime }
    }
}

impl Stopping {
    /// Waits for the end.
    pub fn join(self) {
        self.runtime.block_on(self.stopped).expect("the server ends without a panic");
    }
}

/// A request, with headers as they are given.
#[derive(Clone)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    keep_alive: bool,
    chunked: bool,
}

/// A POST of a document.
pub fn post(query: &str) -> Request {
    let body = serde_json::json!({"query": query}).to_string();
    Request::new("POST", "/graphql").header("content-type", "application/json").body(body.as_bytes())
}

/// A GET.
pub fn get(target: &str) -> Request {
    Request::new("GET", target)
}

impl Request {
    pub fn new(method: &str, target: &str) -> Request {
        Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            keep_alive: false,
            chunked: false,
        }
    }

    /// Sets a header; there is none of the name twice.
    pub fn header(self, name: &str, value: &str) -> Request {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    pub fn without(mut self, name: &str) -> Request {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub fn body(mut self, body: &[u8]) -> Request {
        self.body = body.to_vec();
        self
    }

    /// Leaves the connection open after the response.
    pub fn keep_alive(mut self) -> Request {
        self.keep_alive = true;
        self
    }

    /// Does not tell the length beforehand.
    pub fn chunked(mut self) -> Request {
        self.chunked = true;
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes =
            format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if !self.keep_alive {
            bytes.extend_from_slice(b"connection: close\r\n");
        }
        if self.chunked {
            bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
            for chunk in self.body.chunks(10_000) {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        } else {
            bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", self.body.len()).as_bytes());
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

/// A response in parts.
pub struct Response {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// Reads one response; for those with a length, not a byte of the next.
    pub fn read(stream: &mut TcpStream) -> Response {
        // One byte at a time until the body, so that nothing of a next response is taken.
        let mut stream = BufReader::with_capacity(1, stream);
        let mut line = String::new();
        stream.read_line(&mut line).expect("the server answers");
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no HTTP status: {line:?}"));
        let mut response = Response { status, headers: Vec::new(), body: Vec::new() };
        loop {
            line.clear();
            stream.read_line(&mut line).expect("the server sends all headers");
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        if let Some(length) = response.header("content-length").and_then(|length| length.parse().ok()) {
            response.body.resize(length, 0);
            stream.read_exact(&mut response.body).expect("the server sends all of the body");
        } else if status != 304 {
            stream.read_to_end(&mut response.body).expect("the server closes the connection");
        }
        response
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }

    /// The code of the one error that the response must have.
    pub fn code(&self) -> String {
        let text = self.text();
        let body: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(body.as_object().map(|body| body.len()), Some(1), "{text}");
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{text}");
        assert!(body["errors"][0]["message"].is_string(), "{text}");
        body["errors"][0]["extensions"]["code"].as_str().expect("errors have codes").to_owned()
    }
}
