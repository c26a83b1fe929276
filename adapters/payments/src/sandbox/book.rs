//! What the bank remembers: one line of JSON for each thing that happened, and what they come to.

use std::collections::HashMap;

use kernel::{AttemptId, Currency, Money, RefundId};
use payments::{Authorization, RefundOutcome};
use serde::{Deserialize, Serialize};

/// One line of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Record {
    /// The money of an attempt was asked for.
    Asked {
        attempt_id: AttemptId,
        amount: i64,
        currency: String,
        capture: bool,
        standing: Standing,
        order_number: String,
        store_slug: String,
        return_url: String,
    },
    /// An attempt came to stand so.
    Moved { attempt_id: AttemptId, standing: Standing },
    /// Money was asked back.
    Refund {
        refund_id: RefundId,
        attempt_id: AttemptId,
        amount: i64,
        refused: Option<String>,
    },
}

/// How an attempt stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    /// The shopper was asked and has not answered.
    Challenged,
    Authorized,
    Captured,
    Failed(String),
    Voided,
}

/// An attempt as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) amount: Money,
    /// Whether to take the money at once, rather than only to hold it.
    pub(super) capture: bool,
    pub(super) standing: Standing,
    /// Whether the shopper was ever asked.
    pub(super) challenged: bool,
    pub(super) refunded: i64,
    pub(super) order_number: String,
    pub(super) store_slug: String,
    pub(super) return_url: String,
}

/// A refund as the bank knows it.
#[derive(Debug, Clone)]
pub(super) struct Return {
    pub(super) attempt_id: AttemptId,
    pub(super) amount: i64,
    pub(super) refused: Option<String>,
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) payments: HashMap<AttemptId, Payment>,
    pub(super) returns: HashMap<RefundId, Return>,
}

impl Book {
    /// Adds a line. A line about an attempt that the book does not know changes nothing.
    pub(super) fn apply(&mut self, record: Record) {
        match record {
            Record::Asked {
                attempt_id,
                amount,
                currency,
                capture,
                standing,
                order_number,
                store_slug,
                return_url,
            } => {
                let Ok(currency) = Currency::parse(&currency) else {
                    return;
                };
                self.payments.entry(attempt_id).or_insert(Payment {
                    amount: Money::new(amount, currency),
                    capture,
                    challenged: standing == Standing::Challenged,
                    standing,
                    refunded: 0,
                    order_number,
                    store_slug,
                    return_url,
                });
            }
            Record::Moved { attempt_id, standing } => {
                if let Some(payment) = self.payments.get_mut(&attempt_id) {
                    payment.standing = standing;
                }
            }
            Record::Refund {
                refund_id,
                attempt_id,
                amount,
                refused,
            } => {
                if let Some(payment) = self.payments.get_mut(&attempt_id)
                    && refused.is_none()
                {
                    payment.refunded += amount;
                }
                self.returns.entry(refund_id).or_insert(Return {
                    attempt_id,
                    amount,
                    refused,
                });
            }
        }
    }

    /// How an attempt stands, in the words of the port.
    pub(super) fn authorization(&self, attempt_id: AttemptId) -> Option<Authorization> {
        let reference = format!("sandbox_{attempt_id}");
        Some(match &self.payments.get(&attempt_id)?.standing {
            Standing::Challenged => Authorization::RequiresAction {
                reference,
                url: format!("/sandbox/challenge/{attempt_id}"),
            },
            Standing::Authorized => Authorization::Authorized { reference },
            Standing::Captured => Authorization::Captured { reference },
            Standing::Failed(code) => Authorization::Failed { code: code.clone() },
            Standing::Voided => Authorization::Voided,
        })
    }

    /// How a refund stands, in the words of the port.
    pub(super) fn refund_outcome(&self, refund_id: RefundId) -> Option<RefundOutcome> {
        Some(match &self.returns.get(&refund_id)?.refused {
            None => RefundOutcome::Succeeded {
                reference: format!("sandbox_{refund_id}"),
            },
            Some(code) => RefundOutcome::Failed { code: code.clone() },
        })
    }
}
