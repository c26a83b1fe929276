//! The port to a payment gateway. Adapters implement it and pass the suite in `contract`.
//!
//! Every request carries an id of ours, which the gateway keeps: the same id again changes nothing and answers what
//! became of it. A refusal is an answer, such as `Authorization::Failed`; an error says how far the request came.

use std::fmt;

use async_trait::async_trait;
use kernel::{AttemptId, CaptureId, CustomerId, Money, RefundId, Time};

use crate::{CardLabel, Expiry, WebhookError, WebhookEvent};

/// Takes and returns money.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// The name in attempts, settings and accounts of the ledger, such as `sandbox`.
    fn name(&self) -> &'static str;

    /// Asks for the money of an attempt. The attempt's id makes it safe to ask twice.
    async fn authorize(&self, request: &AuthorizeRequest) -> Result<Authorization, GatewayError>;

    /// Takes all or part of the money that was authorized. The capture's id makes it safe to ask twice.
    async fn capture(&self, request: &CaptureRequest) -> Result<CaptureOutcome, GatewayError>;

    /// Gives up money that was authorized and not taken, or an attempt that waits for the shopper.
    async fn void(&self, request: &VoidRequest) -> Result<Authorization, GatewayError>;

    /// Gives back all or part of what an attempt took. The refund's id makes it safe to ask twice.
    async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError>;

    /// Makes the gateway know a customer for whom it is to keep cards, and answers its name for them. The customer's id makes
    /// it safe to ask twice.
    async fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError>;

    /// The card that the gateway keeps of what an attempt was paid with; `None` when it keeps none.
    async fn kept_method(&self, attempt_id: AttemptId) -> Result<Option<KeptMethod>, GatewayError>;

    /// Forgets a card, by the gateway's names for the customer and the card. What is not kept is forgotten.
    async fn forget_method(&self, customer_reference: &str, method_reference: &str) -> Result<(), GatewayError>;

    /// Forgets a customer, by the gateway's name for them, with every card that it still keeps for them. Who is not known is
    /// forgotten.
    async fn forget_customer(&self, customer_reference: &str) -> Result<(), GatewayError>;

    /// What became of an attempt; `None` when the gateway never heard of it.
    async fn status(&self, attempt_id: AttemptId) -> Result<Option<Authorization>, GatewayError>;

    /// What became of a refund; `None` when the gateway never heard of it.
    async fn refund_status(&self, refund_id: RefundId) -> Result<Option<RefundOutcome>, GatewayError>;

    /// Reads a message of the gateway, after proving that the gateway signed it and that it is not old.
    fn parse_webhook(&self, headers: &[(String, String)], body: &[u8], now: Time)
    -> Result<WebhookEvent, WebhookError>;
}

/// Asks for the money of one attempt.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// The attempt, also the idempotency key.
    pub attempt_id: AttemptId,
    /// How much.
    pub amount: Money,
    /// What it is paid with.
    pub source: PaymentSource,
    /// The gateway's name for the customer for whom it is to keep the card, once it has paid.
    pub keep_for: Option<String>,
    /// Whether to take the money at once, rather than only to hold it.
    pub capture: bool,
    /// The order's number, for statements and the gateway's desk.
    pub order_number: String,
    /// Where the gateway may write to the shopper.
    pub email: String,
    /// Where the shopper comes back to after a challenge.
    pub return_url: String,
    /// The store, for gateways with an account for each.
    pub store_slug: String,
}

/// What an attempt is paid with.
#[derive(Clone, PartialEq, Eq)]
pub enum PaymentSource {
    /// What the gateway's own fields in the browser turned the card into.
    Token(String),
    /// A card that the gateway keeps. Its bank may ask the shopper all the same.
    Kept {
        /// The gateway's name for the customer it is kept for: nobody else pays with it.
        customer: String,
        /// The gateway's name for the card.
        method: String,
    },
}

/// A customer for whom a gateway is to keep cards.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerRequest {
    /// The customer, also the idempotency key.
    pub customer_id: CustomerId,
    /// Where the gateway may write to them.
    pub email: String,
    /// The store, for gateways with an account for each.
    pub store_slug: String,
}

