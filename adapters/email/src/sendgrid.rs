//! Mails go to SendGrid over its HTTP API, version 3.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use notifications::{Mail, Mailer, MailerError, Receipt};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::compose::{message_id, one_line, stop_headers};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest answer that is read.
const MAX_BYTES: usize = 64 * 1024;
/// How much of a refusal the log keeps, in characters.
const LONGEST_REASON: usize = 500;
/// What a key must be allowed to do.
const SCOPE: &str = "mail.send";

/// SendGrid, with a key of an account there.
pub struct SendGridMailer {
    client: Client,
    site: Url,
    key: String,
}

/// SendGrid cannot be used so.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSendGrid {
    /// The address is not of the form `https://api.sendgrid.com`.
    #[error("SendGrid's address is not of the form https://api.sendgrid.com: {0}")]
    Address(String),
    /// The key has characters that no key has.
    #[error("the key of SendGrid is empty, or has blanks or letters that no key has")]
    Key,
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
}

#[derive(Serialize)]
struct Send<'m> {
    personalizations: [Personalization<'m>; 1],
    from: Person<'m>,
    subject: String,
    content: [Part<'m>; 2],
    headers: BTreeMap<&'static str, String>,
    tracking_settings: Tracking,
}

#[derive(Serialize)]
struct Personalization<'m> {
    to: [Person<'m>; 1],
}

#[derive(Serialize)]
struct Person<'m> {
    email: &'m str,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

#[derive(Serialize)]
struct Part<'m> {
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'m str,
}

/// Nobody follows shoppers about, and links that open an account go to nobody else.
#[derive(Default, Serialize)]
struct Tracking {
    click_tracking: Off,
    open_tracking: Off,
    subscription_tracking: Off,
}

#[derive(Default, Serialize)]
struct Off {
    enable: bool,
}

#[derive(Deserialize)]
struct Refusal {
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    message: String,
    field: Option<String>,
}

#[derive(Deserialize)]
struct Scopes {
    scopes: Vec<String>,
}

impl SendGridMailer {
    /// SendGrid at that address, which differs for accounts that are kept in Europe; asks nothing before the first mail.
    pub fn new(site: &str, key: &str) -> Result<Self, InvalidSendGrid> {
        Self::with_timeout(site, key, TIMEOUT)
    }

    fn with_timeout(site: &str, key: &str, timeout: Duration) -> Result<Self, InvalidSendGrid> {
        let site = Url::parse(site).map_err(|error| InvalidSendGrid::Address(error.to_string()))?;
        if !http_client::keeps_secrets(&site) {
            return Err(InvalidSendGrid::Address("the key goes only over https".to_owned()));
        }
        if key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(InvalidSendGrid::Key);
        }
        Ok(Self {
            client: http_client::builder(timeout).build()?,
            site,
            key: key.to_owned(),
        })
    }

    /// Whether the key may send mails; sends none.
    pub async fn greet(&self) -> Result<(), MailerError> {
        let request = self.client.get(self.page("/v3/scopes"));
        let response = self.ask(request).await?;
        if response.status() != StatusCode::OK {
            return Err(refusal(response).await);
        }
        let body = read(response).await?;
        let scopes: Scopes = serde_json::from_slice(&body)
            .map_err(|_error| MailerError::Unavailable("it does not answer as SendGrid does".to_owned()))?;
        if scopes.scopes.iter().any(|scope| scope == SCOPE) {
            return Ok(());
        }
        Err(MailerError::Unavailable(format!(
            "the key lacks the permission {SCOPE}"
        )))
    }

    fn page(&self, path: &str) -> Url {
        let mut page = self.site.clone();
        page.set_path(path);
        page
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Response, MailerError> {
        request.bearer_auth(&self.key).send().await.map_err(unreachable)
    }
}

