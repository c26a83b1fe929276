//! Pictures over HTTP. Addresses come out of files that anybody may have written, so only public ones are asked, at every
//! redirect and whatever the name server says.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use http_client::{LazyClient, ReadError};
use imports::{FetchError, FetchedImage, ImageSource};
use reqwest::{
    Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::CONTENT_TYPE,
    redirect::{Attempt, Policy},
};

const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_MIB: u64 = 20;
const MAX_REDIRECTS: usize = 3;

/// Which addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The public internet.
    Public,
    /// The public internet and one server of the merchant's own network.
    PublicAnd(IpAddr),
    /// The merchant's own network as well.
    Everywhere,
}

impl Reach {
    fn allows(self, ip: IpAddr) -> bool {
        match self {
            Self::Public => is_public(ip),
            Self::PublicAnd(known) => ip == known || is_public(ip),
            Self::Everywhere => true,
        }
    }
}

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
                .dns_resolver(Arc::new(Resolver(reach)))
        });
        Self { client, reach }
    }
}

#[async_trait]
impl ImageSource for HttpImages {
    async fn fetch(&self, url: &str) -> Result<FetchedImage, FetchError> {
        let url = Url::parse(url).map_err(|error| FetchError::Forbidden(format!("is no web address ({error})")))?;
        check_url(&url, self.reach).map_err(FetchError::Forbidden)?;
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

/// What must not be asked, and why; read back out of the client's error.
#[derive(Debug, thiserror::Error)]
#[error("the address {0}")]
struct OutOfReach(String);

fn follow(attempt: Attempt<'_>, reach: Reach) -> reqwest::redirect::Action {
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error(OutOfReach("redirects too often".to_owned()));
    }
    match check_url(attempt.url(), reach) {
        Ok(()) => attempt.follow(),
        Err(reason) => attempt.error(OutOfReach(reason)),
    }
}

/// Checks what the resolver does not see: the scheme, and addresses written as numbers.
fn check_url(url: &Url, reach: Reach) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is neither http nor https".to_owned());
    }
    let literal = match url.host() {
        Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(url::Host::Domain(_)) => None,
        None => return Err("names no server".to_owned()),
    };
    match literal {
        Some(ip) if !reach.allows(ip) => Err(format!("leads to {ip}, which is not public")),
        _ => Ok(()),
    }
}

struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                let reason = format!("leads to {}, which is not public", name.as_str());
                return Err(OutOfReach(reason).into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match a {
        // This network, carrier-grade sharing, protocol assignments, benchmarks, multicast and reserved.
        0 | 224.. => true,
        100 => (64..128).contains(&b),
        192 => b == 0 && c == 0,
        198 => b == 18 || b == 19,
        _ => false,
    };
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let [.., y, z] = ip.segments();
    let embedded = Ipv4Addr::from_bits((u32::from(y) << 16) | u32::from(z));
    match (a, b) {
        // Addresses that wrap an IPv4 address: mapped, and translated by NAT64.
        (0, _) => ip.to_ipv4_mapped().is_some_and(is_public_v4),
        (0x64, 0xff9b) => is_public_v4(embedded),
        // Only 2000::/3 is given out; in it documentation, Teredo and 6to4 are not wanted.
        (0x2001, 0xdb8 | 0) | (0x2002, _) => false,
        _ => (0x2000..0x4000).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn only_public_addresses_are_in_reach() {
        for ip in [
            "8.8.8.8",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

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
