//! The port to whatever carries mails.

use async_trait::async_trait;
use kernel::{EmailAddress, MessageId, Time};

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The message's id; it makes the Message-ID, so that a mail sent twice can be recognised.
    pub id: MessageId,
    /// The store's name.
    pub from_name: String,
    /// The store's address.
    pub from: EmailAddress,
    /// Who gets it.
    pub to: EmailAddress,
    /// The subject, one line.
    pub subject: String,
    /// The text for programs that show no HTML.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// Where such mails are refused with one click (RFC 8058); nothing for those that are owed.
    pub stop_link: Option<String>,
    /// When the message was written.
    pub written_at: Time,
}

impl Mail {
    /// A mail for tests.
    pub fn sample() -> Self {
        use kernel::TypedId as _;
        Self {
            id: MessageId::generate(Time::UNIX_EPOCH, &kernel::SeededEntropy::new(11)),
            from_name: "Sample Store".to_owned(),
            from: EmailAddress::nobody(),
            to: EmailAddress::parse("ann@example.com").unwrap_or_else(|_| EmailAddress::nobody()),
            subject: "Café order ORD-1001 – thank you".to_owned(),
            text: "Thank you, Ann.\n".to_owned(),
            html: "<p>Thank you, Ann.</p>\n".to_owned(),
            stop_link: None,
            written_at: Time::UNIX_EPOCH,
        }
    }
}

/// What a mail server says of a mail it took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    reference: String,
}

impl Receipt {
    /// The longest reference that is kept, in characters.
    const LONGEST: usize = 200;

    /// With the server's own name for the mail; empty where it gives none.
    pub fn new(reference: &str) -> Self {
        let printable = reference.trim().chars().filter(|c| !c.is_control());
        Self {
            reference: printable.take(Self::LONGEST).collect(),
        }
    }

    /// The server's own name for the mail, with which somebody there finds it.
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailerError {
    /// It will not be taken, however often it is offered.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It may be taken later.
    #[error("the mail server did not take the mail: {0}")]
    Unavailable(String),
}

/// Carries mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail over.
    async fn send(&self, mail: &Mail) -> Result<Receipt, MailerError>;
}
