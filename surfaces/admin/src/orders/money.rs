//! The payments of an order as its page shows them.

use kernel::{CaptureWhen, Money, MoneyError};
use orders::OrderDetails;
use payments::{Attempt, AttemptState, Capture, CardLabel};
use serde::Serialize;
use web::{MoneyView, Visitor};

use crate::forms::{amount_text, word};

/// Money that a gateway holds.
#[derive(Serialize)]
pub(super) struct HeldView {
    /// What was authorized.
    amount: MoneyView,
    taken: Option<MoneyView>,
    /// What captures without an outcome may still take.
    under_way: Option<MoneyView>,
    /// What can be taken; nothing while all of it is being taken or given up.
    left: Option<MoneyView>,
    /// What the form begins with: what is due, or else all of it.
    due: String,
    giving_up: bool,
}

#[derive(Serialize)]
pub(super) struct PaymentView {
    id: String,
    gateway: String,
    state: &'static str,
    /// Whether the gateway was asked to give up what it holds, and has not answered.
    giving_up: bool,
    amount: MoneyView,
    /// What was taken, when that is not all of it.
    taken: Option<MoneyView>,
    fee: Option<MoneyView>,
    reference: String,
    failure: String,
    at: String,
    captures: Vec<CaptureView>,
    /// The card, where it is a saved one.
    card: Option<CardView>,
}

/// What shows which card it is.
#[derive(Serialize)]
struct CardView {
    brand: String,
    last_four: String,
}

impl From<&CardLabel> for CardView {
    fn from(card: &CardLabel) -> Self {
        Self {
            brand: card.brand().to_owned(),
            last_four: card.last_four().to_owned(),
        }
    }
}

/// Held money that was taken, or is being taken.
#[derive(Serialize)]
struct CaptureView {
    state: &'static str,
    amount: MoneyView,
    fee: Option<MoneyView>,
    last: bool,
    reference: String,
    failure: String,
    at: String,
}

impl HeldView {
    pub(super) fn of(
        when: CaptureWhen,
        details: &OrderDetails,
        attempts: &[Attempt],
    ) -> Result<Option<Self>, MoneyError> {
        let Some(attempt) = attempts.iter().find(|one| one.state == AttemptState::Authorized) else {
            return Ok(None);
        };
        let left = attempt.capturable();
        let due = checkout::due(when, &details.sold(), attempt)?;
        Ok(Some(Self {
            amount: attempt.amount.into(),
            taken: positive(attempt.captured),
            under_way: positive(attempt.capturing),
            left: positive(left),
            due: amount_text(Some(if due.is_positive() { due } else { left })),
            giving_up: attempt.giving_up,
        }))
    }
}

impl PaymentView {
    pub(super) fn new(visitor: &Visitor, attempt: &Attempt, captures: &[Capture]) -> Self {
        let own = captures.iter().filter(|capture| capture.attempt_id == attempt.id);
        let is_part = attempt.captured != attempt.amount;
        Self {
            id: attempt.id.to_string(),
            gateway: word(visitor, "admin-gateway", &attempt.gateway),
            state: attempt.state.as_str(),
            giving_up: attempt.giving_up,
            amount: attempt.amount.into(),
            taken: positive(attempt.captured).filter(|_| is_part),
            fee: positive(attempt.fee),
            card: attempt.card.as_ref().map(CardView::from),
            reference: attempt.gateway_reference.clone().unwrap_or_default(),
            failure: failure(visitor, attempt.failure_code.as_deref().unwrap_or_default()),
            at: attempt.updated_at.to_rfc3339(),
            captures: own.map(|capture| CaptureView::new(visitor, capture)).collect(),
        }
    }
}

/// Why a payment did not come about, in the words that the shopper read; nothing when it did.
pub(super) fn failure(visitor: &Visitor, code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    word(visitor, "decline", code)
}

impl CaptureView {
    fn new(visitor: &Visitor, capture: &Capture) -> Self {
        Self {
            state: capture.state.as_str(),
            amount: capture.amount.into(),
            fee: positive(capture.fee),
            last: capture.last,
            reference: capture.gateway_reference.clone().unwrap_or_default(),
            failure: failure(visitor, capture.failure_code.as_deref().unwrap_or_default()),
            at: capture.created_at.to_rfc3339(),
        }
    }
}

/// What gateways kept of an order's money, and what is left without it; nothing when they kept nothing.
pub(super) fn net(kept: Money, attempts: &[Attempt]) -> Result<Option<(MoneyView, MoneyView)>, MoneyError> {
    let fees = Money::sum(kept.currency(), attempts.iter().map(|attempt| attempt.fee))?;
    if !fees.is_positive() {
        return Ok(None);
    }
    Ok(Some((fees.into(), kept.minus(fees)?.into())))
}

fn positive(money: Money) -> Option<MoneyView> {
    money.is_positive().then(|| money.into())
}
