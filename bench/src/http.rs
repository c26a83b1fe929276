//! One connection of a caller: it is kept open, and opened again when the server closed it.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    net::SocketAddr,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, LOCATION},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How many requests had a key.
static KEYS: AtomicU64 = AtomicU64::new(0);

/// What tells the keys of this run from those that the filled store knows from when it was filled.
static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Where the thing is that was made.
    pub(crate) location: String,
    /// The content, packed if the request allowed it.
    pub(crate) body: Bytes,
}

impl Answer {
    /// The answer, if it has that status.
    pub(crate) fn expect(self, status: StatusCode) -> anyhow::Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let start: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        anyhow::bail!("answered {}: {start}", self.status)
    }
}

/// A caller's connection. Counts what it asked.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    host: String,
    open: Option<SendRequest<Full<Bytes>>>,
    /// How many requests were sent.
    pub(crate) requests: u64,
}

impl Connection {
    /// A connection that opens with its first request.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            host: address.to_string(),
            open: None,
            requests: 0,
        }
    }

    /// Asks for a page as browsers do, which take packed answers.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::GET, path).header(ACCEPT_ENCODING, "gzip, br");
        self.send(request.body(Full::default())?).await
    }

    /// Asks as programs do that want the text itself.
    pub(crate) async fn ask(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::GET, path);
        self.send(request.body(Full::default())?).await
    }

    /// Sends JSON as programs do that may have to send it again: with a key of its own.
    pub(crate) async fn post(&mut self, path: &str, json: String) -> anyhow::Result<Answer> {
        let key = KEYS.fetch_add(1, Ordering::Relaxed);
        let request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", format!("{:016x}{key:016x}", *RUN));
        self.send(request.body(Full::new(Bytes::from(json)))?).await
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder().method(method).uri(path).header(HOST, &self.host)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let mut sender = match self.open.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => connect(self.address).await?,
        };
        self.requests += 1;
        sender.ready().await.context("the server closed the connection")?;
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.open = Some(sender);
        let location = head.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: head.status,
            location: location.unwrap_or_default().to_owned(),
            body,
        })
    }
}

async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address)
        .await
        .context("the server cannot be reached")?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        let _ended = connection.await;
    });
    Ok(sender)
}
