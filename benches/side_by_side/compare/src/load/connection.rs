//! A connection that is kept: sends a request, and says when its response is there.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::Error;
use crate::http::{self, Decoder};

/// How a response begins that has data.
const DATA: &[u8] = br#"{"data":{"#;

/// So much of a body is kept, for when it has to be quoted.
const QUOTED: usize = 200;

/// A client of the server, with one request under way at most.
pub struct Connection {
    socket: TcpStream,
    decoder: Decoder,
    /// The beginning of the body that is being read.
    beginning: Vec<u8>,
    /// When the request under way was sent, or should have been.
    pub since: Instant,
}

impl Connection {
    pub fn open(address: SocketAddr, registry: &Registry, token: Token) -> Result<Connection, Error> {
        let socket = std::net::TcpStream::connect(address).map_err(Error::Connect)?;
        socket.set_nodelay(true).map_err(Error::Connect)?;
        socket.set_nonblocking(true).map_err(Error::Connect)?;
        let mut socket = TcpStream::from_std(socket);
        registry.register(&mut socket, token, Interest::READABLE).map_err(Error::Connect)?;
        let beginning = Vec::with_capacity(QUOTED);
        Ok(Connection { socket, decoder: Decoder::default(), beginning, since: Instant::now() })
    }

    /// Sends a request. It is short and the only one, so the socket has room for it.
    pub fn send(&mut self, request: &[u8], since: Instant) -> Result<(), Error> {
        self.since = since;
        self.socket.write_all(request).map_err(|error| Error::Response(error.into()))
    }

    /// Reads what has arrived. Returns whether the response is complete.
    pub fn receive(&mut self, buffer: &mut [u8]) -> Result<bool, Error> {
        loop {
            let read = match self.socket.read(buffer) {
                Ok(0) => return Err(http::Error::Closed.into()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::Response(error.into())),
            };
            let beginning = &mut self.beginning;
            let complete = self.decoder.feed(&buffer[..read], |part| {
                let room = QUOTED - beginning.len();
                beginning.extend_from_slice(&part[..room.min(part.len())]);
            })?;
            if complete {
                self.check()?;
                self.beginning.clear();
                return Ok(true);
            }
            // A read that does not fill the buffer has emptied the socket; more would be a new event.
            if read < buffer.len() {
                return Ok(false);
            }
        }
    }

    /// An error is answered faster than data, so it must not be counted.
    fn check(&self) -> Result<(), Error> {
        let status = self.decoder.status();
        if status == 200 && self.beginning.starts_with(DATA) {
            return Ok(());
        }
        Err(Error::Refused { status, body: String::from_utf8_lossy(&self.beginning).into_owned() })
    }
}