/// A card that a gateway keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMethod {
    /// The gateway's name for it, which it gives no second time.
    pub reference: String,
    /// The same for the same card, however often a customer has it kept.
    pub fingerprint: String,
    /// Which card it is.
    pub card: CardLabel,
    /// Until when it can be used.
    pub expires: Expiry,
}

impl fmt::Debug for CustomerRequest {
    /// Leaves out the address, so that it does not get into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerRequest")
            .field("customer_id", &self.customer_id)
            .field("store_slug", &self.store_slug)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorizeRequest {
    /// Leaves out the token and the shopper's address, so that neither gets into a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizeRequest")
            .field("attempt_id", &self.attempt_id)
            .field("amount", &self.amount)
            .field("capture", &self.capture)
            .field("order_number", &self.order_number)
            .field("store_slug", &self.store_slug)
            .finish_non_exhaustive()
    }
}

/// Takes money that was authorized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureRequest {
    /// The capture, also the idempotency key.
    pub capture_id: CaptureId,
    /// The attempt that holds the money.
    pub attempt_id: AttemptId,
    /// The gateway's name for the attempt.
    pub gateway_reference: String,
    /// How much: no more than is held.
    pub amount: Money,
    /// Whether nothing more will be taken, so that the rest is held no longer.
    pub last: bool,
}

/// Gives up money that was authorized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoidRequest {
    /// The attempt, also the idempotency key.
    pub attempt_id: AttemptId,
    /// The gateway's name for it.
    pub gateway_reference: String,
}

/// Gives back money that was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    /// The refund, also the idempotency key.
    pub refund_id: RefundId,
    /// The attempt that took the money.
    pub attempt_id: AttemptId,
    /// The gateway's name for the attempt.
    pub gateway_reference: String,
    /// How much.
    pub amount: Money,
}

/// What became of an attempt, as the gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorization {
    /// The money is taken, and none is held any more.
    Captured {
        /// The gateway's name for the attempt.
        reference: String,
        /// How much was taken in all; `None` is the whole amount of the attempt.
        taken: Option<Money>,
        /// What the gateway kept of that for its work, in the same currency, if it says so.
        fee: Option<Money>,
    },
    /// The money is held, all of it or what was not taken yet, and can be captured.
    Authorized {
        /// The gateway's name for the attempt.
        reference: String,
    },
    /// The shopper has to do something first, such as 3-D Secure.
    RequiresAction {
        /// The gateway's name for the attempt.
        reference: String,
        /// Where the shopper does it: a path of ours or an address of the gateway's.
        url: String,
    },
    /// The money was refused.
    Failed {
        /// Why, such as `card_declined`.
        code: String,
    },
    /// What was held is given up.
    Voided,
}

impl Authorization {
    /// All of the money is taken; nothing is said of a fee.
    pub fn captured(reference: impl Into<String>) -> Self {
        Self::Captured {
            reference: reference.into(),
            taken: None,
            fee: None,
        }
    }
}

/// What became of a capture, as the gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureOutcome {
    /// The money is taken.
    Succeeded {
        /// The gateway's name for the capture.
        reference: String,
        /// What the gateway kept of it for its work, in the same currency, if it says so.
        fee: Option<Money>,
    },
    /// The gateway has not decided.
    Pending {
        /// The gateway's name for the capture.
        reference: String,
    },
    /// The gateway refuses.
    Failed {
        /// Why, such as `authorization_expired`.
        code: String,
    },
}

/// What became of a refund, as the gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money is on its way back.
    Succeeded {
        /// The gateway's name for the refund.
        reference: String,
        /// What the gateway gave back of its fee, in the same currency, if it says so.
        fee_returned: Option<Money>,
    },
    /// The gateway has not decided.
    Pending {
        /// The gateway's name for the refund.
        reference: String,
    },
    /// The gateway refuses.
    Failed {
        /// Why, such as `exceeds_captured`.
        code: String,
    },
}

/// Why there is no answer, and what that means for the money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The gateway does not understand the request; no money moved.
    #[error("the gateway refuses the request: {0}")]
    Invalid(String),
    /// The gateway was not reached; no money moved.
    #[error("the gateway cannot be reached: {0}")]
    Unavailable(String),
    /// The request was sent and the answer is lost: money may have moved. Ask for the status later.
    #[error("the gateway did not answer: {0}")]
    Unknown(String),
}