#[async_trait]
impl Mailer for SendGridMailer {
    async fn send(&self, mail: &Mail) -> Result<Receipt, MailerError> {
        let mut headers = BTreeMap::from_iter(stop_headers(mail)?);
        headers.insert("Message-ID", message_id(mail));
        let wanted = Send {
            personalizations: [Personalization {
                to: [Person {
                    email: mail.to.as_str(),
                    name: String::new(),
                }],
            }],
            from: Person {
                email: mail.from.as_str(),
                name: one_line(&mail.from_name),
            },
            subject: one_line(&mail.subject),
            content: [
                Part {
                    kind: "text/plain",
                    value: &mail.text,
                },
                Part {
                    kind: "text/html",
                    value: &mail.html,
                },
            ],
            headers,
            tracking_settings: Tracking::default(),
        };
        let body = serde_json::to_vec(&wanted).map_err(|error| MailerError::Refused(error.to_string()))?;
        let request = self.client.post(self.page("/v3/mail/send"));
        let request = request.header("content-type", "application/json").body(body);
        let response = self.ask(request).await?;
        if !matches!(response.status(), StatusCode::ACCEPTED | StatusCode::OK) {
            return Err(refusal(response).await);
        }
        // The mail is theirs now. What else they say is not read: if that broke off, the mail would go out twice.
        let reference = response.headers().get("x-message-id").and_then(|id| id.to_str().ok());
        Ok(Receipt::new(reference.unwrap_or_default()))
    }
}

async fn refusal(response: Response) -> MailerError {
    let status = response.status();
    match read(response).await {
        Ok(body) => judge(status, &body),
        Err(error) => error,
    }
}

/// What is wrong with this mail will stay wrong; a key, a quota or a server can be mended.
fn judge(status: StatusCode, body: &[u8]) -> MailerError {
    let why = format!("status {}: {}", status.as_u16(), reason(body));
    match status {
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
            MailerError::Refused(why)
        }
        _ => MailerError::Unavailable(why),
    }
}

fn reason(body: &[u8]) -> String {
    let told = match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) => {
            let told = refusal.errors.into_iter().map(|reason| match reason.field {
                Some(field) => format!("{} ({field})", reason.message),
                None => reason.message,
            });
            told.collect::<Vec<_>>().join("; ")
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    one_line(&told).chars().take(LONGEST_REASON).collect()
}

async fn read(response: Response) -> Result<Vec<u8>, MailerError> {
    let body = http_client::read(response, MAX_BYTES).await;
    body.map_err(|error| MailerError::Unavailable(error.to_string()))
}

fn unreachable(error: reqwest::Error) -> MailerError {
    MailerError::Unavailable(http_client::unreachable(error))
}

#[cfg(test)]
mod tests {
    use http_client::testing::HttpServer;

    use super::*;

    const KEY: &str = "SG.abc.def";

    fn mailer(server: &HttpServer) -> SendGridMailer {
        SendGridMailer::new(&format!("http://{}", server.address), KEY).unwrap()
    }

