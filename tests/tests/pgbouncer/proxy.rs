//! A proxy that writes down what a client sends to Postgres.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// A proxy on a free port, to a UNIX socket.
pub struct Proxy {
    pub port: u16,
    sent: Arc<Mutex<String>>,
}

impl Proxy {
    pub async fn start(to: PathBuf) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let sent = Arc::new(Mutex::new(String::new()));
        tokio::spawn({
            let sent = Arc::clone(&sent);
            async move {
                while let Ok((client, _)) = listener.accept().await {
                    let server = UnixStream::connect(&to).await.expect("the server listens");
                    tokio::spawn(forward(client, server, Arc::clone(&sent)));
                }
            }
        });
        Proxy { port, sent }
    }

    /// The types of the messages that were sent since this was asked last, but for those that open connections:
    /// <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
    pub fn sent(&self) -> String {
        std::mem::take(&mut *self.sent.lock().expect("nobody panics with it"))
    }
}

async fn forward(client: TcpStream, server: UnixStream, sent: Arc<Mutex<String>>) {
    client.set_nodelay(true).expect("a socket can be told so");
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
    // The first message has no type.
    let mut kind = None;
    loop {
        // Whoever closes a connection may do so at any time.
        let Ok(length) = from_client.read_u32().await else { return };
        let mut body = vec![0; length as usize - 4];
        if from_client.read_exact(&mut body).await.is_err() {
            return;
        }
        let mut message = Vec::new();
        message.extend(kind);
        message.extend(length.to_be_bytes());
        message.extend(body);
        if let Some(kind) = kind {
            sent.lock().expect("nobody panics with it").push(char::from(kind));
        }
        if to_server.write_all(&message).await.is_err() {
            return;
        }
        kind = match from_client.read_u8().await {
            Ok(kind) => Some(kind),
            Err(_) => return,
        };
    }
}
