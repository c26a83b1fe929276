//! Messages as the log keeps them.

use kernel::{EmailAddress, MessageId, OrderId, Time};

use crate::Topic;

kernel::named! {
    /// How far a message is.
    MessageState {
        /// It will be sent, or tried again.
        Queued = "queued",
        /// The mail server took it.
        Sent = "sent",
        /// It will not be tried again.
        Failed = "failed",
    }
}

/// Which messages are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those that are so far.
    pub state: Option<MessageState>,
    /// Only those to addresses with this in them.
    pub recipient: String,
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
    /// What the mail server calls it.
    pub reference: Option<String>,
    /// The order it is about.
    pub order_id: Option<OrderId>,
    /// Who asked for it, such as `staff acc_…`; nobody where an event did.
    pub asked_by: Option<String>,
    /// The mail that this is the same as, when it was sent again.
    pub copy_of: Option<MessageId>,
    /// Whether its reader refused such mails. It is not sent again then.
    pub refused: bool,
    /// Whether its texts are gone, because it is old. It is not sent again then.
    pub is_emptied: bool,
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
    /// What it is about that nobody has to take.
    pub topic: Option<Topic>,
    /// Where such mails are refused.
    pub stop_link: Option<String>,
    /// Why the theme's template stood in for the merchant's.
    pub template_error: Option<String>,
}