    #[tokio::test]
    async fn a_mail_is_handed_over_as_it_was_written_and_its_id_is_kept() {
        let server = HttpServer::start("202 Accepted\r\nX-Message-Id: 14c5d75ce93.dfd", "").await;
        let mail = Mail {
            subject: "Evil\r\nBcc: victim@example.com".to_owned(),
            stop_link: Some("https://shop.example.com/mails/msg_1?token=abc".to_owned()),
            ..Mail::sample()
        };
        let receipt = mailer(&server).send(&mail).await.unwrap();
        assert_eq!(receipt.reference(), "14c5d75ce93.dfd");
        let got = server.received().await;
        assert!(got.head.starts_with("POST /v3/mail/send HTTP/1.1\r\n"), "{}", got.head);
        let head = got.head.to_lowercase();
        assert!(head.contains("\r\nauthorization: bearer sg.abc.def\r\n"), "{head}");
        assert!(head.contains("\r\ncontent-type: application/json\r\n"), "{head}");
        let body: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        let expected = serde_json::json!({
            "personalizations": [{ "to": [{ "email": "ann@example.com" }] }],
            "from": { "email": "nobody@example.invalid", "name": "Sample Store" },
            "subject": "Evil  Bcc: victim@example.com",
            "content": [
                { "type": "text/plain", "value": mail.text },
                { "type": "text/html", "value": mail.html },
            ],
            "headers": {
                "Message-ID": format!("<{}@example.invalid>", mail.id),
                "List-Unsubscribe": "<https://shop.example.com/mails/msg_1?token=abc>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            "tracking_settings": {
                "click_tracking": { "enable": false },
                "open_tracking": { "enable": false },
                "subscription_tracking": { "enable": false },
            },
        });
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_mail_is_told_from_what_can_be_mended() {
        const INVALID: &str = r#"{"errors":[{"message":"Does not contain a valid address.","field":"personalizations.0.to.0.email","help":null}]}"#;
        let long = "x".repeat(MAX_BYTES + 1);
        for (answer, body, refused, why) in [
            (
                "400 Bad Request",
                INVALID,
                true,
                "status 400: Does not contain a valid address. (personalizations.0.to.0.email)",
            ),
            ("413 Payload Too Large", "", true, "status 413"),
            (
                "401 Unauthorized",
                r#"{"errors":[{"message":"authorization required"}]}"#,
                false,
                "authorization required",
            ),
            ("403 Forbidden", "no\r\nverified sender", false, "no  verified sender"),
            ("429 Too Many Requests", "", false, "status 429"),
            (
                "301 Moved\r\nLocation: https://elsewhere.example/",
                "",
                false,
                "status 301",
            ),
            ("500 Oops", "<html>", false, "status 500"),
            ("400 Bad Request", &long, false, "too long"),
            ("nonsense", "", false, ""),
        ] {
            let server = HttpServer::start(answer, body).await;
            let error = mailer(&server).send(&Mail::sample()).await.unwrap_err();
            assert_eq!(matches!(error, MailerError::Refused(_)), refused, "{answer}: {error}");
            assert!(
                error.to_string().contains(why) && !error.to_string().contains(KEY),
                "{answer}: {error}"
            );
        }
    }

    #[tokio::test]
    async fn a_mail_that_was_taken_is_sent_whatever_else_is_said() {
        let long = "x".repeat(MAX_BYTES + 1);
        for (answer, body) in [
            ("202 Accepted\r\nX-Message-Id: 14c5d", &*long),
            (
                "202 Accepted\r\nX-Message-Id: 14c5d\r\nTransfer-Encoding: chunked",
                "ff\r\nbreaks off",
            ),
        ] {
            let server = HttpServer::start(answer, body).await;
            let receipt = mailer(&server).send(&Mail::sample()).await.unwrap();
            assert_eq!(receipt.reference(), "14c5d");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_or_never_answers_delays_a_mail() {
        let nobody = http_client::testing::NobodyThere::hold();
        let away = SendGridMailer::new(&format!("http://{}", nobody.address), KEY).unwrap();
        let error = away.send(&Mail::sample()).await.unwrap_err();
        assert!(matches!(error, MailerError::Unavailable(_)), "{error}");

        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://{}", silent.local_addr().unwrap());
        let silent_mailer = SendGridMailer::with_timeout(&site, KEY, Duration::from_millis(50)).unwrap();
        let error = silent_mailer.send(&Mail::sample()).await.unwrap_err();
        assert!(matches!(error, MailerError::Unavailable(_)), "{error}");
    }

    #[tokio::test]
    async fn a_key_is_asked_whether_it_may_send() {
        for (answer, body, outcome) in [
            ("200 OK", r#"{"scopes":["alerts.read","mail.send"]}"#, None),
            (
                "200 OK",
                r#"{"scopes":["alerts.read"]}"#,
                Some("lacks the permission mail.send"),
            ),
            ("200 OK", "<html>", Some("does not answer as SendGrid")),
            ("401 Unauthorized", "", Some("status 401")),
        ] {
            let server = HttpServer::start(answer, body).await;
            let greeted = mailer(&server).greet().await.map_err(|error| error.to_string());
            match outcome {
                None => assert_eq!(greeted, Ok(())),
                Some(why) => assert!(greeted.is_err_and(|error| error.contains(why)), "{body}"),
            }
            assert!(server.received().await.head.starts_with("GET /v3/scopes "));
        }
    }

    #[test]
    fn a_key_never_leaves_this_machine_in_the_clear() {
        for (site, key, good) in [
            ("https://api.sendgrid.com", KEY, true),
            ("https://api.eu.sendgrid.com/", KEY, true),
            ("http://[::1]:8080", KEY, true),
            ("http://api.sendgrid.com", KEY, false),
            ("ftp://localhost", KEY, false),
            ("api.sendgrid.com", KEY, false),
            ("https://api.sendgrid.com", "", false),
            ("https://api.sendgrid.com", "SG.a b", false),
            ("https://api.sendgrid.com", "SG.a\r\nX-Evil: 1", false),
        ] {
            let made = SendGridMailer::new(site, key).map(|_mailer| ());
            assert_eq!(made.is_ok(), good, "{site} {key:?}");
            assert!(
                made.err().is_none_or(|error| !error.to_string().contains("SG.")),
                "{site}"
            );
        }
    }
}
