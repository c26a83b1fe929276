//! Texts go to Twilio over its HTTP API of 2010-04-01.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use http_client::LazyClient;
use notifications::{Receipt, Text, TextAccount, TextNote, Texter, TexterError, Unsigned};
use reqwest::{Method, Response, StatusCode};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::note;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest answer that is read.
const MAX_BYTES: usize = 64 * 1024;
/// How much of a refusal the log keeps, in characters.
const LONGEST_REASON: usize = 500;
/// What Twilio calls a number whose owner answered STOP.
const STOPPED: u32 = 21_610;

/// Twilio; each store has an account of its own there.
pub struct Twilio {
    client: LazyClient,
    site: Url,
}

/// Twilio cannot be used so.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTwilio {
    /// The address is not of the form `https://api.twilio.com`.
    #[error("Twilio's address is not of the form https://api.twilio.com: {0}")]
    Address(String),
}

#[derive(Deserialize)]
struct Taken {
    sid: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: u32,
    message: String,
}

impl Twilio {
    /// Twilio at that address, which differs for accounts that are kept in another region; asks nothing before the first text.
    pub fn new(site: &str) -> Result<Self, InvalidTwilio> {
        let site = Url::parse(site).map_err(|error| InvalidTwilio::Address(error.to_string()))?;
        if !http_client::keeps_secrets(&site) {
            return Err(InvalidTwilio::Address("the token goes only over https".to_owned()));
        }
        Ok(Self {
            // A connection that is used again may have been closed meanwhile, and then nobody knows whether a text was taken.
            client: LazyClient::new(|| http_client::builder(TIMEOUT).pool_max_idle_per_host(0)),
            site,
        })
    }

