//! A bank of play money, for demos and tests. It behaves as gateways do: slow answers get lost, shoppers are challenged,
//! refusals have codes, and what it did is remembered across restarts.

mod book;
mod challenge;
mod fees;
mod journal;
mod kept;
mod message;

use std::{fmt, io, path::Path};

use async_trait::async_trait;
use kernel::{AttemptId, CustomerId, Money, RefundId, Time};
use payments::{
    Authorization, AuthorizeRequest, CaptureOutcome, CaptureRequest, CustomerRequest, Gateway, GatewayError,
    KeptMethod, PaymentSource, RefundOutcome, RefundRequest, SignedWebhook, VoidRequest, WebhookError, WebhookEvent,
};

pub use self::fees::Fees;
use self::{
    book::{Payment, Record, Standing},
    journal::{Decision, Journal},
    kept::KeptCard,
    message::Message,
};
use crate::standard_webhooks;

/// The bank.
pub struct SandboxBank {
    journal: Journal,
    key: [u8; 32],
    fees: Fees,
}

/// Why the bank does not answer.
enum Trouble {
    /// The request makes no sense to it.
    Refused(String),
    /// Its book cannot be read or written.
    Book(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Book(error)
    }
}

impl From<Trouble> for GatewayError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(reason) => Self::Invalid(reason),
            Trouble::Book(error) => Self::Unknown(error.to_string()),
        }
    }
}

impl SandboxBank {
    /// Opens the bank whose book lies in the data folder. `key` signs its messages. It charges `Fees::default`.
    pub fn open(data_folder: &Path, key: [u8; 32]) -> io::Result<Self> {
        Ok(Self {
            journal: Journal::open(data_folder)?,
            key,
            fees: Fees::default(),
        })
    }

    /// The same bank with other fees for what it takes from now on.
    pub fn charging(self, fees: Fees) -> Self {
        Self { fees, ..self }
    }

    /// Makes the bank know payments that it never took, such as those of a demo's history, so that it can return them.
    pub fn record_history(&self, payments: &[(AttemptId, Money)]) -> io::Result<()> {
        self.journal.decide(|decision| {
            for (attempt_id, amount) in payments {
                if !decision.book().payments.contains_key(attempt_id) {
                    decision.write(Record::Asked {
                        attempt_id: *attempt_id,
                        amount: amount.minor(),
                        currency: amount.currency().code().to_owned(),
                        capture: true,
                        standing: Standing::Captured,
                        order_number: String::new(),
                        store_slug: String::new(),
                        return_url: String::new(),
                        fee: 0,
                        keep: None,
                    })?;
                }
            }
            Ok(())
        })
    }

    /// Makes the bank keep a card that no attempt brought, such as a demo's. The second is its name for the customer.
    pub fn keep_card(&self, customer: CustomerId, token: &str) -> io::Result<(KeptMethod, String)> {
        let (customer, reference) = (kept::customer_name(customer), format!("sandbox_card_{customer}"));
        let shown = kept::shown(&reference, token).ok_or(io::ErrorKind::InvalidInput)?;
        let card = KeptCard {
            customer: customer.clone(),
            token: token.to_owned(),
        };
        self.journal
            .decide(|decision| decision.write(Record::Kept { reference, card }))?;
        Ok((shown, customer))
    }

    /// The message that tells how an attempt stands, signed at that moment; `None` when the bank never heard of it.
    pub fn webhook_of(&self, attempt_id: AttemptId, at: Time) -> io::Result<Option<SignedWebhook>> {
        let outcome = self
            .journal
            .decide(|decision| Ok(decision.book().authorization(attempt_id)))?;
        let Some(outcome) = outcome else { return Ok(None) };
        let message = Message::of_attempt(attempt_id, outcome);
        Ok(Some(standard_webhooks::sign(
            &self.key,
            &message.id(),
            at,
            serde_json::to_vec(&message)?,
        )))
    }

