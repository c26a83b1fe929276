//! One connection of a caller: it is kept open, and opened again when the server closed it.

use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    net::SocketAddr,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
    header::{ACCEPT_ENCODING, CONTENT_TYPE, HOST, LOCATION, RETRY_AFTER},
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
    /// After how many seconds to ask again.
    retry_after: Option<u64>,
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
    /// What every request carries besides.
    headers: Vec<(&'static str, String)>,
    /// How often a change that the server has no time for is sent again, when the server says.
    patience: u32,
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
            headers: Vec::new(),
            patience: 0,
            requests: 0,
        }
    }

    /// The same, with a header in every request.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, which sends a change so many times again, with the same key, when the server says that it has no time now.
    pub(crate) fn patient(mut self, patience: u32) -> Self {
        self.patience = patience;
        self
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
        self.change(Method::POST, path, json).await
    }

    /// The same with another method.
    pub(crate) async fn change(&mut self, method: Method, path: &str, json: String) -> anyhow::Result<Answer> {
        let number = KEYS.fetch_add(1, Ordering::Relaxed);
        let (key, json) = (format!("{:016x}{number:016x}", *RUN), Bytes::from(json));
        let mut patience = self.patience;
        loop {
            let request = self
                .request(method.clone(), path)
                .header(CONTENT_TYPE, "application/json")
                .header("idempotency-key", &key);
            let answer = self.send(request.body(Full::new(json.clone()))?).await?;
            match answer.retry_after {
                Some(seconds) if is_too_early(answer.status) && patience > 0 => {
                    patience -= 1;
                    self.open = None;
                    // Not with everybody else who was told so.
                    let aside = Duration::from_millis(number.wrapping_mul(7_919) % 1_000);
                    tokio::time::sleep(Duration::from_secs(seconds) + aside).await;
                }
                Some(_) | None => return Ok(answer),
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        let own = self.headers.iter();
        own.fold(request, |request, (name, value)| request.header(*name, value))
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
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: head.status,
            location: text(LOCATION).unwrap_or_default().to_owned(),
            retry_after: text(RETRY_AFTER).and_then(|seconds| seconds.parse().ok()),
            body,
        })
    }
}

/// The server is full, or its waiting room is.
fn is_too_early(status: StatusCode) -> bool {
    matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
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
