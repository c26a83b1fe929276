//! The port to the page on which a shopper approves or refuses a payment, for gateways whose page we serve ourselves.

use async_trait::async_trait;
use kernel::{AttemptId, Money, Time};

use crate::SignedWebhook;

/// Shows and answers challenges.
#[async_trait]
pub trait Challenge: Send + Sync {
    /// What the page shows.
    async fn describe(&self, attempt_id: AttemptId) -> Result<ChallengeDetails, ChallengeError>;

    /// The shopper's answer. The first one counts; later ones only lead back to the store.
    async fn answer(&self, attempt_id: AttemptId, approved: bool, now: Time) -> Result<Answered, ChallengeError>;
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeDetails {
    /// How much the shopper is asked to approve.
    pub amount: Money,
    /// The order's number.
    pub order_number: String,
    /// The store.
    pub store_slug: String,
    /// Whether the shopper has answered.
    pub answered: bool,
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Where the shopper goes next.
    pub return_url: String,
    /// The message that tells the store of it, as a gateway would send it.
    pub webhook: SignedWebhook,
}

/// Why a challenge cannot be shown or answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// No attempt of that id waits for, or has had, a challenge.
    #[error("there is no such challenge")]
    NotFound,
    /// The gateway's book cannot be read or written.
    #[error("the challenge cannot be answered now: {0}")]
    Unavailable(String),
}