    /// Asks about the account, with fields or without.
    async fn ask(
        &self,
        account: &TextAccount,
        method: Method,
        what: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response, TexterError> {
        let mut page = self.site.clone();
        page.set_path(&format!("/2010-04-01/Accounts/{}{what}", account.account));
        let client = self.client.get().map_err(TexterError::Unavailable)?;
        let request = client.request(method.clone(), page);
        let mut request = request.basic_auth(&account.account, Some(&account.token));
        if method == Method::POST {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        let response = request.send().await;
        response.map_err(|error| {
            let is_unsent = error.is_connect();
            let why = http_client::unreachable(error);
            if is_unsent {
                TexterError::Unavailable(why)
            } else {
                TexterError::Unknown(why)
            }
        })
    }

    async fn look_up(&self, account: &TextAccount) -> Result<(), TexterError> {
        let response = self.ask(account, Method::GET, ".json", &[]).await?;
        if response.status() == StatusCode::OK {
            return Ok(());
        }
        Err(refusal(response).await)
    }
}

#[async_trait]
impl Texter for Twilio {
    async fn send(&self, account: &TextAccount, text: &Text) -> Result<Receipt, TexterError> {
        let from = if account.sender.starts_with("MG") && account.sender.len() > 30 {
            "MessagingServiceSid"
        } else {
            "From"
        };
        let mut fields = vec![
            ("To", text.to.as_str()),
            (from, &*account.sender),
            ("Body", &*text.body),
        ];
        // Twilio refuses the whole text for an address that it cannot call.
        if is_public(&text.status_url) {
            fields.push(("StatusCallback", &text.status_url));
        }
        let response = self.ask(account, Method::POST, "/Messages.json", &fields).await?;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        // The text is theirs now. If the rest of the answer broke off, a second try would send it twice.
        let body = http_client::read(response, MAX_BYTES).await.unwrap_or_default();
        let taken: Option<Taken> = serde_json::from_slice(&body).ok();
        Ok(Receipt::new(&taken.map(|taken| taken.sid).unwrap_or_default()))
    }

    async fn greet(&self, account: &TextAccount) -> Result<(), TexterError> {
        // No text was offered.
        self.look_up(account).await.map_err(|error| match error {
            TexterError::Unknown(why) => TexterError::Unavailable(why),
            error => error,
        })
    }

    fn read_note(
        &self,
        account: &TextAccount,
        url: &str,
        signature: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<TextNote, Unsigned> {
        note::read(account, url, signature, fields)
    }
}

/// Whether the whole internet may know such an address.
fn is_public(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" && !http_client::is_this_machine(&url))
}

async fn refusal(response: Response) -> TexterError {
    let status = response.status();
    match http_client::read(response, MAX_BYTES).await {
        Ok(body) => judge(status, &body),
        Err(error) if may_be_taken(status) => TexterError::Unknown(error.to_string()),
        Err(error) => TexterError::Unavailable(error.to_string()),
    }
}

/// A server that failed may have failed after it took the text; one that says it is too busy did not take it.
fn may_be_taken(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE
}

/// What is wrong with this text will stay wrong; a token or a quota can be mended.
fn judge(status: StatusCode, body: &[u8]) -> TexterError {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let said = if refusal.message.is_empty() {
        String::from_utf8_lossy(body).into_owned()
    } else {
        refusal.message
    };
    let said: String = said.chars().filter(|c| !c.is_control()).take(LONGEST_REASON).collect();
    let why = match refusal.code {
        0 => format!("status {}: {said}", status.as_u16()),
        code => format!("status {}, code {code}: {said}", status.as_u16()),
    };
    match (status, refusal.code) {
        (_, STOPPED) => TexterError::Stopped(why),
        (StatusCode::BAD_REQUEST, _) => TexterError::Refused(why),
        (status, _) if may_be_taken(status) => TexterError::Unknown(why),
        _ => TexterError::Unavailable(why),
    }
}

#[cfg(test)]
mod tests {
    use http_client::testing::HttpServer;
    use kernel::{MessageId, SeededEntropy, Time, TypedId as _};
    use notifications::PhoneNumber;

    use super::*;

    const TOKEN: &str = "twilio-token";

    fn account() -> TextAccount {
        TextAccount {
            account: format!("AC{}", "0a".repeat(16)),
            token: TOKEN.to_owned(),
            sender: "+14155550999".to_owned(),
        }
    }

    fn text() -> Text {
        Text {
            id: MessageId::generate(Time::UNIX_EPOCH, &SeededEntropy::new(11)),
            to: PhoneNumber::read("+6281234567890").unwrap(),
            body: "Toko & Co: pesanan #1001 · 50%".to_owned(),
            status_url: "https://shop.example/texts/msg_1/status".to_owned(),
        }
    }

    fn twilio(server: &HttpServer) -> Twilio {
        Twilio::new(&format!("http://{}", server.address)).unwrap()
    }

    async fn posted(account: &TextAccount, text: &Text) -> (String, BTreeMap<String, String>) {
        let server = HttpServer::start("201 Created", r#"{"sid":"SM123","status":"queued"}"#).await;
        let receipt = twilio(&server).send(account, text).await.unwrap();
        assert_eq!(receipt.reference(), "SM123");
        let got = server.received().await;
        let fields = form_urlencoded::parse(got.body.as_bytes()).into_owned().collect();
        (got.head, fields)
    }

    #[tokio::test]
    async fn a_text_is_handed_over_as_it_was_written() {
        let (head, fields) = posted(&account(), &text()).await;
        let path = format!(
            "POST /2010-04-01/Accounts/{}/Messages.json HTTP/1.1\r\n",
            account().account
        );
        assert!(head.starts_with(&path), "{head}");
        let expected = data_encoding::BASE64.encode(format!("{}:{TOKEN}", account().account).as_bytes());
        assert!(head.contains(&format!("Basic {expected}")), "{head}");
        let expected = [
            ("Body", "Toko & Co: pesanan #1001 · 50%"),
            ("From", "+14155550999"),
            ("StatusCallback", "https://shop.example/texts/msg_1/status"),
            ("To", "+6281234567890"),
        ];
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(fields, expected);
    }

    #[tokio::test]
    async fn a_service_is_named_as_one_and_an_address_of_this_machine_is_not_told() {
        let service = format!("MG{}", "9".repeat(32));
        let account = TextAccount {
            sender: service.clone(),
            ..account()
        };
        let text = Text {
            status_url: "http://127.0.0.1:3000/texts/msg_1/status".to_owned(),
            ..text()
        };
        let (_, fields) = posted(&account, &text).await;
        assert_eq!(fields.get("MessagingServiceSid"), Some(&service));
        assert!(
            !fields.contains_key("From") && !fields.contains_key("StatusCallback"),
            "{fields:?}"
        );
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_text_is_told_from_what_can_be_mended() {
        const NO_NUMBER: &str = r#"{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"#;
        const STOPPED: &str = r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#;
        let long = "x".repeat(MAX_BYTES + 1);
        for (answer, body, outcome, why) in [
            (
                "400 Bad Request",
                NO_NUMBER,
                "refused",
                "code 21211: Invalid 'To' Phone Number",
            ),
            ("400 Bad Request", STOPPED, "stopped", "code 21610"),
            ("400 Bad Request", "no\r\n", "refused", "status 400: no"),
            ("401 Unauthorized", r#"{"code":20003}"#, "unavailable", "code 20003"),
            ("429 Too Many Requests", "", "unavailable", "status 429"),
            (
                "301 Moved\r\nLocation: https://elsewhere.example/",
                "",
                "unavailable",
                "status 301",
            ),
            ("503 Too Busy", "", "unavailable", "status 503"),
            ("500 Oops", "<html>", "unknown", "status 500"),
            ("502 Oops", &long, "unknown", "too long"),
            ("400 Bad Request", &long, "unavailable", "too long"),
            ("nonsense", "", "unknown", ""),
        ] {
            let server = HttpServer::start(answer, body).await;
            let error = twilio(&server).send(&account(), &text()).await.unwrap_err();
            let found = match &error {
                TexterError::Refused(_) => "refused",
                TexterError::Stopped(_) => "stopped",
                TexterError::Unavailable(_) => "unavailable",
                TexterError::Unknown(_) => "unknown",
            };
            assert_eq!(found, outcome, "{answer}: {error}");
            let said = error.to_string();
            assert!(said.contains(why) && !said.contains(TOKEN), "{answer}: {said}");
        }
    }

    #[tokio::test]
    async fn a_text_that_was_taken_is_sent_whatever_else_is_said() {
        let broken_off = "201 Created\r\nTransfer-Encoding: chunked";
        for (answer, body) in [("201 Created", "<html>"), (broken_off, "ff\r\nbreaks off")] {
            let server = HttpServer::start(answer, body).await;
            let receipt = twilio(&server).send(&account(), &text()).await.unwrap();
            assert_eq!(receipt.reference(), "");
        }
    }

    #[tokio::test]
    async fn a_text_is_offered_again_only_where_nothing_was_sent() {
        let nobody = http_client::testing::NobodyThere::hold();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hangs_up = listener.local_addr().unwrap();
        tokio::spawn(async move { while listener.accept().await.is_ok() {} });
        for (address, is_sent) in [(nobody.address, false), (hangs_up, true)] {
            let twilio = Twilio::new(&format!("http://{address}")).unwrap();
            let error = twilio.send(&account(), &text()).await.unwrap_err();
            assert_eq!(matches!(error, TexterError::Unknown(_)), is_sent, "{error}");
            let error = twilio.greet(&account()).await.unwrap_err();
            assert!(matches!(error, TexterError::Unavailable(_)), "{error}");
        }
    }

    #[tokio::test]
    async fn an_account_is_asked_for_without_a_text() {
        for (answer, good) in [("200 OK", true), ("401 Unauthorized", false)] {
            let server = HttpServer::start(answer, "{}").await;
            assert_eq!(twilio(&server).greet(&account()).await.is_ok(), good);
            let path = format!("GET /2010-04-01/Accounts/{}.json ", account().account);
            assert!(server.received().await.head.starts_with(&path));
        }
    }

    #[test]
    fn a_token_never_leaves_this_machine_in_the_clear() {
        for (site, good) in [
            ("https://api.twilio.com", true),
            ("https://api.dublin.ie1.twilio.com/", true),
            ("http://[::1]:8080", true),
            ("http://api.twilio.com", false),
            ("api.twilio.com", false),
        ] {
            assert_eq!(Twilio::new(site).is_ok(), good, "{site}");
        }
    }
}