    /// Runs a decision that may be refused; refusing writes nothing.
    fn decide<T>(&self, decide: impl FnOnce(&mut Decision<'_>) -> Result<T, Trouble>) -> Result<T, Trouble> {
        self.journal.decide(|decision| match decide(decision) {
            Ok(answer) => Ok(Ok(answer)),
            Err(Trouble::Book(error)) => Err(error),
            Err(Trouble::Refused(reason)) => Ok(Err(Trouble::Refused(reason))),
        })?
    }
}

impl fmt::Debug for SandboxBank {
    /// Leaves out the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBank")
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

/// What a token's card does, and whether the answer gets lost.
fn ruling(token: &str, capture: bool) -> Option<(Standing, bool)> {
    let pays = if capture {
        Standing::Captured
    } else {
        Standing::Authorized
    };
    match kept::kind(token) {
        "tok_success" => Some((pays, false)),
        "tok_decline" => Some((Standing::Failed("card_declined".to_owned()), false)),
        "tok_insufficient_funds" => Some((Standing::Failed("insufficient_funds".to_owned()), false)),
        "tok_3ds" => Some((Standing::Challenged, false)),
        "tok_timeout" => Some((pays, true)),
        _ => None,
    }
}

#[async_trait]
impl Gateway for SandboxBank {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn authorize(&self, request: &AuthorizeRequest) -> Result<Authorization, GatewayError> {
        let attempt_id = request.attempt_id;
        let (answer, lost) = self.decide(|decision| {
            let unknown = || Trouble::Refused("there is no such token".to_owned());
            if let Some(known) = decision.book().payments.get(&attempt_id) {
                if known.amount != request.amount {
                    return Err(Trouble::Refused(format!("{attempt_id} was about {}", known.amount)));
                }
                return Ok((decision.book().authorization(attempt_id).ok_or_else(unknown)?, false));
            }
            if !request.amount.is_positive() {
                return Err(Trouble::Refused("there is nothing to pay".to_owned()));
            }
            let token = match &request.source {
                PaymentSource::Token(token) => Some(token),
                PaymentSource::Kept { customer, method } => {
                    decision.book().card_of(customer, method).map(|card| &card.token)
                }
            };
            let (standing, lost) = match token {
                Some(token) => ruling(token, request.capture).ok_or_else(unknown)?,
                None => (Standing::Failed("card_not_found".to_owned()), false),
            };
            let keep = request.keep_for.clone().zip(token.cloned());
            let fee = self.fees.of_capture(request.amount);
            decision.write(Record::Asked {
                attempt_id,
                amount: request.amount.minor(),
                currency: request.amount.currency().code().to_owned(),
                capture: request.capture,
                standing,
                order_number: request.order_number.clone(),
                store_slug: request.store_slug.clone(),
                return_url: request.return_url.clone(),
                fee,
                keep: keep.map(|(customer, token)| KeptCard { customer, token }),
            })?;
            Ok((decision.book().authorization(attempt_id).ok_or_else(unknown)?, lost))
        })?;
        if lost {
            Err(GatewayError::Unknown("the answer got lost".to_owned()))
        } else {
            Ok(answer)
        }
    }

    async fn capture(&self, request: &CaptureRequest) -> Result<CaptureOutcome, GatewayError> {
        let CaptureRequest {
            capture_id,
            attempt_id,
            amount,
            last,
            ..
        } = *request;
        let answer = self.decide(|decision| {
            let differs = || Trouble::Refused(format!("{capture_id} was about something else"));
            if let Some(known) = decision.book().parts.get(&capture_id) {
                if known.attempt_id != attempt_id || known.amount != amount.minor() {
                    return Err(differs());
                }
            } else {
                let refused = no_capture(decision.book().payments.get(&attempt_id), amount).map(str::to_owned);
                decision.write(Record::Capture {
                    capture_id,
                    attempt_id,
                    amount: amount.minor(),
                    last,
                    fee: self.fees.of_capture(amount),
                    refused,
                })?;
            }
            decision.book().capture_outcome(capture_id).ok_or_else(differs)
        })?;
        Ok(answer)
    }

    async fn void(&self, request: &VoidRequest) -> Result<Authorization, GatewayError> {
        let attempt_id = request.attempt_id;
        let answer = self.decide(|decision| {
            let unknown = || Trouble::Refused(format!("there is no payment {attempt_id}"));
            let payment = decision.book().payments.get(&attempt_id).ok_or_else(unknown)?;
            if matches!(payment.standing, Standing::Authorized | Standing::Challenged) {
                let record = if payment.captured > 0 {
                    Record::Released { attempt_id }
                } else {
                    Record::Moved {
                        attempt_id,
                        standing: Standing::Voided,
                        fee: 0,
                    }
                };
                decision.write(record)?;
            }
            decision.book().authorization(attempt_id).ok_or_else(unknown)
        })?;
        Ok(answer)
    }

