//! A server on a port of its own, and requests to it byte by byte: a client library would refuse to send most of
//! what is to be tried.

use std::fmt;
use std::future;
use std::net::SocketAddr;
use std::sync::Arc;

use music::Music;
use onefold::config::Config;
use onefold::engine::Engine;
use onefold::schema::Schema;
use onefold::server;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running server; it ends with the test's runtime.
pub struct Server {
    address: SocketAddr,
}

impl Server {
    pub async fn start(config: Config) -> Server {
        let engine =
            Engine::new(Music::SCHEMA, config.clone()).expect("the schema and the settings are right");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        tokio::spawn(
            async move { server::serve(listener, Arc::new(engine), &config, future::pending()).await },
        );
        Server { address }
    }

    /// Sends a request over a connection of its own.
    pub async fn send(&self, request: &Request) -> Response {
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        let (mut reader, mut writer) = stream.split();
        let bytes = request.bytes();
        let mut answer = Vec::new();
        // Both at once, and whatever becomes of the writing: a server may answer before it has read all.
        let (_, read) = tokio::join!(writer.write_all(&bytes), reader.read_to_end(&mut answer));
        read.expect("the server answers and closes the connection");
        Response::parse(&String::from_utf8(answer).expect("a response is UTF-8"))
    }
}

/// A request, with headers as they are given.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Request {
        Request { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// A POST of JSON to `/graphql`.
    pub fn post(body: &[u8]) -> Request {
        Request::new("POST", "/graphql").header("content-type", "application/json").body(body.to_vec())
    }

    /// A POST of a document.
    pub fn query(query: &str) -> Request {
        Request::post(json!({"query": query}).to_string().as_bytes())
    }

    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without_header(mut self, name: &str) -> Request {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub fn body(mut self, body: Vec<u8>) -> Request {
        self.body = body;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        [head.as_bytes(), &self.body].concat()
    }
}

/// A response in parts.
pub struct Response {
    pub status: u16,
    headers: String,
    pub body: String,
}

impl Response {
    fn parse(text: &str) -> Response {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no HTTP response: {text}"));
        let (line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no HTTP status: {line}"));
        Response { status, headers: headers.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub fn content_type(&self) -> &str {
        self.headers.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default()
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.body.char_indices().nth(500).map_or(self.body.len(), |(at, _)| at);
        write!(f, "{} {}", self.status, &self.body[..end])
    }
}
