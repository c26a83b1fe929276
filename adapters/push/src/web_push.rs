//! Pushes go to the service that a browser named (RFC 8030).

use std::time::Duration;

use async_trait::async_trait;
use http_client::{LazyClient, Reach};
use kernel::Time;
use notifications::{Push, PushAccount, PushKey, Pusher, PusherError};
use reqwest::{Response, StatusCode, header::RETRY_AFTER};
use ring::{
    agreement::{ECDH_P256, EphemeralPrivateKey},
    rand::{self, SystemRandom},
};
use url::{Host, Url};

use crate::{
    encrypt::{self, Reader, SALT},
    vapid,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest answer that is read.
const MAX_BYTES: usize = 16 * 1024;
/// The longest address that is taken.
const LONGEST_ADDRESS: usize = 1_000;
/// How much of a refusal the log keeps, in characters.
const LONGEST_REASON: usize = 300;
/// Names that only mean something in the merchant's own network.
const NOT_PUBLIC: &[&str] = &[".localhost", ".local", ".internal", ".lan", ".home.arpa"];

/// Whatever service a browser named.
pub struct WebPush {
    client: LazyClient,
    reach: Reach,
}

impl WebPush {
    /// Asks nothing before the first push. Beyond the public internet only the one address is asked that the reach names, in the
    /// clear and at any port; that is for tests.
    pub fn new(reach: Reach) -> Self {
        let client = LazyClient::new(move || http_client::builder(TIMEOUT).dns_resolver(reach.resolver()));
        Self { client, reach }
    }

    /// The address, where it may be asked.
    fn address(&self, endpoint: &str) -> Option<Url> {
        let url = Url::parse(endpoint).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let may_ask = match url.host()? {
            Host::Ipv4(ip) => self.reach == Reach::PublicAnd(ip.into()),
            Host::Ipv6(ip) => self.reach == Reach::PublicAnd(ip.into()),
            Host::Domain(name) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                let is_public = name.contains('.') && !NOT_PUBLIC.iter().any(|end| name.ends_with(end));
                is_public && url.scheme() == "https" && url.port_or_known_default() == Some(443)
            }
        };
        (is_plain && may_ask && endpoint.len() <= LONGEST_ADDRESS).then_some(url)
    }

    async fn post(&self, push: &Push, url: Url, authorization: &str) -> Result<Response, PusherError> {
        let client = self.client.get().map_err(unavailable)?;
        let request = client
            .post(url)
            .header("authorization", authorization)
            .header("content-type", "application/octet-stream")
            .header("content-encoding", "aes128gcm")
            .header("ttl", push.ttl_seconds.to_string())
            .header("urgency", if push.urgent { "high" } else { "normal" })
            .header("topic", &push.topic)
            .body(body(push)?);
        let response = request.send().await;
        response.map_err(|error| unavailable(http_client::unreachable(error)))
    }
}

#[async_trait]
impl Pusher for WebPush {
    async fn send(&self, account: &PushAccount, push: &Push, now: Time) -> Result<(), PusherError> {
        let refused = |why: &str| PusherError::Refused(why.to_owned());
        let url = self
            .address(&push.endpoint)
            .ok_or_else(|| refused("the service's address is not public"))?;
        let authorization = vapid::authorization(account, &url, now).map_err(PusherError::Refused)?;
        let response = self.post(push, url, &authorization).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(refusal(response, now).await)
    }

    fn new_key(&self) -> Result<PushKey, String> {
        vapid::new_key().map_err(|error| error.to_string())
    }

    fn service(&self, endpoint: &str) -> Option<String> {
        self.address(endpoint)?.host_str().map(str::to_owned)
    }
}

fn unavailable(why: String) -> PusherError {
    PusherError::Unavailable { why, until: None }
}

