//! Mails go to a mail server over SMTP.

use std::{error::Error as _, time::Duration};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    transport::smtp::{Error, PoolConfig},
};
use notifications::{Mail, Mailer, MailerError, Receipt};
use tokio::time::timeout;
use url::Url;

use crate::compose::compose;

/// How long the mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long a mail may take as a whole: a server that answers a little within each step holds nobody for ever.
const WHOLE: Duration = Duration::from_secs(60);
/// How many connections are kept at most.
const CONNECTIONS: u32 = 4;

/// A mail server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    whole: Duration,
}

/// The address of the mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSmtpUrl {
    /// It is not an address of the form `smtp://user:password@host:port?tls=required`.
    #[error("the mail server's address is not of the form smtp://user:password@host:port?tls=required: {0}")]
    Malformed(String),
    /// It holds a password, and nothing says that the connection must be encrypted.
    #[error("a password goes only over an encrypted connection: add ?tls=required or use smtps://")]
    PasswordInTheClear,
}

impl SmtpMailer {
    /// A mail server by its address; connects when the first mail is sent. `tls` is `required`, `opportunistic`, or left
    /// out for none; `smtps://` encrypts from the first byte. Call it inside the runtime, which closes idle connections.
    pub fn new(address: &str) -> Result<Self, InvalidSmtpUrl> {
        let url = Url::parse(address).map_err(|error| InvalidSmtpUrl::Malformed(error.to_string()))?;
        if url.password().is_some() && !keeps_passwords(&url) {
            return Err(InvalidSmtpUrl::PasswordInTheClear);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            .map_err(|error| InvalidSmtpUrl::Malformed(chain(&error)))?;
        let pool = PoolConfig::new().max_size(CONNECTIONS);
        Ok(Self {
            transport: builder.timeout(Some(TIMEOUT)).pool_config(pool).build(),
            whole: WHOLE,
        })
    }

    /// What the server says, unless it takes too long as a whole; then the connection is given up.
    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, MailerError> {
        match timeout(self.whole, asked).await {
            Ok(Ok(said)) => Ok(said),
            Ok(Err(error)) if error.is_permanent() => Err(MailerError::Refused(chain(&error))),
            Ok(Err(error)) => Err(MailerError::Unavailable(chain(&error))),
            Err(_elapsed) => {
                let seconds = self.whole.as_secs();
                Err(MailerError::Unavailable(format!(
                    "it was not done within {seconds} seconds"
                )))
            }
        }
    }

    /// Connects, signs in, and says nothing further: whether mails could go out now.
    pub async fn greet(&self) -> Result<(), MailerError> {
        match self.in_time(self.transport.test_connection()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailerError::Unavailable(
                "it does not answer as a mail server".to_owned(),
            )),
            Err(MailerError::Refused(why) | MailerError::Unavailable(why)) => Err(MailerError::Unavailable(why)),
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<Receipt, MailerError> {
        let accepted = self.in_time(self.transport.send(compose(mail)?)).await?;
        // Most servers say here under which number they keep it.
        Ok(Receipt::new(accepted.first_line().unwrap_or_default()))
    }
}

/// Whether a password is safe on the way: encrypted, or not leaving this machine.
fn keeps_passwords(url: &Url) -> bool {
    let encrypted = url.scheme() == "smtps"
        || url
            .query_pairs()
            .any(|(key, value)| key == "tls" && value == "required");
    encrypted || http_client::is_this_machine(url)
}

/// The error with its causes.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use kernel::EmailAddress;

    use super::*;
    use crate::smtp_server::SmtpServer;

    #[tokio::test]
    async fn a_mail_arrives_as_it_was_written() {
        let server = SmtpServer::start("250 taken").await;
        let mailer = SmtpMailer::new(&format!("smtp://{}", server.address)).unwrap();
        // A line with a single dot would end the mail if it were not doubled.
        let text = "First\n.\nQUIT\n".to_owned();
        let mail = Mail {
            text,
            subject: "Evil\r\nBcc: victim@example.com".to_owned(),
            ..Mail::sample()
        };
        let receipt = mailer.send(&mail).await.unwrap();
        assert_eq!(receipt.reference(), "taken");
        let got = server.received().await;
        assert_eq!(got.from, "<nobody@example.invalid>");
        assert_eq!(got.to, ["<ann@example.com>"]);
        assert!(got.data.contains("First\r\n.\r\nQUIT\r\n"), "{}", got.data);
        assert!(
            got.data.contains("Subject: Evil  Bcc: victim@example.com\r\n"),
            "{}",
            got.data
        );
        assert!(!got.data.contains("\r\nBcc:"), "{}", got.data);
    }

    #[tokio::test]
    async fn refusals_are_told_from_outages() {
        let full = SmtpServer::start("452 mailbox full").await;
        let mailer = SmtpMailer::new(&format!("smtp://{}", full.address)).unwrap();
        let error = mailer.send(&Mail::sample()).await.unwrap_err();
        assert!(
            matches!(&error, MailerError::Unavailable(why) if why.contains("mailbox full")),
            "{error}"
        );

        let strict = SmtpServer::start("550 no such user").await;
        let mailer = SmtpMailer::new(&format!("smtp://{}", strict.address)).unwrap();
        let error = mailer.send(&Mail::sample()).await.unwrap_err();
        assert!(
            matches!(&error, MailerError::Refused(why) if why.contains("no such user")),
            "{error}"
        );

        let nobody = http_client::testing::NobodyThere::hold();
        let mailer = SmtpMailer::new(&format!("smtp://{}", nobody.address)).unwrap();
        let error = mailer.send(&Mail::sample()).await.unwrap_err();
        assert!(matches!(error, MailerError::Unavailable(_)), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_goes_on_saying_a_little_is_given_up() {
        let endless = SmtpServer::drip().await;
        let mut mailer = SmtpMailer::new(&format!("smtp://{}", endless.address)).unwrap();
        mailer.whole = Duration::from_millis(50);
        for told in [mailer.send(&Mail::sample()).await.map(drop), mailer.greet().await] {
            assert!(
                matches!(&told, Err(MailerError::Unavailable(why)) if why.contains("not done within")),
                "{told:?}"
            );
        }
    }

    #[tokio::test]
    async fn odd_addresses_reach_the_server_as_addresses_or_not_at_all() {
        for to in ["o'neil+tag@example.com", "jürgen@example.com"] {
            let server = SmtpServer::start("250 taken").await;
            let mailer = SmtpMailer::new(&format!("smtp://{}", server.address)).unwrap();
            let mail = Mail {
                to: EmailAddress::parse(to).unwrap(),
                ..Mail::sample()
            };
            match mailer.send(&mail).await {
                Ok(_receipt) => assert_eq!(server.received().await.to, [format!("<{to}>")]),
                Err(error) => assert!(!to.is_ascii(), "{to}: {error}"),
            }
        }
    }

    #[tokio::test]
    async fn a_password_needs_encryption() {
        let outcome = |address: &str| {
            SmtpMailer::new(address)
                .map(|_mailer| "good")
                .map_err(|error| error.to_string())
        };
        for good in [
            "smtps://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com:587?tls=required",
            "smtp://user:secret@127.0.0.1:1025",
            "smtp://mail.example.com",
        ] {
            assert_eq!(outcome(good), Ok("good"), "{good}");
        }
        for bad in [
            "smtp://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com?tls=opportunistic",
            "http://mail.example.com",
            "mail.example.com",
            "smtp://mail.example.com?tls=maybe",
        ] {
            assert!(outcome(bad).is_err_and(|error| !error.contains("secret")), "{bad}");
        }
    }
}
