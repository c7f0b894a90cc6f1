//! A response that is read as slowly as a test likes, with an eye on whether it ends as it should.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;

use crate::http::client::Request;

/// A response that comes in.
pub struct Download {
    stream: BufReader<TcpStream>,
    pub status: u16,
    headers: Vec<(String, String)>,
}

impl Download {
    /// Sends a request and reads the head of the response.
    pub fn start(address: &str, request: &Request) -> Download {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.write_all(&request.bytes()).expect("the server reads");
        let mut stream = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).expect("the server answers");
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let status = lines[0].split(' ').nth(1).and_then(|status| status.parse().ok());
        let header = |line: &String| line.split_once(": ").map(|(name, value)| (name.into(), value.into()));
        Download {
            status: status.unwrap_or_else(|| panic!("no HTTP status: {lines:?}")),
            headers: lines[1..].iter().filter_map(header).collect(),
            stream,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether the body comes in chunks, of a length that nobody has told.
    pub fn is_chunked(&self) -> bool {
        self.header("transfer-encoding") == Some("chunked") && self.header("content-length").is_none()
    }

    /// The next chunk; `None` at the last one.
    ///
    /// # Errors
    /// The connection ends before the last chunk.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim_end(), 16).map_err(|_| ErrorKind::UnexpectedEof)?;
        let mut chunk = vec![0; length];
        self.stream.read_exact(&mut chunk)?;
        self.stream.read_exact(&mut [0; 2])?;
        Ok((length > 0).then_some(chunk))
    }

    /// Reads to the end: what came, and whether that is all.
    pub fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        let mut body = Vec::new();
        loop {
            match self.chunk() {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return (body, Ok(())),
                Err(error) => return (body, Err(error)),
            }
        }
    }

    /// Reads all of a body that must be whole, in chunks or not.
    pub fn whole(mut self) -> Vec<u8> {
        if let Some(length) = self.header("content-length").and_then(|length| length.parse().ok()) {
            let mut body = vec![0; length];
            self.stream.read_exact(&mut body).expect("the body is whole");
            return body;
        }
        let (body, ended) = self.rest();
        ended.expect("the body is whole");
        body
    }
}