/// Encrypted anew each time, with a key and a salt that were never used.
fn body(push: &Push) -> Result<Vec<u8>, PusherError> {
    let random = SystemRandom::new();
    let failed = || unavailable("this machine has no random numbers".to_owned());
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).map_err(|_unspecified| failed())?;
    let salt: rand::Random<[u8; SALT]> = rand::generate(&random).map_err(|_unspecified| failed())?;
    let reader = Reader {
        public: &push.public_key,
        auth: &push.auth,
    };
    encrypt::encrypt(&reader, own, salt.expose(), push.payload.as_bytes())
        .map_err(|_unspecified| PusherError::Refused("the browser's key is no key".to_owned()))
}

/// Why a push was not taken, with the first words of the answer.
async fn refusal(response: Response, now: Time) -> PusherError {
    let status = response.status();
    let until = later(&response, now);
    let said = http_client::read(response, MAX_BYTES).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let words: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    let code = format!("status {}", status.as_u16());
    let why = if words.is_empty() {
        code
    } else {
        format!("{code}: {words}")
    };
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => PusherError::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => PusherError::Unavailable { why, until },
        status if status.is_server_error() => PusherError::Unavailable { why, until },
        _ => PusherError::Refused(why),
    }
}

/// Before which moment the service does not want to be asked again: so many seconds, or a date.
fn later(response: &Response, now: Time) -> Option<Time> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u32>() {
        Ok(seconds) => Some(now + chrono::TimeDelta::seconds(seconds.into())),
        Err(_) => chrono::DateTime::parse_from_rfc2822(text)
            .ok()
            .map(|time| time.to_utc()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use chrono::{DateTime, TimeDelta};
    use http_client::testing::{HttpServer, NobodyThere};

    use super::*;
    use crate::encrypt::tests::{decrypt, private};

    const HERE: Reach = Reach::PublicAnd(IpAddr::V4(Ipv4Addr::LOCALHOST));
    const BROWSER: [u8; 32] = [7; 32];
    const AUTH: [u8; 16] = [8; 16];

    fn push(endpoint: &str) -> Push {
        Push {
            endpoint: endpoint.to_owned(),
            public_key: private(&BROWSER).compute_public_key().unwrap().as_ref().to_vec(),
            auth: AUTH.to_vec(),
            payload: r#"{"title":"Kabar 📦"}"#.to_owned(),
            ttl_seconds: 3_600,
            urgent: true,
            topic: "AZ8".to_owned(),
        }
    }

    fn account() -> PushAccount {
        PushAccount {
            key: vapid::new_key().unwrap(),
            contact: "shop@example.com".to_owned(),
        }
    }

    async fn send(endpoint: &str) -> Result<(), PusherError> {
        WebPush::new(HERE)
            .send(&account(), &push(endpoint), DateTime::UNIX_EPOCH)
            .await
    }

    #[tokio::test]
    async fn a_push_is_posted_as_services_want_it_and_read_by_its_browser_alone() {
        let server = HttpServer::start("201 Created", "").await;
        send(&format!("http://{}/push/secret-part", server.address))
            .await
            .unwrap();
        let got = server.received().await;
        let head = got.head.to_lowercase();
        assert!(head.starts_with("post /push/secret-part http/1.1"), "{head}");
        for header in [
            "ttl: 3600\r\n",
            "urgency: high\r\n",
            "topic: az8\r\n",
            "content-encoding: aes128gcm\r\n",
            "authorization: vapid t=",
        ] {
            assert!(head.contains(header), "{header} in {head}");
        }
        assert_eq!(
            decrypt(&BROWSER, &AUTH, &got.bytes),
            r#"{"title":"Kabar 📦"}"#.as_bytes()
        );
    }

    #[tokio::test]
    async fn what_a_service_answers_decides_whether_it_is_asked_again() {
        let in_two_minutes = Some(DateTime::UNIX_EPOCH + TimeDelta::minutes(2));
        for (answer, body, outcome) in [
            ("202 Accepted", "", Ok(())),
            ("404 Not Found", "", Err(PusherError::Gone)),
            ("410 Gone", "expired", Err(PusherError::Gone)),
            ("413 Too Large", "", Err(PusherError::Refused("status 413".to_owned()))),
            (
                "403 Forbidden",
                "wrong\n key",
                Err(PusherError::Refused("status 403: wrong key".to_owned())),
            ),
            (
                "301 Moved\r\nLocation: https://elsewhere.example/",
                "",
                Err(PusherError::Refused("status 301".to_owned())),
            ),
            (
                "429 Too Many\r\nRetry-After: 120",
                "",
                Err(PusherError::Unavailable {
                    why: "status 429".to_owned(),
                    until: in_two_minutes,
                }),
            ),
            (
                "503 Busy\r\nRetry-After: Thu, 01 Jan 1970 00:02:00 GMT",
                "",
                Err(PusherError::Unavailable {
                    why: "status 503".to_owned(),
                    until: in_two_minutes,
                }),
            ),
            (
                "500 Oops\r\nRetry-After: soon",
                &"x".repeat(MAX_BYTES + 1),
                Err(PusherError::Unavailable {
                    why: "status 500".to_owned(),
                    until: None,
                }),
            ),
        ] {
            let server = HttpServer::start(answer, body).await;
            let found = send(&format!("http://{}/", server.address)).await;
            assert_eq!(found, outcome, "{answer}");
        }
        let nobody = NobodyThere::hold();
        let found = send(&format!("http://{}/", nobody.address)).await;
        assert!(
            matches!(found, Err(PusherError::Unavailable { until: None, .. })),
            "{found:?}"
        );
    }

    #[tokio::test]
    async fn a_browser_with_a_wrong_key_is_refused_without_asking() {
        let nobody = NobodyThere::hold();
        let broken = Push {
            public_key: vec![4; 65],
            ..push(&format!("http://{}/", nobody.address))
        };
        let found = WebPush::new(HERE).send(&account(), &broken, DateTime::UNIX_EPOCH).await;
        assert_eq!(
            found,
            Err(PusherError::Refused("the browser's key is no key".to_owned()))
        );
    }

    #[test]
    fn only_public_services_are_asked() {
        let pusher = WebPush::new(Reach::Public);
        for (endpoint, service) in [
            ("https://fcm.googleapis.com/fcm/send/abc", Some("fcm.googleapis.com")),
            (
                "https://updates.push.services.mozilla.com:443/wpush/v2/x",
                Some("updates.push.services.mozilla.com"),
            ),
            ("http://push.example.com/x", None),
            ("https://push.example.com:8443/x", None),
            ("https://push.example.com:22/x", None),
            ("https://93.184.216.34/x", None),
            ("https://127.0.0.1/x", None),
            ("https://2130706433/x", None),
            ("https://[::1]/x", None),
            ("https://localhost/x", None),
            ("https://printer.local/x", None),
            ("https://metadata.google.internal./x", None),
            ("https://postgres/x", None),
            ("https://user:word@push.example.com/x", None),
            ("https://push.example.com/x#y", None),
            ("ftp://push.example.com/x", None),
            ("javascript:alert(1)", None),
            ("", None),
            (&format!("https://push.example.com/{}", "x".repeat(1_000)), None),
        ] {
            assert_eq!(pusher.service(endpoint).as_deref(), service, "{endpoint}");
        }
        assert_eq!(
            WebPush::new(HERE).service("http://127.0.0.1:9/x").as_deref(),
            Some("127.0.0.1")
        );
        assert_eq!(WebPush::new(HERE).service("http://127.0.0.2:9/x"), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_own_network_is_not_asked() {
        let pusher = WebPush::new(Reach::Public);
        let client = pusher.client.get().unwrap();
        let error = client.post("https://localhost/").send().await.unwrap_err();
        assert!(http_client::unreachable(error).contains("not public"));
        let found = pusher
            .send(&account(), &push("https://localhost/x"), DateTime::UNIX_EPOCH)
            .await;
        assert!(matches!(found, Err(PusherError::Refused(_))), "{found:?}");
    }
}