    async fn refund(&self, request: &RefundRequest) -> Result<RefundOutcome, GatewayError> {
        let RefundRequest {
            refund_id,
            attempt_id,
            amount,
            ..
        } = *request;
        let answer = self.decide(|decision| {
            let differs = || Trouble::Refused(format!("{refund_id} was about something else"));
            if let Some(known) = decision.book().returns.get(&refund_id) {
                if known.attempt_id != attempt_id || known.amount != amount.minor() {
                    return Err(differs());
                }
            } else {
                let refused = refusal(decision.book().payments.get(&attempt_id), amount).map(str::to_owned);
                decision.write(Record::Refund {
                    refund_id,
                    attempt_id,
                    amount: amount.minor(),
                    refused,
                    fee_returned: self.fees.of_refund(amount),
                })?;
            }
            decision.book().refund_outcome(refund_id).ok_or_else(differs)
        })?;
        Ok(answer)
    }

    async fn create_customer(&self, request: &CustomerRequest) -> Result<String, GatewayError> {
        Ok(kept::customer_name(request.customer_id))
    }

    async fn kept_method(&self, attempt_id: AttemptId) -> Result<Option<KeptMethod>, GatewayError> {
        let reference = kept::name(attempt_id);
        Ok(self.decide(|decision| {
            let card = decision.book().card(&reference);
            Ok(card.and_then(|card| kept::shown(&reference, &card.token)))
        })?)
    }

    async fn forget_method(&self, customer_reference: &str, method_reference: &str) -> Result<(), GatewayError> {
        self.decide(|decision| {
            let known = decision.book().card_of(customer_reference, method_reference);
            if known.is_some() {
                decision.write(Record::Forgotten {
                    reference: method_reference.to_owned(),
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    async fn forget_customer(&self, customer_reference: &str) -> Result<(), GatewayError> {
        self.decide(|decision| {
            for reference in decision.book().cards_of(customer_reference) {
                decision.write(Record::Forgotten { reference })?;
            }
            Ok(())
        })?;
        Ok(())
    }

    async fn status(&self, attempt_id: AttemptId) -> Result<Option<Authorization>, GatewayError> {
        Ok(self.decide(|decision| Ok(decision.book().authorization(attempt_id)))?)
    }

    async fn refund_status(&self, refund_id: RefundId) -> Result<Option<RefundOutcome>, GatewayError> {
        Ok(self.decide(|decision| Ok(decision.book().refund_outcome(refund_id)))?)
    }

    fn parse_webhook(
        &self,
        headers: &[(String, String)],
        body: &[u8],
        now: Time,
    ) -> Result<WebhookEvent, WebhookError> {
        let id = standard_webhooks::verify(&self.key, headers, body, now)?;
        Ok(WebhookEvent {
            id: id.to_owned(),
            fact: Message::read(body)?,
        })
    }
}

/// Why held money is not taken.
fn no_capture(payment: Option<&Payment>, amount: Money) -> Option<&'static str> {
    match payment {
        None => Some("unknown_payment"),
        Some(payment) if payment.standing != Standing::Authorized => Some("not_authorized"),
        Some(payment) if payment.amount.currency() != amount.currency() || !amount.is_positive() => {
            Some("invalid_amount")
        }
        Some(payment) if payment.captured.saturating_add(amount.minor()) > payment.amount.minor() => {
            Some("exceeds_authorized")
        }
        Some(_) => None,
    }
}

/// Why money does not go back.
fn refusal(payment: Option<&Payment>, amount: Money) -> Option<&'static str> {
    match payment {
        None => Some("unknown_payment"),
        Some(payment) if payment.captured == 0 => Some("not_captured"),
        Some(payment) if payment.amount.currency() != amount.currency() || !amount.is_positive() => {
            Some("invalid_amount")
        }
        Some(payment) if payment.refunded.saturating_add(amount.minor()) > payment.captured => Some("exceeds_captured"),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests;
