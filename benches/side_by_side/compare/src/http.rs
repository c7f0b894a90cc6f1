//! Bodies → the bytes of HTTP/1.1 requests, and bytes → responses, as much of HTTP as the servers use: the length of a
//! body is given, or it comes in chunks.

use std::io::{self, Read, Write};
use std::mem;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A line of a head that is longer is no head.
const MAX_LINE: usize = 16 * 1024;

/// A server that takes longer for one answer hangs.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What is wrong with a response.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the response is no HTTP: `{0}`")]
    Malformed(String),
    #[error("there is more than the response")]
    Surplus,
    #[error("the server closed the connection")]
    Closed,
    #[error("the socket failed")]
    Socket(#[from] io::Error),
}

/// The request that posts a body of JSON.
pub fn post(address: SocketAddr, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends a request on a connection of its own, and waits for the status and the body.
pub fn exchange(address: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>), Error> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(TIMEOUT))?;
    socket.write_all(request)?;
    let mut decoder = Decoder::default();
    let mut body = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let read = socket.read(&mut buffer)?;
        if read == 0 {
            return Err(Error::Closed);
        }
        if decoder.feed(&buffer[..read], |part| body.extend_from_slice(part))? {
            return Ok((decoder.status(), body));
        }
    }
}

/// Reads the responses of a connection, one after the other.
#[derive(Debug, Default)]
pub struct Decoder {
    expected: Expected,
    status: u16,
    /// The beginning of a line whose end has not arrived.
    line: Vec<u8>,
}

/// What comes next.
#[derive(Debug, Default, Clone, Copy)]
enum Expected {
    #[default]
    Status,
    /// A header, or the end of the head, and how the body will come as far as it is known.
    Header(Framing),
    /// The rest of a body, so many bytes.
    Body(usize),
    ChunkSize,
    /// The rest of a chunk, so many bytes.
    Chunk(usize),
    ChunkEnd,
    /// A header behind the last chunk, or the end of the response.
    Trailer,
}

#[derive(Debug, Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
}

impl Decoder {
    /// Reads what has arrived, and hands on what of it is the body. Returns whether the response is complete.
    pub fn feed(&mut self, mut bytes: &[u8], mut body: impl FnMut(&[u8])) -> Result<bool, Error> {
        while !bytes.is_empty() {
            let complete = match self.expected {
                Expected::Body(left) | Expected::Chunk(left) => {
                    let (part, rest) = bytes.split_at(left.min(bytes.len()));
                    bytes = rest;
                    body(part);
                    self.skip(left - part.len())
                }
                _ => {
                    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                        self.line.extend_from_slice(bytes);
                        return if self.line.len() > MAX_LINE {
                            Err(malformed(&self.line))
                        } else {
                            Ok(false)
                        };
                    };
                    let (line, rest) = bytes.split_at(end + 1);
                    bytes = rest;
                    if self.line.is_empty() {
                        self.read_line(line)?
                    } else {
                        let mut whole = mem::take(&mut self.line);
                        whole.extend_from_slice(line);
                        self.read_line(&whole)?
                    }
                }
            };
            if complete {
                self.expected = Expected::Status;
                // Nothing was asked for meanwhile.
                return if bytes.is_empty() { Ok(true) } else { Err(Error::Surplus) };
            }
        }
        Ok(false)
    }

    /// The status of the last response.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// So many bytes of the body or chunk are left.
    fn skip(&mut self, left: usize) -> bool {
        match self.expected {
            Expected::Chunk(_) if left == 0 => self.expected = Expected::ChunkEnd,
            Expected::Chunk(_) => self.expected = Expected::Chunk(left),
            _ => self.expected = Expected::Body(left),
        }
        matches!(self.expected, Expected::Body(0))
    }

    /// Reads a line with its end. Returns whether the response ends with it.
    fn read_line(&mut self, line: &[u8]) -> Result<bool, Error> {
        let text = str::from_utf8(line).map_err(|_| malformed(line))?.trim_end();
        self.expected = match self.expected {
            Expected::Status => {
                let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
                self.status = status.ok_or_else(|| malformed(line))?;
                Expected::Header(Framing::Length(0))
            }
            Expected::Header(Framing::Length(0)) if text.is_empty() => return Ok(true),
            Expected::Header(Framing::Length(length)) if text.is_empty() => Expected::Body(length),
            Expected::Header(Framing::Chunked) if text.is_empty() => Expected::ChunkSize,
            Expected::Header(framing) => {
                Expected::Header(header(text, framing).ok_or_else(|| malformed(line))?)
            }
            Expected::ChunkSize => {
                let size = text.split(';').next().unwrap_or_default();
                match usize::from_str_radix(size, 16).map_err(|_| malformed(line))? {
                    0 => Expected::Trailer,
                    size => Expected::Chunk(size),
                }
            }
            Expected::ChunkEnd if text.is_empty() => Expected::ChunkSize,
            Expected::Trailer if text.is_empty() => return Ok(true),
            Expected::Trailer => Expected::Trailer,
            Expected::ChunkEnd | Expected::Body(_) | Expected::Chunk(_) => return Err(malformed(line)),
        };
        Ok(false)
    }
}

/// What a header says of the body; `None` when it cannot be understood.
fn header(text: &str, framing: Framing) -> Option<Framing> {
    let (name, value) = text.split_once(':')?;
    let value = value.trim();
    if name.eq_ignore_ascii_case("content-length") {
        return Some(Framing::Length(value.parse().ok()?));
    }
    if name.eq_ignore_ascii_case("transfer-encoding") {
        return value.eq_ignore_ascii_case("chunked").then_some(Framing::Chunked);
    }
    Some(framing)
}

fn malformed(bytes: &[u8]) -> Error {
    Error::Malformed(String::from_utf8_lossy(bytes).trim_end().chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::{Decoder, Error};

    /// Reads a response in pieces of each length.
    fn check(response: &str, status: u16, expected: &str) {
        for length in 1..=response.len() {
            let mut decoder = Decoder::default();
            let mut body = Vec::new();
            let mut complete = false;
            for piece in response.as_bytes().chunks(length) {
                assert!(!complete, "it ends too early in pieces of {length} bytes");
                complete =
                    decoder.feed(piece, |part| body.extend_from_slice(part)).expect("it is a response");
            }
            assert!(complete, "it does not end in pieces of {length} bytes");
            assert_eq!(
                (decoder.status(), String::from_utf8(body).expect("it is text")),
                (status, expected.into())
            );
        }
    }

    #[test]
    fn bodies_have_a_length_or_chunks() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ndate: x\r\n\r\nab\r\nc", 200, "ab\r\nc");
        check("HTTP/1.1 204 No Content\r\n\r\n", 204, "");
        check(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x\r\n0123456789\r\n0\r\n\r\n",
            200,
            "abc0123456789",
        );
        check(
            "HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nexpires: x\r\n\r\n",
            500,
            "a",
        );
    }

    #[test]
    fn what_is_no_response_is_refused() {
        for (bytes, expected) in [
            ("SSH-2.0-x\r\n", "the response is no HTTP: `SSH-2.0-x`"),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: many\r\n",
                "the response is no HTTP: `content-length: many`",
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab", "there is more than the response"),
        ] {
            let error: Error = Decoder::default().feed(bytes.as_bytes(), |_| {}).expect_err("it is wrong");
            assert_eq!(error.to_string(), expected);
        }
    }
}
