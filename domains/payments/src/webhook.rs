//! Messages of a gateway: what they can say, and which of them were seen before.

use database::{Ctx, Error};
use kernel::{AttemptId, CaptureId, RefundId};

use crate::{Authorization, CaptureOutcome, RefundOutcome, store};

/// A message whose signature and age are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The gateway's id of the message; the same message may come twice.
    pub id: String,
    /// What it says.
    pub fact: WebhookFact,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookFact {
    /// An attempt came to this.
    Attempt {
        /// The attempt.
        attempt_id: AttemptId,
        /// What became of it.
        outcome: Authorization,
    },
    /// A capture came to this.
    Capture {
        /// The capture.
        capture_id: CaptureId,
        /// What became of it.
        outcome: CaptureOutcome,
    },
    /// A refund came to this.
    Refund {
        /// The refund.
        refund_id: RefundId,
        /// What became of it.
        outcome: RefundOutcome,
    },
    /// Something that does not concern payments here.
    Other,
}

/// Why a message is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It is not signed by the gateway.
    #[error("the signature is missing or wrong")]
    BadSignature,
    /// It was signed too long ago, or its clock is ahead.
    #[error("the message is too old or from the future")]
    BadTime,
    /// It is signed, but cannot be read.
    #[error("the message cannot be read: {0}")]
    Malformed(String),
}

/// A message as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedWebhook {
    /// Its headers, with the signature among them.
    pub headers: Vec<(String, String)>,
    /// The body that was signed.
    pub body: Vec<u8>,
}

/// Notes that a message was received. False: it was noted before, so it has been dealt with.
pub async fn remember_webhook(ctx: &mut Ctx, gateway: &str, event_id: &str) -> Result<bool, Error> {
    store::insert_webhook_event(ctx, gateway, event_id).await
}
