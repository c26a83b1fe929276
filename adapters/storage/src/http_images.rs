//! Pictures over HTTP. Addresses come out of files that anybody may have written, so only public ones are asked, at every
//! redirect and whatever the name server says.

use std::time::Duration;

use async_trait::async_trait;
use http_client::{LazyClient, OutOfReach, Reach, ReadError};
use imports::{FetchError, FetchedImage, ImageSource};
use reqwest::{
    Response, Url,
    header::CONTENT_TYPE,
    redirect::{Attempt, Policy},
};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_MIB: u64 = 20;
const MAX_REDIRECTS: usize = 3;

/// Fetches pictures over HTTP: 10 seconds and 20 MiB each.
#[derive(Debug, Clone)]
pub struct HttpImages {
    client: LazyClient,
    reach: Reach,
}

impl HttpImages {
    /// A client that asks only what is within reach.
    pub fn new(reach: Reach) -> Self {
        Self::with_timeout(reach, TIMEOUT)
    }

    fn with_timeout(reach: Reach, timeout: Duration) -> Self {
        let client = LazyClient::new(move || {
            http_client::builder(timeout)
                .redirect(Policy::custom(move |attempt| follow(attempt, reach)))
                .dns_resolver(reach.resolver())
        });
        Self { client, reach }
    }
}

#[async_trait]
impl ImageSource for HttpImages {
    async fn fetch(&self, url: &str) -> Result<FetchedImage, FetchError> {
        let url = Url::parse(url).map_err(|error| FetchError::Forbidden(format!("is no web address ({error})")))?;
        self.reach.check(&url).map_err(|error| FetchError::Forbidden(error.0))?;
        let client = self.client.get().map_err(FetchError::Unreachable)?;
        let response = client.get(url).send().await.map_err(fetch_error)?;
        read(response).await
    }
}

async fn read(response: Response) -> Result<FetchedImage, FetchError> {
    if !response.status().is_success() {
        return Err(FetchError::NotAnImage(format!("status {}", response.status().as_u16())));
    }
    let content_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let content_type = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if !content_type.starts_with("image/") {
        return Err(FetchError::NotAnImage(if content_type.is_empty() {
            "no content type".to_owned()
        } else {
            content_type
        }));
    }
    let bytes = http_client::read(response, MAX_BYTES)
        .await
        .map_err(|error| match error {
            ReadError::TooLong => FetchError::TooLarge(MAX_MIB),
            ReadError::BrokeOff(why) => FetchError::Unreachable(why),
        })?;
    Ok(FetchedImage { bytes, content_type })
}

fn fetch_error(error: reqwest::Error) -> FetchError {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        if let Some(out_of_reach) = cause.downcast_ref::<OutOfReach>() {
            return FetchError::Forbidden(out_of_reach.0.clone());
        }
        text = cause.to_string();
        source = cause.source();
    }
    FetchError::Unreachable(text)
}

fn follow(attempt: Attempt<'_>, reach: Reach) -> reqwest::redirect::Action {
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error(OutOfReach("redirects too often".to_owned()));
    }
    match reach.check(attempt.url()) {
        Ok(()) => attempt.follow(),
        Err(out_of_reach) => attempt.error(out_of_reach),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    /// Answers each connection with the next of the given answers, and tells where it listens.
    async fn server(answers: Vec<Vec<u8>>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
            }
        });
        format!("http://{address}/picture")
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").as_bytes(), body].concat()
    }

    #[tokio::test]
    async fn pictures_come_with_their_type() {
        let url = server(vec![answer("200 OK\r\ncontent-type: image/PNG; x=y", b"png")]).await;
        let image = HttpImages::new(Reach::Everywhere).fetch(&url).await;
        assert_eq!(
            image,
            Ok(FetchedImage {
                bytes: b"png".to_vec(),
                content_type: "image/png".to_owned()
            })
        );
    }

    #[tokio::test]
    async fn other_answers_are_refused() {
        for (answered, expected) in [
            (
                answer("404 Not Found", b""),
                FetchError::NotAnImage("status 404".to_owned()),
            ),
            (
                answer("200 OK\r\ncontent-type: text/html", b"<p>"),
                FetchError::NotAnImage("text/html".to_owned()),
            ),
            (
                answer("200 OK\r\ncontent-type: image/png", &vec![0; MAX_BYTES + 1]),
                FetchError::TooLarge(20),
            ),
        ] {
            let url = server(vec![answered]).await;
            assert_eq!(HttpImages::new(Reach::Everywhere).fetch(&url).await, Err(expected));
        }
    }

    #[tokio::test]
    async fn private_addresses_are_not_asked() {
        let images = HttpImages::new(Reach::Public);
        for url in [
            "http://127.0.0.1:1/x.png",
            "http://[::1]/x.png",
            "http://localhost:1/x.png",
            "file:///etc/passwd",
            "http://2130706433/x.png",
        ] {
            assert!(
                matches!(images.fetch(url).await, Err(FetchError::Forbidden(_))),
                "{url}"
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_is_silent_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let silent = format!("http://{}/picture", listener.local_addr().unwrap());
        let half = server(vec![
            b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 9\r\n\r\nhalf".to_vec(),
        ])
        .await;
        let images = HttpImages::with_timeout(Reach::Everywhere, Duration::from_millis(200));
        for url in [silent, half] {
            let fetched = images.fetch(&url).await;
            assert!(matches!(fetched, Err(FetchError::Unreachable(_))), "{fetched:?}");
        }
    }

    #[tokio::test]
    async fn one_server_of_the_own_network_may_be_asked_and_no_other() {
        let known = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let images = HttpImages::new(Reach::PublicAnd(known));
        for (to, told) in [
            ("http://127.0.0.2/x.png", "leads to 127.0.0.2, which is not public"),
            ("http://[::1]/x.png", "leads to ::1, which is not public"),
            ("http://10.0.0.1/x.png", "leads to 10.0.0.1, which is not public"),
        ] {
            let url = server(vec![answer(&format!("302 Found\r\nlocation: {to}"), b"")]).await;
            assert_eq!(images.fetch(&url).await, Err(FetchError::Forbidden(told.to_owned())));
        }
    }

    #[tokio::test]
    async fn redirects_are_checked_too() {
        let url = server(vec![answer("302 Found\r\nlocation: ftp://example.com/x.png", b"")]).await;
        let fetched = HttpImages::new(Reach::Everywhere).fetch(&url).await;
        assert_eq!(
            fetched,
            Err(FetchError::Forbidden("is neither http nor https".to_owned()))
        );
    }
}
