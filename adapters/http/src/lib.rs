#![doc = include_str!("../README.md")]

mod reach;
pub mod testing;

use std::{
    error::Error,
    fmt,
    net::IpAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use reqwest::{Client, ClientBuilder, Response, redirect::Policy};
use url::Url;

pub use reach::{OutOfReach, Reach};

/// Why an answer was not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is longer than it may be.
    #[error("its answer is too long")]
    TooLong,
    /// It broke off.
    #[error("{0}")]
    BrokeOff(String),
}

type Make = Box<dyn FnOnce() -> Result<Client, String> + Send>;

/// A client that is made when it is asked for first: reading which certificates this machine trusts takes longer than the rest
/// of a start, and a machine that trusts none can still do what needs no client.
#[derive(Clone)]
pub struct LazyClient(Arc<LazyLock<Result<Client, String>, Make>>);

impl LazyClient {
    /// Made from that builder.
    pub fn new(builder: impl FnOnce() -> ClientBuilder + Send + 'static) -> Self {
        let make: Make = Box::new(|| builder().build().map_err(|error| bottom(&error)));
        Self(Arc::new(LazyLock::new(make)))
    }

    /// The client, or why there is none.
    pub fn get(&self) -> Result<&Client, String> {
        LazyLock::force(&self.0).as_ref().map_err(Clone::clone)
    }
}

impl fmt::Debug for LazyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyClient(…)")
    }
}

/// A client that waits so long for an answer, and half as long for a connection.
pub fn builder(timeout: Duration) -> ClientBuilder {
    // Another part of the program may have chosen the provider already; then its choice stands.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent("Souk")
        .timeout(timeout)
        .connect_timeout(timeout / 2)
        .no_proxy()
        .referer(false)
        .redirect(Policy::none())
}

/// An answer of at most so many bytes.
pub async fn read(mut response: Response, most_bytes: usize) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    let broke_off = |error| ReadError::BrokeOff(unreachable(error));
    while let Some(chunk) = response.chunk().await.map_err(broke_off)? {
        if body.len().saturating_add(chunk.len()) > most_bytes {
            return Err(ReadError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why nobody answered, without the address.
pub fn unreachable(error: reqwest::Error) -> String {
    bottom(&error.without_url())
}

/// What lies at the bottom of an error.
pub fn bottom(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text
}

/// Whether a secret is safe on the way: encrypted, or not leaving this machine.
pub fn keeps_secrets(site: &Url) -> bool {
    site.scheme() == "https" || (site.scheme() == "http" && is_this_machine(site))
}

/// Whether an address, of any scheme, is one of this machine.
pub fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// What a client gets from a server that says so much and hangs up.
    async fn answer(said: &'static str) -> reqwest::Result<Response> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/secret", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut asked).await.unwrap(), 0);
            }
            stream.write_all(said.as_bytes()).await.unwrap();
        });
        builder(PATIENCE).build().unwrap().get(url).send().await
    }

    #[tokio::test]
    async fn an_answer_is_read_to_its_end_or_its_bound() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        let response = answer(whole).await.unwrap();
        assert_eq!(read(response, 5).await.unwrap(), b"hello");
        let too_long = read(answer(whole).await.unwrap(), 4).await;
        assert!(matches!(too_long, Err(ReadError::TooLong)), "{too_long:?}");
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
        let cut = read(answer(cut).await.unwrap(), 100).await;
        assert!(matches!(cut, Err(ReadError::BrokeOff(_))), "{cut:?}");
    }

    #[tokio::test]
    async fn no_redirect_is_followed_and_no_address_told() {
        let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(answer(elsewhere).await.unwrap().status().as_u16(), 302);
        let nonsense = answer("nonsense\r\n\r\n").await.unwrap_err();
        let told = unreachable(nonsense);
        assert!(!told.is_empty() && !told.contains("secret"), "{told}");
    }

    #[test]
    fn a_client_is_made_once_and_by_whoever_asks_first() {
        let (asked, made) = std::sync::mpsc::channel();
        let lazy = LazyClient::new(move || {
            asked.send(()).unwrap();
            builder(PATIENCE)
        });
        assert_eq!(made.try_iter().count(), 0);
        assert!(lazy.get().is_ok() && lazy.clone().get().is_ok());
        assert_eq!(made.try_iter().count(), 1);
        let refused = LazyClient::new(|| builder(PATIENCE).user_agent("\n"));
        assert!(!refused.get().unwrap_err().is_empty());
    }

    #[test]
    fn a_secret_goes_over_https_or_stays_here() {
        for (address, keeps, here) in [
            ("https://id.example/", true, false),
            ("http://127.0.0.1:9000", true, true),
            ("http://[::1]:9000", true, true),
            ("http://localhost:9000", true, true),
            ("http://localhost.example", false, false),
            ("http://10.0.0.1", false, false),
            ("smtp://127.0.0.1:25", false, true),
            ("smtp://[::1]", false, true),
            ("file:///etc/passwd", false, false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!((keeps_secrets(&url), is_this_machine(&url)), (keeps, here), "{address}");
        }
    }
}
