//! An HTTP server for tests, on the loopback interface: says the same to everybody, and tells what was asked.
#![expect(
    clippy::expect_used,
    reason = "only tests call this, and a test without its server must fail loudly"
)]

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::mpsc,
};

/// What arrived.
#[derive(Debug)]
pub struct Request {
    /// The first line and the headers.
    pub head: String,
    /// What follows them.
    pub body: String,
    /// The same as it arrived, where it is no text.
    pub bytes: Vec<u8>,
}

/// The server. It goes on until the test ends.
pub struct HttpServer {
    /// Where it listens.
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Request>,
}

impl HttpServer {
    /// `answer` is the status and, each on a line of its own, headers.
    pub async fn start(answer: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, received) = mpsc::unbounded_channel();
        let answer = format!(
            "HTTP/1.1 {answer}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), sender.clone()));
            }
        });
        Self { address, received }
    }

    /// What arrived first.
    pub async fn received(mut self) -> Request {
        self.received.recv().await.expect("a request")
    }
}

/// An address where nobody listens, and nobody else will as long as this is kept.
pub struct NobodyThere {
    /// The address.
    pub address: SocketAddr,
    _held: TcpSocket,
}

impl NobodyThere {
    /// Takes a port and does not listen on it.
    pub fn hold() -> Self {
        let held = TcpSocket::new_v4().expect("a socket");
        held.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        let address = held.local_addr().expect("an address");
        Self { address, _held: held }
    }
}

async fn serve(mut stream: TcpStream, answer: String, sender: mpsc::UnboundedSender<Request>) {
    let mut bytes = Vec::new();
    let request = loop {
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let (head, body) = bytes.split_at(end);
        let (head, body) = (String::from_utf8_lossy(head), body.get(4..).unwrap_or_default());
        let length = head.to_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
            break Request {
                head: format!("{head}\r\n"),
                body: String::from_utf8_lossy(body).into_owned(),
                bytes: body.to_vec(),
            };
        }
    };
    // Whoever asked may have stopped listening, and a test may not want to know.
    let _ = sender.send(request);
    let _ = stream.write_all(answer.as_bytes()).await;
}
