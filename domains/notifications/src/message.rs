//! Messages as the log keeps them.

use kernel::{EmailAddress, MessageId, Time};

/// How far a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It will be sent, or tried again.
    Queued,
    /// The mail server took it.
    Sent,
    /// It will not be tried again.
    Failed,
}

impl MessageState {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSummary {
    /// The message's id.
    pub id: MessageId,
    /// The kind, such as `order_confirmation`; kept as text, because the log outlives the kinds.
    pub kind: String,
    /// Who gets it.
    pub recipient: EmailAddress,
    /// The subject.
    pub subject: String,
    /// How far it is.
    pub state: MessageState,
    /// How often it was offered to the mail server.
    pub attempts: i32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Time,
    /// When the mail server took it.
    pub sent_at: Option<Time>,
}

/// A message with its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What the log shows of it.
    pub summary: MessageSummary,
    /// The text for programs that show no HTML.
    pub text: String,
    /// The HTML. Show it in a sandboxed frame.
    pub html: String,
    /// Why the theme's template stood in for the merchant's.
    pub template_error: Option<String>,
}
