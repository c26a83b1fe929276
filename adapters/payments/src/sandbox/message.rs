//! The messages that the bank sends: what they look like, and how they are read.

use kernel::{AttemptId, Currency, Money, RefundId};
use payments::{Authorization, RefundOutcome, WebhookError, WebhookFact};
use serde::{Deserialize, Serialize};

/// A message's body.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message {
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt_id: Option<AttemptId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_id: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<Amount>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Amount {
    minor: i64,
    currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor(),
            currency: money.currency().code().to_owned(),
        }
    }
}

impl Amount {
    fn read(self) -> Result<Money, WebhookError> {
        let currency = Currency::parse(&self.currency).map_err(|error| WebhookError::Malformed(error.to_string()))?;
        Ok(Money::new(self.minor, currency))
    }
}

impl Message {
    /// What the bank tells of an attempt.
    pub(super) fn of_attempt(attempt_id: AttemptId, outcome: Authorization) -> Self {
        let (mut money_taken, mut money_kept) = (None, None);
        let (kind, reference, url, code) = match outcome {
            Authorization::Captured { reference, taken, fee } => {
                (money_taken, money_kept) = (taken, fee);
                ("payment.captured", Some(reference), None, None)
            }
            Authorization::Authorized { reference } => ("payment.authorized", Some(reference), None, None),
            Authorization::RequiresAction { reference, url } => {
                ("payment.requires_action", Some(reference), Some(url), None)
            }
            Authorization::Failed { code } => ("payment.failed", None, None, Some(code)),
            Authorization::Voided => ("payment.voided", None, None, None),
        };
        let data = Data {
            attempt_id: Some(attempt_id),
            reference,
            url,
            code,
            taken: money_taken.map(Amount::from),
            fee: money_kept.map(Amount::from),
            ..Data::default()
        };
        Self {
            kind: kind.to_owned(),
            data,
        }
    }

    /// The message's id: the same news of the same attempt is the same message.
    pub(super) fn id(&self) -> String {
        let about = self.data.attempt_id.map(|id| id.to_string()).unwrap_or_default();
        format!("msg_{}_{about}", self.kind)
    }

    /// What a body says. A kind of message that is not known here says nothing.
    pub(super) fn read(body: &[u8]) -> Result<WebhookFact, WebhookError> {
        let message: Self = serde_json::from_slice(body).map_err(|error| WebhookError::Malformed(error.to_string()))?;
        let data = message.data;
        let outcome = match message.kind.as_str() {
            "payment.captured" => Authorization::Captured {
                reference: given(data.reference, "reference")?,
                taken: data.taken.map(Amount::read).transpose()?,
                fee: data.fee.map(Amount::read).transpose()?,
            },
            "payment.authorized" => Authorization::Authorized {
                reference: given(data.reference, "reference")?,
            },
            "payment.requires_action" => Authorization::RequiresAction {
                reference: given(data.reference, "reference")?,
                url: given(data.url, "url")?,
            },
            "payment.failed" => Authorization::Failed {
                code: given(data.code, "code")?,
            },
            "payment.voided" => Authorization::Voided,
            "refund.succeeded" => {
                let outcome = RefundOutcome::Succeeded {
                    reference: given(data.reference, "reference")?,
                    fee_returned: data.fee.map(Amount::read).transpose()?,
                };
                return Ok(WebhookFact::Refund {
                    refund_id: given(data.refund_id, "refund_id")?,
                    outcome,
                });
            }
            "refund.failed" => {
                let outcome = RefundOutcome::Failed {
                    code: given(data.code, "code")?,
                };
                return Ok(WebhookFact::Refund {
                    refund_id: given(data.refund_id, "refund_id")?,
                    outcome,
                });
            }
            _ => return Ok(WebhookFact::Other),
        };
        Ok(WebhookFact::Attempt {
            attempt_id: given(data.attempt_id, "attempt_id")?,
            outcome,
        })
    }
}

fn given<T>(value: Option<T>, field: &str) -> Result<T, WebhookError> {
    value.ok_or_else(|| WebhookError::Malformed(format!("data.{field} is missing")))
}
