//! A statement that runs behind a pooler → cancelled there.
//!
//! PgBouncer has to open a connection to Postgres before it can hand a cancellation on, and forgets it when whoever has
//! sent it closes the socket meanwhile, as the driver does at once. So the socket is kept until PgBouncer closes it.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::join_all;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio_postgres::CancelToken;
use tokio_postgres::config::{Config, Host};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// The length of a `CancelRequest`: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
const REQUEST_LENGTH: usize = 16;

/// Asks the pooler, over a socket of its own, to end what the connection with this token runs, and waits until it has passed
/// that on.
///
/// Where the URL stands for several poolers all are asked, and only the one that knows the token does something. The
/// request is not encrypted, as libpq's never was before version 17: it is of no use to anybody once it was used.
pub(super) async fn cancel(token: &CancelToken, config: &Config) -> io::Result<()> {
    let request = request(token).await?;
    let addresses: Vec<Host> = match config.get_hostaddrs() {
        [] => config.get_hosts().to_vec(),
        addresses => addresses.iter().map(|address| Host::Tcp(address.to_string())).collect(),
    };
    let ports = config.get_ports();
    let port = |position: usize| ports.get(position).or(ports.first()).copied().unwrap_or(5432);
    let sent = addresses.iter().enumerate().map(|(position, host)| send(host, port(position), &request));
    any(join_all(sent).await)
}

async fn send(host: &Host, port: u16, request: &[u8]) -> io::Result<()> {
    match host {
        Host::Unix(folder) => {
            let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await?;
            deliver(socket, request).await
        }
        Host::Tcp(name) => {
            let addresses = lookup_host((name.as_str(), port)).await?;
            let sent = addresses
                .map(|address| async move { deliver(TcpStream::connect(address).await?, request).await });
            any(join_all(sent).await)
        }
    }
}

/// Sends the request, and waits until the other side closes the socket.
async fn deliver(mut socket: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> io::Result<()> {
    socket.write_all(request).await?;
    socket.flush().await?;
    // There is no answer, but whoever does not know the request may send an error.
    socket.read_to_end(&mut Vec::new()).await.map(drop)
}

/// Whether there was one without an error.
fn any(results: Vec<io::Result<()>>) -> io::Result<()> {
    let nowhere = Err(io::Error::from(io::ErrorKind::NotFound));
    results.into_iter().fold(nowhere, |all, one| all.or(one))
}

/// The bytes of the request. The driver keeps to itself what is in them, but sends them to whatever it is told is a server.
async fn request(token: &CancelToken) -> io::Result<[u8; REQUEST_LENGTH]> {
    let (client, mut server) = duplex(64);
    // The answer in case that the driver wants to encrypt, which then is not done.
    server.write_all(b"S").await?;
    token.cancel_query_raw(client, Plain).await.map_err(io::Error::other)?;
    let mut sent = Vec::new();
    server.read_to_end(&mut sent).await?;
    sent.last_chunk().copied().ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
}

/// Encryption that is none.
struct Plain;

/// What is not encrypted.
struct PlainStream(DuplexStream);

impl TlsConnect<DuplexStream> for Plain {
    type Stream = PlainStream;
    type Error = io::Error;
    type Future = Ready<io::Result<PlainStream>>;

    fn connect(self, stream: DuplexStream) -> Self::Future {
        ready(Ok(PlainStream(stream)))
    }
}

impl TlsStream for PlainStream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for PlainStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for PlainStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buffer)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
